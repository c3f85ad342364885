using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>Create, rotate, revoke and restore end to end, on the real vault and the real DPS.</summary>
[StartsHosts]
public sealed class MainPathTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_rotation_makes_one_version_and_every_following_instance_is_under_it()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("rotate-follows", key);
        var first = (await portal.DetailAsync(key)).Current.Id;
        await portal.NewInstanceAsync("rotate-pinned", first);

        var operation = await portal.SucceedsAsync(await portal.RotateAsync(key));

        var detail = await portal.DetailAsync(key);
        Assert.Equal(2, detail.Versions.Count);
        Assert.Equal(detail.Current.Id, detail.Dependents.Single(dependent => dependent.Instance == "rotate-follows").EffectiveVersion);
        Assert.Equal(first, detail.Dependents.Single(dependent => dependent.Instance == "rotate-pinned").EffectiveVersion);
        Assert.Equal(
            [StepCodes.CreateVersion, StepCodes.RewrapInstance, StepCodes.ConfirmCoverage], operation.Steps.Select(step => step.Code));
        Assert.All(operation.Steps, step => Assert.Equal(StepState.Done, step.State));
        var record = Assert.Single(await portal.Rotation.HistoryAsync(Staff.Auditor, key, None));
        Assert.Equal((first, detail.Current.Id, 1, 1, false), (record.From, record.To, record.Rewrapped, record.Expected, record.Running));
    }

    [Fact]
    public async Task A_key_whose_maker_leaves_at_once_is_made_and_the_log_says_so()
    {
        var form = new NewKey(RunningPortalServices.Vault, "kek-left", 4096, null, null);
        var key = KeyIdentifier.Parse($"{(await portal.SharedKeyAsync()).Vault}keys/{form.Name}");
        using var person = new CancellationTokenSource();

        var making = portal.Keys.CreateAsync(Staff.Custodian, form, person.Token);
        while ((await LogOf(key)).Count == 0)
        {
            await Task.Delay(1);
        }

        await person.CancelAsync();
        Assert.IsType<Outcome<KeyIdentifier>.Done>(await making);
        Assert.Equal([ActivityResult.Succeeded, ActivityResult.Intent], (await LogOf(key)).Select(entry => entry.Result));

        Task<IReadOnlyList<ActivityEntry>> LogOf(KeyIdentifier of) =>
            portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(of.ToString()), null, 9, None);
    }

    [Fact]
    public async Task A_key_that_is_not_made_in_time_has_an_end_in_the_log_though_its_maker_has_left()
    {
        var form = new NewKey(RunningPortalServices.Vault, "kek-late", 2048, null, null);
        var key = KeyIdentifier.Parse($"{(await portal.SharedKeyAsync()).Vault}keys/{form.Name}");
        using var person = new CancellationTokenSource();
        portal.Between = async (request, send) =>
        {
            if (request.Method != HttpMethod.Post)
            {
                return await send();
            }

            await person.CancelAsync();
            throw new TaskCanceledException();
        };
        try
        {
            var outcome = await portal.Keys.CreateAsync(Staff.Custodian, form, person.Token);

            Assert.Equal(ServiceRefusals.VaultDidNotAnswer, Assert.IsType<Outcome<KeyIdentifier>.Refused>(outcome).Refusal.Code);
            Assert.Contains(
                await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter($"{form.Vault}/{form.Name}"), null, 9, None),
                entry => entry is { Code: ActivityCodes.KeyCreation, Result: ActivityResult.Refused });
        }
        finally
        {
            portal.Between = null;
        }
    }

    [Fact]
    public async Task A_change_that_fails_when_the_person_has_left_is_on_record_as_refused()
    {
        using var person = new CancellationTokenSource();

        var outcome = await portal.Get<Guard>().RunAsync<bool>(
            Staff.Custodian,
            Permission.CreateKey,
            ActivityCodes.KeyCreation,
            "left-behind",
            async () =>
            {
                await person.CancelAsync();
                throw new TimeoutException();
            },
            person.Token);

        Assert.Equal(ServiceRefusals.VaultDidNotAnswer, Assert.IsType<Outcome<bool>.Refused>(outcome).Refusal.Code);
        var entry = Assert.Single(await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter("left-behind"), null, 9, None));
        Assert.Equal(ActivityResult.Refused, entry.Result);
    }

    [Theory]
    [InlineData(RevocationMethod.RemoveRole)]
    [InlineData(RevocationMethod.DisableVersion)]
    [InlineData(RevocationMethod.DisableKey)]
    public async Task A_revoke_takes_reads_away_and_its_restore_gives_the_same_data_back(RevocationMethod method)
    {
        var name = $"revoke-{method}".ToLowerInvariant();
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync(name, key);
        await portal.AddGroupAsync(name, "line-a");
        var before = await portal.VerifyAsync(name);
        var target = new RevocationTarget(
            method,
            method is RevocationMethod.DisableVersion ? (await portal.DetailAsync(key)).Current.Id : key,
            method is RevocationMethod.RemoveRole ? name : null);

        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(target));

        Assert.Equal(KeyAccess.Revoked, await portal.AccessOfAsync(name));
        Assert.Equal((0, 1), ((await portal.VerifyAsync(name)) is var during ? (during.ReadOk, during.Rejected) : default));
        Assert.Equal(revocation.Id, (await portal.DetailAsync(key)).ActiveRevocation);
        Assert.Contains(await portal.Revocation.ListActiveAsync(Staff.Auditor, None), active => active.Operation == revocation.Id && active.Target == target);

        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Id, "Over again", None));

        Assert.Equal(KeyAccess.Accessible, await portal.AccessOfAsync(name));
        Assert.Equal(before.ContentHash, (await portal.VerifyAsync(name)).ContentHash);
        Assert.NotNull(before.ContentHash);
        Assert.Null((await portal.DetailAsync(key)).ActiveRevocation);
        Assert.Equal(
            ServiceRefusals.AlreadyRestored, (await portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Id, "Over again", None)).Refusal().Code);
        await portal.SucceedsAsync(await portal.RotateAsync(key));
    }

    [Fact]
    public async Task Removing_the_role_of_one_instance_leaves_the_other_readable()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("role-a", key);
        await portal.NewInstanceAsync("role-b", key);

        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "role-a")));
        await portal.Instances.RecheckAsync(Staff.Operator, "role-b", None);

        Assert.Equal(KeyAccess.Revoked, await portal.AccessOfAsync("role-a"));
        Assert.Equal(KeyAccess.Accessible, await portal.AccessOfAsync("role-b"));
    }

    [Fact]
    public async Task Restoring_a_disabled_key_enables_exactly_the_versions_that_the_revoke_disabled()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("exactly-those", key);
        var retired = (await portal.DetailAsync(key)).Current.Id;
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        (await portal.Keys.RetireVersionAsync(Staff.Custodian, retired, None)).Value();

        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        Assert.All((await portal.DetailAsync(key)).Versions, version => Assert.Equal(KeyAvailability.Disabled, version.Availability));
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Custodian, revocation.Id, "Over again", None));

        var versions = (await portal.DetailAsync(key)).Versions;
        Assert.Equal([KeyAvailability.Enabled, KeyAvailability.Disabled], versions.Select(version => version.Availability));
    }

    [Fact]
    public async Task Retiring_a_version_that_still_wraps_is_refused_with_the_number_and_the_names()
    {
        var key = await portal.NewKeyAsync();
        var first = (await portal.DetailAsync(key)).Current.Id;
        await portal.NewInstanceAsync("still-wrapped-1", first);
        await portal.NewInstanceAsync("still-wrapped-2", first);
        await portal.NewInstanceAsync("moves-on", key);
        await portal.SucceedsAsync(await portal.RotateAsync(key));

        var refusal = (await portal.Keys.RetireVersionAsync(Staff.Custodian, first, None)).Refusal();

        Assert.Equal(ServiceRefusals.VersionStillWraps, refusal.Code);
        Assert.Equal(["2", "still-wrapped-1", "still-wrapped-2"], refusal.Arguments.Order());
        var version = (await portal.DetailAsync(key)).Versions.Single(other => other.Id == first);
        Assert.Equal((KeyAvailability.Enabled, KeyVersionUse.Retiring, 2), (version.Availability, version.Use, version.InstanceKeys));
        Assert.Equal(
            ServiceRefusals.VersionIsCurrent,
            (await portal.Keys.RetireVersionAsync(Staff.Custodian, (await portal.DetailAsync(key)).Current.Id, None)).Refusal().Code);

        // The fence was released: an instance can still be created on the old version.
        await portal.NewInstanceAsync("pinned-after-refusal", first);
    }

    [Fact]
    public async Task A_retired_version_can_be_enabled_again_but_not_one_that_a_revoke_disabled()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("enable-again", key);
        var first = (await portal.DetailAsync(key)).Current.Id;
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        (await portal.Keys.RetireVersionAsync(Staff.Custodian, first, None)).Value();
        (await portal.Keys.EnableVersionAsync(Staff.Custodian, first, None)).Value();
        await portal.NewInstanceAsync("on-enabled", first);

        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableVersion, first)));

        Assert.Equal(ServiceRefusals.VersionIsRevoked, (await portal.Keys.EnableVersionAsync(Staff.Custodian, first, None)).Refusal().Code);
    }

    [Fact]
    public async Task A_version_made_outside_is_in_the_history_and_is_picked_up_on_request()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("picks-up", key);
        Assert.Equal(ServiceRefusals.NothingToPickUp, (await portal.Rotation.StartPickupAsync(Staff.Custodian, key, None)).Refusal().Code);
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        await portal.KeyVault.PostAsync($"/keys/{key.Name}/rotate", null);

        var outside = Assert.Single(await portal.Rotation.HistoryAsync(Staff.Auditor, key, None));
        Assert.Equal((null, null, 0, 1), (outside.Operation, outside.By, outside.Rewrapped, outside.Expected));
        Assert.Equal(VersionDrift.NotPickedUp, (await portal.Instances.GetAsync(Staff.Auditor, "picks-up", None))!.Drift);

        await portal.SucceedsAsync(await portal.Rotation.StartPickupAsync(Staff.Custodian, key, None));

        Assert.Equal(VersionDrift.None, (await portal.Instances.GetAsync(Staff.Auditor, "picks-up", None))!.Drift);
        Assert.Equal(1, Assert.Single(await portal.Rotation.HistoryAsync(Staff.Auditor, key, None)).Rewrapped);
        Assert.Equal(2, (await portal.DetailAsync(key)).Versions.Count);
    }

    [Fact]
    public async Task A_creation_that_cannot_finish_leaves_no_identity_and_no_role_behind()
    {
        var key = await portal.NewKeyAsync();
        await portal.KeyVault.PatchAsync(
            $"/keys/{key.Name}/{(await portal.DetailAsync(key)).Current.Id.Version}", new { attributes = new { enabled = false } });
        var form = new NewInstance("half-way", "rg-contoso", "westeurope", true, "id-half-way", key.ToString());

        var operation = await portal.EndedAsync(await portal.Instances.CreateAsync(Staff.Operator, form, None));

        Assert.Equal((OperationState.Failed, ProvisioningRefusals.KeyDisabled), (operation.State, operation.Failure?.Code));
        Assert.DoesNotContain(await portal.Management.ListIdentitiesAsync(None), identity => identity.Name == "id-half-way");
        Assert.DoesNotContain(
            await portal.Management.ListRoleAssignmentsAsync(key, None), assignment => assignment.Scope.EndsWith(key.Name, StringComparison.Ordinal));
        Assert.Null(await portal.Instances.GetAsync(Staff.Auditor, "half-way", None));
    }

    [Fact]
    public async Task A_check_runs_every_probe_and_leaves_nothing_behind_once_the_wizard_is_left()
    {
        var key = await portal.NewKeyAsync();
        var form = new NewInstance("only-checked", "rg-contoso", "westeurope", true, "id-only-checked", key.ToString());

        var checks = (await portal.Instances.CheckAsync(Staff.Operator, form, None)).Value().Checks;
        Assert.True((await portal.Instances.GiveUpAsync(Staff.Operator, form.Id, None)).Value());

        Assert.True(checks.AllPassed);
        Assert.Contains(checks.Checks, check => check.Name == CreationCheckName.Unwrap);
        Assert.DoesNotContain(await portal.Management.ListIdentitiesAsync(None), identity => identity.Name == "id-only-checked");
        Assert.DoesNotContain(
            await portal.Management.ListRoleAssignmentsAsync(key, None), assignment => assignment.Scope.EndsWith(key.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_action_is_in_the_activity_log_with_intent_and_outcome()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("logged", key);
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Id, "Over again", None));

        // Of the key itself; what became of its instance is among them, too.
        var entries = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 50, None))
            .Where(entry => entry.Subject != "logged").ToList();

        Assert.Equal(
            [
                (ActivityCodes.KeyCreation, ActivityResult.Intent), (ActivityCodes.KeyCreation, ActivityResult.Succeeded),
                (ActivityCodes.RoleMade, ActivityResult.Succeeded),
                (ActivityCodes.Rotation, ActivityResult.Intent), (ActivityCodes.Rotation, ActivityResult.Succeeded),
                (ActivityCodes.Revocation, ActivityResult.Intent), (ActivityCodes.Revocation, ActivityResult.Succeeded),
                (ActivityCodes.Restoration, ActivityResult.Intent), (ActivityCodes.Restoration, ActivityResult.Succeeded),
            ],
            entries.AsEnumerable().Reverse().Select(entry => (entry.Code, entry.Result)));
        Assert.Contains("Contract has ended.", entries.First(entry => entry.Code == ActivityCodes.Revocation).Arguments);
        Assert.Equal(Staff.Approver, entries[0].By);
    }
}
