using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Components.Fakes;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Services;

/// <summary>When a revocation may start, what an honest end looks like, and what was not our doing.</summary>
[StartsHosts]
public sealed class RevocationRulesTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_revoke_needs_a_reason_an_impact_that_was_shown_and_one_that_is_still_true()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("acknowledged", key);
        var target = new RevocationTarget(RevocationMethod.DisableKey, key);
        var impact = (await portal.Revocation.PreviewAsync(Staff.Custodian, target, None)).Value();
        async Task<string> StartAsync(string fingerprint, string reason = "Long enough.") =>
            (await portal.Revocation.StartAsync(Staff.Custodian, target, fingerprint, RevokeWhy.Test, reason, None)).Refusal().Code;

        Assert.Equal(ServiceRefusals.ReasonMissing, await StartAsync(impact.Fingerprint, "    why    "));
        Assert.Equal(ServiceRefusals.ImpactTooOld, await StartAsync("never shown"));
        await portal.NewInstanceAsync("acknowledged-too", key);
        Assert.Equal(ServiceRefusals.ImpactChanged, await StartAsync(impact.Fingerprint));
        Assert.Equal(KeyAccess.Accessible, await portal.AccessOfAsync("acknowledged"));
        Assert.Equal(
            3,
            (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 50, None))
                .Count(entry => entry is { Code: ActivityCodes.Revocation, Result: ActivityResult.Refused }));
    }

    [Fact]
    public async Task Registrations_that_go_on_do_not_take_an_acknowledgement_away()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("goes-on", key);
        var target = new RevocationTarget(RevocationMethod.DisableKey, key);
        var impact = (await portal.Revocation.PreviewAsync(Staff.Custodian, target, None)).Value();

        await portal.AddGroupAsync("goes-on", "one-more");

        await portal.SucceedsAsync(await portal.Revocation.StartAsync(Staff.Custodian, target, impact.Fingerprint, RevokeWhy.Test, "Long enough.", None));
    }

    [Fact]
    public async Task The_log_of_a_revoke_has_why_as_a_code_and_the_persons_words_whole()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("in-whole-words", key);
        var target = new RevocationTarget(RevocationMethod.DisableKey, key);
        var impact = (await portal.Revocation.PreviewAsync(Staff.Custodian, target, None)).Value();
        var words = new string('w', ReasonBounds.Longest);

        var id = (await portal.Revocation.StartAsync(Staff.Custodian, target, impact.Fingerprint, RevokeWhy.ContractEnd, words, None)).Value();
        var operation = (await portal.Operations.WaitAsync(Staff.Custodian, id, None))!;

        Assert.Equal((RevokeWhy.ContractEnd, words), (operation.Why, operation.Reason));
        var standing = Assert.Single(await portal.Revocation.ListActiveAsync(Staff.Auditor, None), active => active.Operation == id);
        Assert.Equal((RevokeWhy.ContractEnd, words), (standing.Why, standing.Reason));
        var entries = await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(Operation: id), null, 50, None);
        Assert.All(
            entries.Where(entry => entry.Code == ActivityCodes.Revocation),
            entry => Assert.Equal([nameof(RevocationMethod.DisableKey), key.Name, words, nameof(RevokeWhy.ContractEnd)], entry.Arguments));
        Assert.Equal(2, entries.Count(entry => entry.Code == ActivityCodes.Revocation));
    }

    [Fact]
    public void An_impact_is_valid_for_a_minute_and_not_after_a_restart()
    {
        var clock = new FakeTimeProvider();
        var issued = new IssuedImpacts(clock);
        var shown = Some.Impact(new RevocationTarget(RevocationMethod.DisableKey, Some.Key), Some.Now);
        issued.Issue(shown);

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Same(shown, issued.Find(shown.Fingerprint));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(issued.Find(shown.Fingerprint));
        Assert.Null(new IssuedImpacts(clock).Find(shown.Fingerprint));
    }

    [Fact]
    public async Task Access_that_remains_by_another_route_is_predicted_and_the_revoke_refused()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("inherits", key);
        await GrantOnVaultAsync("id-inherits");
        var target = new RevocationTarget(RevocationMethod.RemoveRole, key, "inherits");

        var impact = (await portal.Revocation.PreviewAsync(Staff.Custodian, target, None)).Value();

        Assert.Equal((AccessFate.Keeps, ImpactReason.KeepsAWiderRole), (impact.Instances[0].Fate, impact.Instances[0].Reason));
        Assert.Equal(new AccessRoute("Key Vault Crypto Service Encryption User", RouteScope.Vault, RunningPortalServices.Vault), impact.Remaining);
        var start = await portal.Revocation.StartAsync(Staff.Custodian, target, impact.Fingerprint, RevokeWhy.Test, "Try it anyway.", None);
        Assert.Equal(ServiceRefusals.NothingToRevoke, start.Refusal().Code);
    }

    [Fact]
    public async Task A_route_that_opens_while_the_revoke_runs_ends_it_as_unconfirmed()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("not-confirmed", key);
        portal.Checkpoints.On = async checkpoint =>
        {
            if (checkpoint == "services.revoke.remove-role-assignment.after")
            {
                await GrantOnVaultAsync("id-not-confirmed");
            }
        };

        var operation = await portal.EndedAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "not-confirmed")));
        portal.Checkpoints.On = null;

        Assert.Equal((OperationState.Unconfirmed, ServiceRefusals.NotConfirmed), (operation.State, operation.Failure?.Code));
        Assert.Equal(["not-confirmed", "Accessible", "None"], operation.Failure!.Arguments);
        Assert.Contains(await portal.Revocation.ListActiveAsync(Staff.Auditor, None), active => active.Operation == operation.Id);
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Custodian, operation.Id, "Over again", None));
    }

    [Fact]
    public async Task A_restore_beside_another_revocation_is_partly_done_and_names_it()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("still-denied", key);
        var byRole = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "still-denied")));
        var byKey = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));

        var failed = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, byRole.Id, "Over again", None));

        Assert.Equal((OperationState.Partial, ServiceRefusals.HeldByAnotherRevocation), (failed.State, failed.Failure?.Code));
        Assert.Contains(byKey.Id.ToString(), failed.Failure!.Arguments);
        Assert.Equal(
            ServiceRefusals.AlreadyRestored, (await portal.Revocation.StartRestoreAsync(Staff.Approver, byRole.Id, "Over again", None)).Refusal().Code);
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, byKey.Id, "Over again", None));
        Assert.Equal(KeyAccess.Accessible, await portal.AccessOfAsync("still-denied"));
    }

    [Fact]
    public async Task A_change_made_behind_the_portals_back_is_logged_as_not_ours()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("behind-the-back", key);
        var version = (await portal.DetailAsync(key)).Current.Id;

        await EnableOutsideAsync(version, false);
        await portal.Instances.RecheckAsync(Staff.Operator, "behind-the-back", None);
        await portal.EntryAsync("behind-the-back", ActivityCodes.AccessLostOutside);
        await EnableOutsideAsync(version, true);
        await portal.Instances.RecheckAsync(Staff.Operator, "behind-the-back", None);

        Assert.Null((await portal.EntryAsync("behind-the-back", ActivityCodes.AccessRegainedOutside)).By);
    }

    [Fact]
    public async Task One_revoke_is_named_for_each_instance_that_it_cut_off_and_others_are_not_told_of()
    {
        var key = await portal.NewKeyAsync();
        foreach (var name in (string[])["cut-one", "cut-two"])
        {
            await portal.NewInstanceAsync(name, key);
        }

        await portal.NewInstanceAsync("not-cut", await portal.SharedKeyAsync());
        var revoke = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        await portal.CaughtUpAsync();

        var losses = await portal.Activity.FindLossesAsync(Staff.Auditor, ["cut-one", "cut-two", "not-cut", "unheard-of"], None);

        Assert.Equal(["cut-one", "cut-two"], losses.Keys.Order());
        Assert.All(losses.Values, loss => Assert.Equal((AccessLossOrigin.Here, revoke.Id, Staff.Custodian), (loss.Origin, loss.Revoke, loss.By)));
        Assert.Empty(await portal.Activity.FindLossesAsync(Staff.Auditor, [], None));
    }

    [Fact]
    public async Task A_keys_activity_has_what_happened_to_its_instances_because_of_it_and_who_is_behind_a_loss()
    {
        var (key, other) = (await portal.NewKeyAsync(), await portal.NewKeyAsync());
        await portal.NewInstanceAsync("of-this-key", key);
        await portal.NewInstanceAsync("of-another-key", other);
        var version = (await portal.DetailAsync(key)).Current.Id;

        await EnableOutsideAsync(version, false);
        await portal.Instances.RecheckAsync(Staff.Operator, "of-this-key", None);
        await portal.EntryAsync("of-this-key", ActivityCodes.AccessLostOutside);
        var outside = await portal.LossAsync("of-this-key");
        Assert.True(outside is { Revoke: null, By: null }, $"{outside}");
        await EnableOutsideAsync(version, true);
        await portal.Instances.RecheckAsync(Staff.Operator, "of-this-key", None);
        await portal.EntryAsync("of-this-key", ActivityCodes.AccessRegainedOutside);
        Assert.Null(await portal.LossAsync("of-this-key"));

        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        await portal.EntryAsync("of-this-key", ActivityCodes.AccessLost);
        var own = await portal.LossAsync("of-this-key");
        Assert.Equal((revocation.Id, Staff.Custodian, revocation.StartedAt), (own?.Revoke, own?.By, own?.StartedAt));

        var about = await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 50, None);
        Assert.Equal(
            [ActivityCodes.AccessLost, ActivityCodes.AccessRegainedOutside, ActivityCodes.AccessLostOutside],
            about.Where(entry => entry.Subject == "of-this-key" && entry.Result == ActivityResult.Noticed).Select(entry => entry.Code));
        Assert.Contains(about, entry => entry is { Code: ActivityCodes.InstanceCreation, Subject: "of-this-key" });
        Assert.DoesNotContain(about, entry => entry.Subject == "of-another-key");
        Assert.Equal(about.Select(entry => entry.Sequence).OrderDescending().Distinct(), about.Select(entry => entry.Sequence));
    }

    [Fact]
    public async Task A_change_that_an_operation_made_is_logged_as_its_own()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("our-own", key);

        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        Assert.Equal(revocation.Id, (await portal.EntryAsync("our-own", ActivityCodes.AccessLost)).Operation);
        var restoration = await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Id, "Over again", None));
        Assert.Equal(restoration.Id, (await portal.EntryAsync("our-own", ActivityCodes.AccessRegained)).Operation);

        var all = await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter("our-own"), null, 50, None);
        Assert.DoesNotContain(all, entry => entry.Code.EndsWith("Outside", StringComparison.Ordinal));
    }

    private Task<VaultResponse> EnableOutsideAsync(KeyIdentifier version, bool enabled) =>
        portal.KeyVault.PatchAsync($"/keys/{version.Name}/{version.Version}", new { attributes = new { enabled } });

    private async Task GrantOnVaultAsync(string identity)
    {
        var principal = (await portal.Management.ListIdentitiesAsync(None)).Single(other => other.Name == identity).PrincipalId;
        await portal.KeyVault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, portal.KeyVault.VaultResourceId(RunningPortalServices.Vault));
    }
}
