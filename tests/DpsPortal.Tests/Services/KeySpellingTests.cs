using CsCheck;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>
/// A vault on this machine is reached on another port after a restart, and people write addresses as they like. What the portal says
/// of a key, and what it refuses, is the same under each.
/// </summary>
[StartsHosts]
public sealed class KeySpellingTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly Caller Asking = new("test", "Test");

    [Fact]
    public async Task An_instance_created_under_another_spelling_is_counted_and_re_wrapped_like_any_other()
    {
        var key = await portal.NewKeyAsync();
        var first = (await portal.DetailAsync(key)).Current.Id;
        var form = new NewInstance(
            "dps-spelling", "rg-contoso", "westeurope", true, "id-spelling", key.ToString().Replace("/kek", "/KEK", StringComparison.Ordinal));
        await portal.SucceedsAsync(await portal.Instances.CreateAsync(Staff.Operator, form, CancellationToken.None));
        await portal.KeyVault.PostAsync($"/keys/{key.Name}/rotate", null);

        var refusal = (await portal.Keys.RetireVersionAsync(Staff.Custodian, first, CancellationToken.None)).Refusal();
        Assert.Equal((ServiceRefusals.VersionStillWraps, "1"), (refusal.Code, refusal.Arguments[0]));

        await portal.SucceedsAsync(await portal.Rotation.StartPickupAsync(Staff.Custodian, key, CancellationToken.None));
        var detail = await portal.DetailAsync(key);
        Assert.Equal(detail.Current.Id, detail.Dependents.Single().EffectiveVersion);
    }

    [Fact]
    public async Task Under_any_two_spellings_the_portal_finds_what_DPS_finds()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("dps-any-spelling", key);
        var version = (await portal.DetailAsync(key)).Current.Id;
        var all = await portal.Dps.Instances.ListAsync(Asking, CancellationToken.None);
        await Gen.Bool.SelectMany(
            used => Spelling.Of(key.VaultName, key.Name, used ? version.Version! : new string('0', 32)).Select(spelling => (used, spelling)))
            .SampleAsync(
                async pair =>
                {
                    var asked = KeyIdentifier.Parse(pair.spelling.Text);
                    var fence = await portal.Dps.Instances.FenceAsync(Asking, asked, CancellationToken.None);
                    await portal.Dps.Instances.ReleaseFenceAsync(Asking, asked, CancellationToken.None);

                    Assert.Equal(pair.used ? 1 : 0, fence.InstanceKeys);
                    Assert.Equal("dps-any-spelling", Assert.Single(Dependents.Of(asked, all)).Name);
                    Assert.Equal(fence.InstanceKeys, all.Count(instance => instance.Encryption is InstanceEncryption.CustomerManagedKey encryption
                        && encryption.WrappedKeys.Any(form => form.WrappedBy == asked)));
                },
                iter: 200,
                threads: 1);
    }

    [Fact]
    public async Task On_other_ports_dependents_impact_gates_and_history_are_as_before()
    {
        await using var here = new RunningPortalServices();
        await here.InitializeAsync();
        var key = await here.NewKeyAsync();
        await here.NewInstanceAsync("dps-moving", key);
        await here.SucceedsAsync(await here.RotateAsync(key));
        var before = await here.DetailAsync(key);
        var revoked = await here.SucceedsAsync(await here.RevokeAsync(new RevocationTarget(RevocationMethod.DisableVersion, before.Current.Id)));
        var impactBefore = await here.Revocation.ListActiveAsync(Staff.Auditor, CancellationToken.None);
        Assert.Single(impactBefore);

        await here.MoveVaultAsync();

        // The address as the vault gives it now: another port.
        var moved = (await here.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), CancellationToken.None)).Keys.Single(
            listed => listed.Key.Name == key.Name).Key;
        Assert.NotEqual(key.Vault.Port, moved.Vault.Port);
        Assert.Equal(key, moved);

        var after = await here.DetailAsync(moved);
        Assert.Empty(after.Unmatched);
        Assert.Equal(["dps-moving"], after.InUse.Select(dependent => dependent.Instance));
        Assert.Equal(revoked.Id, after.ActiveRevocation);
        Assert.Equal(1, after.Current.InstanceKeys);
        var history = await here.Rotation.HistoryAsync(Staff.Auditor, moved, CancellationToken.None);
        Assert.Equal(revoked.By, history[0].By);
        var entries = await here.Activity.ListAsync(Staff.Auditor, new ActivityFilter(moved.ToString()), null, 50, CancellationToken.None);
        Assert.Contains(entries, entry => entry.Code == ActivityCodes.Revocation);
        Assert.Equal(
            ServiceRefusals.VersionIsRevoked, (await here.Keys.EnableVersionAsync(Staff.Custodian, after.Current.Id, CancellationToken.None)).Refusal().Code);

        await here.SucceedsAsync(await here.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", CancellationToken.None));
        Assert.Equal(KeyAccess.Accessible, await here.AccessOfAsync("dps-moving"));

        // The version in use is neither safe to disable nor left out of an impact, and everything else goes on, too.
        Assert.Equal(
            ServiceRefusals.VersionIsCurrent, (await here.Keys.RetireVersionAsync(Staff.Custodian, after.Current.Id, CancellationToken.None)).Refusal().Code);
        var impact = (await here.Revocation.PreviewAsync(Staff.Custodian, new RevocationTarget(RevocationMethod.DisableKey, moved), CancellationToken.None))
            .Value();
        Assert.Equal("dps-moving", Assert.Single(impact.Losing).Name);
        var plan = (await here.Rotation.PlanAsync(Staff.Custodian, moved, CancellationToken.None)).Value();
        Assert.Equal("dps-moving", Assert.Single(plan.Following).Instance);
        await here.SucceedsAsync(await here.RotateAsync(moved));
        Assert.Equal("dps-moving", Assert.Single((await here.DetailAsync(moved)).Current.Instances));
        await here.SucceedsAsync(await here.RekeyAsync("dps-moving", await here.CleanKeyAsync()));
        Assert.Empty((await here.DetailAsync(moved)).Dependents);
    }

    [Fact]
    public async Task A_fence_holds_when_the_vault_has_another_port()
    {
        var key = await portal.NewKeyAsync();
        var version = (await portal.DetailAsync(key)).Current.Id;
        await portal.Dps.Instances.FenceAsync(Asking, version, CancellationToken.None);
        var elsewhere = key.ToString().Replace(":8443", ":9555", StringComparison.Ordinal);

        var form = new NewInstance("dps-fenced", "rg-contoso", "westeurope", true, "id-fenced", elsewhere);
        var ended = await portal.EndedAsync(await portal.Instances.CreateAsync(Staff.Operator, form, CancellationToken.None));

        Assert.Equal((OperationState.Failed, ProvisioningRefusals.VersionFenced), (ended.State, ended.Failure?.Code));
    }
}
