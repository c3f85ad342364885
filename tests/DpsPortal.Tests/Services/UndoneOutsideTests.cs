using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Services;

/// <summary>
/// A revocation that others undo is over, also where no instance regains its key by it; and what is taken away later is theirs. What a
/// restore here gives back is never said to be given back elsewhere.
/// </summary>
[StartsHosts]
public sealed class UndoneOutsideTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly string[] WrapOnly = ["wrapKey"];

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_revocation_that_others_undid_for_an_instance_without_its_role_does_not_stand_again_when_others_disable_the_key()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("without-role", key);
        var current = (await portal.DetailAsync(key)).Current.Id;
        await TakeRoleOutsideAsync("without-role", key);
        var revoked = await portal.EndedAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        await EnableOutsideAsync(current, true);

        var undone = await WatchedAsync(key);
        await EnableOutsideAsync(current, false);

        Assert.Equal((revoked.Id, null), (undone.Operation, undone.By));
        Assert.Equal([key.Name], undone.Arguments);
        Assert.Empty((await portal.DetailAsync(key)).Revocations);
        await portal.Get<RevocationStandings>().RecordUndoneAsync(_ => true, None);
        Assert.Single(await EntriesAsync(key, ActivityCodes.RevocationUndoneOutside));
    }

    [Fact]
    public async Task What_a_restore_has_given_back_and_not_confirmed_yet_is_not_said_to_be_undone_outside()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("being-restored", key);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        portal.BetweenDps = async (_, send) =>
        {
            reached.TrySetResult();
            await goOn.Task;
            return await send();
        };

        var restore = (await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None)).Value();
        await reached.Task;
        Assert.Equal(KeyAvailability.Enabled, (await portal.DetailAsync(key)).Current.Availability);
        await portal.Get<RevocationStandings>().RecordUndoneAsync(_ => true, None);
        goOn.SetResult();
        portal.BetweenDps = null;

        await portal.SucceedsAsync(restore);
        Assert.Empty(await EntriesAsync(key, ActivityCodes.RevocationUndoneOutside));
        Assert.Equal(AftermathKind.Restored, (await portal.Operations.GetAsync(Staff.Auditor, revoked.Id, None))!.Aftermath?.Kind);
    }

    [Fact]
    public async Task A_backup_of_DPS_from_a_revoked_time_that_is_put_back_is_no_withdrawal_by_others()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("put-back", key);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "put-back")));
        var copy = Directory.CreateTempSubdirectory("dps-put-back-").FullName;
        await portal.RestartAsync(() => RunningPortalServicesExtensions.Copy(portal.DpsDirectory, copy));
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));
        await portal.EntryAsync("put-back", ActivityCodes.AccessRegained);

        await portal.RestartAsync(() => RunningPortalServicesExtensions.Copy(copy, portal.DpsDirectory));
        Directory.Delete(copy, recursive: true);
        await portal.Instances.RecheckAsync(Staff.Operator, "put-back", None);
        await portal.CaughtUpAsync();

        var lost = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter("put-back"), null, 50, None))
            .Where(entry => entry.Code.StartsWith("AccessLost", StringComparison.Ordinal))
            .ToList();
        Assert.Equal([(ActivityCodes.AccessLost, null), (ActivityCodes.AccessLost, (Guid?)revoked.Id)], lost.Select(entry => (entry.Code, entry.Operation)));
    }

    [Fact]
    public async Task A_refused_restore_is_on_record_under_its_key()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("refused-restore", key);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));

        var again = (await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None)).Refusal();

        Assert.Equal(ServiceRefusals.AlreadyRestored, again.Code);
        Assert.Contains(await EntriesAsync(key, ActivityCodes.Restoration), entry => entry.Refusal?.Code == ServiceRefusals.AlreadyRestored);
    }

    [Fact]
    public async Task What_the_vault_shows_as_shut_and_DPS_has_not_noticed_is_told_with_the_key_the_instance_and_the_list()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("role-gone", key);
        Assert.Null(Assert.Single((await portal.DetailAsync(key)).InUse).ShutBy);

        await TakeRoleOutsideAsync("role-gone", key);

        Assert.Equal(KeyAccessCause.RoleMissing, Assert.Single((await portal.DetailAsync(key)).InUse).ShutBy);
        var overview = (await portal.Instances.GetAsync(Staff.Auditor, "role-gone", None))!;
        Assert.Equal(KeyAccessCause.RoleMissing, await ListedAsShutByAsync(key));
        Assert.Equal(
            (KeyAccessCause.RoleMissing, KeyAccess.Accessible),
            (overview.ShutBy, ((InstanceEncryption.CustomerManagedKey)overview.Instance.Encryption).Access.Access));

        await portal.Management.AssignEncryptionUserAsync(key, (await portal.EncryptionOfAsync("role-gone")).Identity.PrincipalId, None);
        var current = (await portal.DetailAsync(key)).Current.Id;
        await portal.KeyVault.PatchAsync($"/keys/{current.Name}/{current.Version}", new { key_ops = WrapOnly });

        Assert.Equal(KeyAccessCause.OperationNotPermitted, await ListedAsShutByAsync(key));
    }

    [Fact]
    public async Task Where_the_roles_cannot_be_read_the_keys_are_listed_and_judged_by_their_versions()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("silent-roles", key);
        await TakeRoleOutsideAsync("silent-roles", key);
        portal.Between = (request, send) =>
            request.RequestUri!.AbsolutePath.Contains("roleAssignments", StringComparison.Ordinal)
                ? throw new TaskCanceledException("Given up.", new TimeoutException())
                : send();

        try
        {
            Assert.Null(await ListedAsShutByAsync(key));
            await EnableOutsideAsync((await portal.DetailAsync(key)).Current.Id, false);
            Assert.Equal(KeyAccessCause.VersionDisabled, await ListedAsShutByAsync(key));
        }
        finally
        {
            portal.Between = null;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_waits_for_a_role_ends_when_others_have_turned_it_round_meanwhile(bool restores)
    {
        var key = await portal.NewKeyAsync();
        var name = restores ? "taken-again" : "given-back";
        await portal.NewInstanceAsync(name, key);
        var revoked = restores ? await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, name))) : null;
        await portal.SlowRolesAsync("PT30M");
        var asked = 0;
        portal.BetweenDps = async (request, send) =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/unwrapkey", StringComparison.OrdinalIgnoreCase) && Interlocked.Increment(ref asked) == 2)
            {
                await (restores
                    ? TakeRoleOutsideAsync(name, key)
                    : portal.Management.AssignEncryptionUserAsync(key, (await portal.EncryptionOfAsync(name)).Identity.PrincipalId, None));
            }

            return await send();
        };

        var ended = await portal.EndedAsync(revoked is null
            ? await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, name))
            : await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));
        portal.BetweenDps = null;
        await portal.SlowRolesAsync("PT0S");

        Assert.Equal(
            (OperationState.Unconfirmed, restores ? ServiceRefusals.TakenAgainMeanwhile : ServiceRefusals.GivenBackMeanwhile),
            (ended.State, ended.Failure?.Code));
    }

    [Fact]
    public async Task A_removal_that_counts_before_what_gave_the_role_back_is_not_said_to_be_others()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = new RunningPortalServices();
        own.KeyVault.SystemClock = time;

        // One time for who began it and for when it was noticed.
        own.DpsClock = new FakeTimeProvider(own.Clock.GetUtcNow());
        await own.InitializeAsync();
        var key = await own.NewKeyAsync();
        await own.NewInstanceAsync("gap", key);
        await own.SlowRolesAsync("PT2M");
        await own.EndedAsync(await own.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "gap")));
        time.Advance(TimeSpan.FromMinutes(1));
        await own.KeyVault.GrantAsync(
            (await own.EncryptionOfAsync("gap")).Identity.PrincipalId, RunningVault.CryptoServiceEncryptionUser,
            $"{own.KeyVault.VaultResourceId(key.VaultName)}/keys/{key.Name}");
        time.Advance(TimeSpan.FromSeconds(61));

        await own.Instances.RecheckAsync(Staff.Operator, "gap", None);
        await own.CaughtUpAsync();

        Assert.Equal(KeyAccess.Revoked, await own.AccessOfAsync("gap"));
        Assert.DoesNotContain(
            await own.Activity.ListAsync(Staff.Auditor, new ActivityFilter("gap"), null, 50, None), entry => entry.Code == ActivityCodes.AccessLostOutside);
    }

    [Fact]
    public async Task A_role_that_is_taken_again_after_a_restore_that_saw_nothing_does_not_come_by_itself()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("taken-after", key);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "taken-after")));
        await portal.SlowRolesAsync("PT30M");
        var restored = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));
        Assert.Equal((ServiceRefusals.StillDenied, AftermathKind.Open), (restored.Failure?.Code, restored.Aftermath?.Kind));

        await TakeRoleOutsideAsync("taken-after", key);
        await portal.SlowRolesAsync("PT0S");

        Assert.Equal(AftermathKind.TakenOutside, (await portal.Operations.GetAsync(Staff.Auditor, restored.Id, None))!.Aftermath?.Kind);
    }

    [Fact]
    public async Task An_instance_that_waits_for_a_restore_says_which_and_that_is_past_when_all_of_it_is_revoked_again()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("waits-for-restore", key);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        portal.BetweenDps = async (_, _) =>
        {
            reached.TrySetResult();
            await goOn.Task;
            throw new HttpRequestException("gone");
        };

        var restore = (await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None)).Value();
        await reached.Task;
        Assert.Equal(restore, (await portal.Instances.GetAsync(Staff.Auditor, "waits-for-restore", None))!.RestoredBy);
        Assert.Equal(restore, (await portal.Instances.ListAsync(Staff.Auditor, None)).Single(one => one.Instance.Name == "waits-for-restore").RestoredBy);
        goOn.SetResult();
        await portal.EndedAsync(restore);
        var again = await portal.EndedAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        portal.BetweenDps = null;

        Assert.Null((await portal.Instances.GetAsync(Staff.Auditor, "waits-for-restore", None))!.RestoredBy);
        Assert.Equal(
            (AftermathKind.RevokedAgain, again.Id),
            ((await portal.Operations.GetAsync(Staff.Auditor, restore, None))!.Aftermath is { } aftermath ? (aftermath.Kind, aftermath.Operation) : default));
    }

    [Fact]
    public async Task What_a_restore_was_refused_at_the_vault_is_not_said_to_be_taken_again()
    {
        var key = await portal.NewKeyAsync();
        var older = (await portal.DetailAsync(key)).Current.Id;
        await portal.NewInstanceAsync("pinned-to-older", older);
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        portal.Between = (request, send) =>
            request.Method == HttpMethod.Patch && request.RequestUri!.AbsolutePath.Contains(older.Version!, StringComparison.Ordinal)
            ? Task.FromResult(FakeVault.Error(System.Net.HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac")) : send();

        var restored = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));
        portal.Between = null;

        Assert.Equal((OperationState.Partial, AftermathKind.Open), (restored.State, restored.Aftermath?.Kind));
        Assert.NotEmpty((await portal.DetailAsync(key)).Revocations);
    }

    [Fact]
    public async Task What_a_revoke_here_that_is_under_way_takes_again_is_not_said_to_be_taken_outside()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("revoked-twice", key);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "revoked-twice")));
        await portal.SlowRolesAsync("PT30M");
        var restored = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        portal.BetweenDps = async (_, send) =>
        {
            reached.TrySetResult();
            await goOn.Task;
            return await send();
        };

        var again = (await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "revoked-twice"))).Value();
        await reached.Task;
        var meanwhile = (await portal.Operations.GetAsync(Staff.Auditor, restored.Id, None))!.Aftermath?.Kind;
        goOn.SetResult();
        portal.BetweenDps = null;
        await portal.EndedAsync(again);
        await portal.SlowRolesAsync("PT0S");

        Assert.Equal(AftermathKind.Open, meanwhile);
        Assert.Equal(
            (AftermathKind.RevokedAgain, again),
            (await portal.Operations.GetAsync(Staff.Auditor, restored.Id, None))!.Aftermath is { } past ? (past.Kind, past.Operation!.Value) : default);
    }

    private async Task<KeyAccessCause?> ListedAsShutByAsync(KeyIdentifier key) =>
        Assert.Single((await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None)).Keys.Single(listed => listed.Key == key).InUse).ShutBy;

    private async Task<ActivityEntry> WatchedAsync(KeyIdentifier key)
    {
        var clock = new FakeTimeProvider();
        using var watch = new RevocationWatch(portal.Get<RevocationStandings>(), clock, NullLogger<RevocationWatch>.Instance);
        await watch.StartAsync(None);
        var noticed = portal.EntryAsync(key.ToString(), ActivityCodes.RevocationUndoneOutside);
        while (!noticed.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(10);
        }

        await watch.StopAsync(None);
        return await noticed;
    }

    private async Task TakeRoleOutsideAsync(string instance, KeyIdentifier key)
    {
        var identity = (await portal.EncryptionOfAsync(instance)).Identity;
        foreach (var assignment in (await portal.Management.ListRoleAssignmentsAsync(key, None)).Where(assignment => assignment.IsFor(identity.PrincipalId)))
        {
            await portal.Management.RemoveRoleAssignmentAsync(assignment, None);
        }
    }

    private Task<VaultResponse> EnableOutsideAsync(KeyIdentifier version, bool enabled) =>
        portal.KeyVault.PatchAsync($"/keys/{version.Name}/{version.Version}", new { attributes = new { enabled } });

    private async Task<IReadOnlyList<ActivityEntry>> EntriesAsync(KeyIdentifier key, string code) =>
        [.. (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 50, None)).Where(entry => entry.Code == code)];
}
