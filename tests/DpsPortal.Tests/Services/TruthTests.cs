using System.Net;
using System.Net.Sockets;
using DpsPortal.Tests.Campaigns;
using static DpsPortal.Tests.Campaigns.TruthHappening;

namespace DpsPortal.Tests.Services;

/// <summary>What the portal says is so, in every sequence in which it once was not. Random sequences: <see cref="RandomTruthTests"/>.</summary>
[StartsHosts]
public sealed class TruthTests(TruthTests.SharedSystems shared) : IClassFixture<TruthTests.SharedSystems>
{
    /// <summary>Two instances that share nothing but their key.</summary>
    private const int Two = 1;

    /// <summary>Two instances with one identity.</summary>
    private const int Sharing = 3;

    private static readonly Dictionary<string, (int Shape, TruthStep[] Steps)> OnceFalse = new(StringComparer.Ordinal)
    {
        ["checks after a revoke of the role leave it revoked"] = (Two, [S(RevokeRole), S(CheckAndGiveUp), S(Recheck)]),
        ["a restore whose role takes long says what it left, and what comes of it is its own"] = (
            Two, [S(RevokeRole), S(SlowRoles), S(Restore), S(RolesSettle), S(Recheck)]),
        ["a restore beside another revoke says what it left"] = (Two, [S(RevokeRole), S(RevokeKey), S(Restore, 1), S(Recheck)]),
        ["a restore of an older revoke does not undo a newer one in silence"] =
            (Two, [S(Rotate), S(RevokeVersion, 0, TruthStep.Current), S(RevokeKey), S(Restore, 1), S(Recheck)]),
        ["a role that was given back elsewhere is not still off"] = (Two, [S(RevokeRole), S(GiveRolesBack), S(Recheck)]),
        ["a version that was enabled elsewhere is not still off"] = (Two, [S(RevokeVersion, 0, TruthStep.Current), S(EnableAll), S(Recheck)]),
        ["a version that was enabled elsewhere and disabled again can be enabled"] =
            (Two, [S(RevokeVersion, 0, TruthStep.Current), S(EnableAll), S(Recheck), S(DisableVersion, 0, TruthStep.Current), S(Enable)]),
        ["a rotation that one instance could not follow says what it left"] = (Two, [S(RemoveRoles), S(Recheck), S(Rotate)]),
        ["a role that opens no key keeps nobody's access"] = (Two, [S(AssignRole, 0, 1), S(RevokeRole)]),
        ["what has no access stays without it, and its key can be revoked as a whole"] = (Sharing, [S(RevokeRole), S(RevokeKey)]),
        ["a revoke that DPS confirms after a restart is the portal's own"] = (Two, [S(CutOff), S(RevokeRole), S(RestartAll), S(Reconnect), S(Recheck)]),
        ["a version of a rotation that failed is the portal's own"] = (Two, [S(RemoveRoles), S(Recheck), S(Rotate), S(GiveRolesBack), S(Recheck)]),
        ["a role that is still honoured is not lost access"] = (Two, [S(SlowRoles), S(RevokeRole)]),
        ["who has lost its role before does not keep it"] = (Two, [S(RemoveRoles, 1), S(RevokeRole)]),
        ["who lost access with the vault does not lose it with the key"] = (Two, [S(DeleteVault), S(RecoverVault), S(RevokeKey)]),
        ["a key that may not wrap is not followed"] = (Two, [S(TakeOperations), S(Rotate)]),
        ["a version that is fenced is not moved to"] = (Two, [S(Rotate), S(Retire, 0, 1), S(EnableAll), S(Rekey, 0, TruthStep.PinnedToOlder)]),
        ["a vault that was deleted is deleted"] = (Two, [S(DeleteVault), S(Recheck)]),
        ["a vault whose firewall is closed answers"] = (Two, [S(CloseFirewall), S(Recheck)]),
        ["a key in use that was deleted does not vanish"] = (Two, [S(DeleteKey), S(Recheck)]),
        ["the end of a lease is in the log"] = (Two, [S(CutOff), S(Recheck), S(TimePasses, 3)]),
        ["what was never verified since the start is not called accessible"] = (Two, [S(RemoveRoles), S(RestartAll)]),
        ["what is served is not called rejected"] = (Two, [S(RejectAll), S(Recheck)]),
        ["an old cause has its own time"] = (Two, [S(RevokeRole), S(CutOff), S(Recheck)]),
        ["a version that a backup of DPS needs is not safe to disable"] = (Two, [S(BackUpDps), S(Rotate), S(DisableUnused), S(PutDpsBack)]),
        ["a revoke that DPS has confirmed late is confirmed"] = (Two, [S(SlowRoles), S(RevokeRole), S(RolesSettle), S(Recheck)]),
        ["a restored revoke is past"] = (Two, [S(RevokeRole), S(Restore)]),
        ["a restore before another revoke is past"] = (Two, [S(RevokeVersion, 0, TruthStep.Current), S(Restore), S(RevokeVersion, 0, TruthStep.Current)]),
        ["who lost access with the version does not lose it with the role"] = (Two, [S(DisableVersion, 0, TruthStep.Current), S(RevokeRole)]),
        ["what has no access stays without it, and its version can be revoked"] = (Sharing, [S(RevokeRole), S(RevokeVersion, 0, TruthStep.Current)]),
        ["a revoke that DPS could not ask about has not taken access yet"] = (Two, [S(CutOff), S(RevokeRole)]),
        ["checks after a role was taken elsewhere leave it taken"] = (Two, [S(RemoveRoles), S(CheckAndGiveUp)]),
        ["what was given back elsewhere can be lost again"] =
            (Two, [S(RevokeKey), S(EnableAll), S(RevokeVersion, 0, TruthStep.Current)]),
        ["a restore behind a closed firewall says what it left"] = (Two, [S(RevokeRole), S(CloseFirewall), S(Restore)]),
        ["reads that end are in the log, also after an answer that was none"] = (Two, [S(RejectAll), S(Recheck), S(RevokeRole), S(Reconnect), S(Recheck)]),
        ["who may not unwrap any more does not lose access with the role"] = (Two, [S(TakeOperations, 0, 7), S(RevokeRole)]),
        ["an instance that lost its role unnoticed is not moved to another key"] = (Two, [S(RemoveRoles), S(Rekey, 0, 1)]),
        ["an instance whose version was disabled unnoticed is not moved to another key"] = (Two, [S(DisableVersion, 0, TruthStep.Current), S(Rekey, 0, 1)]),
        ["an instance that lost its role unnoticed does not follow a rotation"] = (Two, [S(RemoveRoles), S(Rotate)]),
        ["reads that end with a restart over a vault that answers wrongly are in the log"] = (Two, [S(RejectAll), S(Recheck), S(RestartAll)]),
        ["what was given back elsewhere after a restore that could not is not the restore's"] =
            (Sharing, [S(DisableVersion, 0, TruthStep.Current), S(RevokeRole), S(Restore), S(EnableAll), S(Recheck)]),
        ["an instance whose role is still honoured after its removal may follow a rotation"] = (Two, [S(SlowRoles), S(RemoveRoles), S(Rotate)]),
        ["a vault that answers rightly again has given nothing back"] = (Two, [S(RejectAll), S(Recheck), S(RestartAll), S(Reconnect), S(Recheck)]),
        ["an instance whose version was disabled unnoticed may follow a rotation"] = (Two, [S(DisableVersion, 0, TruthStep.Current), S(Rotate)]),
        ["an instance that follows to a valid version is degraded no more"] = (Two, [S(SetNotBefore), S(NewVersion), S(Recheck)]),
        ["an instance that was given back unnoticed may follow a rotation"] = (Two, [S(RevokeKey), S(EnableAll), S(Rotate)]),
        ["an instance whose vault answers again unnoticed may follow a rotation"] = (Two, [S(CutOff), S(Recheck), S(TimePasses, 3), S(Reconnect), S(Rotate)]),
        ["access that an enabling here gave back was not given back elsewhere"] =
            (Two, [S(DisableVersion, 0, TruthStep.Current), S(Recheck), S(Enable), S(Recheck)]),
        ["an enabling after a restore that could not is not somebody's elsewhere"] =
            (Two, [S(DisableVersion, 0, TruthStep.Current), S(RevokeRole), S(Restore), S(Enable), S(Recheck)]),
        ["a key that is valid by the vault's clock can be moved to, whatever another clock says"] = (Two, [S(SetExpiry, 1, 1), S(Rekey, 0, 1)]),
        ["what a restore here and a role given back elsewhere gave back together was not given back elsewhere alone"] =
            (Two, [S(RemoveRoles), S(RevokeVersion, 0, TruthStep.Current), S(Recheck), S(GiveRolesBack), S(CutOff), S(Restore), S(Reconnect), S(Recheck)]),
        ["a role that two instances share is taken from both"] = (Sharing, [S(RevokeRole)]),
        ["two revocations of which the newer took something else, seen late, are told apart"] =
            (Two, [S(RejectAll), S(TimePasses, 1), S(TimePasses, 1), S(TimePasses, 1), S(RevokeRole), S(RevokeKey), S(Reconnect), S(Recheck)]),
        ["a role that goes late, while it is being given back, was taken here"] =
            (Two, [S(SlowRoles), S(RevokeRole), S(RolesSettle), S(SlowRoles), S(Restore)]),
        ["a backup of DPS from a revoked time, put back over a version disabled meanwhile, is said to refuse"] =
            (Two, [S(RevokeRole), S(BackUpDps), S(Restore), S(DisableVersion, 0, TruthStep.Current), S(PutDpsBack)]),
        ["what others take after a restore that saw nothing is not the revocation's"] =
            (Two, [S(CutOff), S(RevokeRole), S(Restore), S(RemoveRoles), S(Reconnect), S(Recheck)]),
        ["a key that is gone is gone for who may only read it"] =
            (Two, [S(RevokeRole), S(AssignRole, 0, 7), S(DeleteKey), S(RestartAll)]),
        ["a role revocation that counts after the restore of another one is the portal's own"] =
            (Two, [S(RevokeKey), S(SlowRoles), S(RevokeRole), S(Restore, 1), S(RolesSettle), S(Recheck)]),
        ["a role revocation that counts after the restore of a version's is the portal's own, also where an identity is shared"] =
            (8808, [
                S(DisableUnused, 9), S(Enable, 4), S(RevokeVersion, 2, 10), S(NewVersion, 4, 7), S(SlowRoles, 6, 5), S(RevokeRole, 1), S(DisableUnused, 3, 10),
                S(Restore, 9, 11),
            ]),
        ["a restore that saw nothing is past once all of it was revoked again"] =
            (Two, [S(RevokeKey), S(CutOff), S(Restore), S(RevokeKey)]),
        ["a whole key is not off for who still reads by what DPS has in memory"] =
            (Two, [S(RevokeRole), S(RejectAll), S(RevokeKey)]),
    };

    public static TheoryData<string> Claims => [.. OnceFalse.Keys];

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task What_was_once_false_is_so(string claim)
    {
        var (shape, steps) = OnceFalse[claim];

        var found = await TruthRuns.FindAsync(await shared.GetAsync(), shape, steps);

        Assert.True(found.Count == 0, string.Join('\n', found.DistinctBy(one => one.Kind).Select(one => $"after step {one.Step}: {one.Kind}: {one.Detail}")));
    }

    [Fact]
    public async Task A_page_is_not_loading_for_ever_while_a_vault_hangs()
    {
        await using var portal = new RunningPortalServices();
        await portal.InitializeAsync();
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("hung", key);
        using var hanging = new TcpListener(IPAddress.Loopback, 0);
        hanging.Start();
        portal.DivertedTo = ((IPEndPoint)hanging.LocalEndpoint).Port;

        await portal.RestartVaultAsync(async () => await Task.WhenAll(
            portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), CancellationToken.None),
            portal.Keys.GetAsync(Staff.Auditor, key.VaultName, key.Name, CancellationToken.None),
            portal.Instances.ListAsync(Staff.Auditor, CancellationToken.None),
            portal.Instances.GetAsync(Staff.Auditor, "hung", CancellationToken.None),
            portal.Rotation.PlanAsync(Staff.Auditor, key, CancellationToken.None),
            portal.Instances.RecheckAsync(Staff.Operator, "hung", CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static TruthStep S(TruthHappening what, int a = 0, int b = 0) => new(what, a, b);

    public sealed class SharedSystems : IAsyncDisposable
    {
        private TruthSystems? _systems;

        internal async Task<TruthSystems> GetAsync() => _systems ??= await TruthSystems.StartAsync();

        public async ValueTask DisposeAsync()
        {
            if (_systems is not null)
            {
                await _systems.DisposeAsync();
            }
        }
    }
}
