using System.Net;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>
/// What a revocation still holds is what the vault says, however many stand on one key and whoever else changes it; and what DPS notices
/// late, or after a restart, is put down to whom it is due.
/// </summary>
[StartsHosts]
public sealed class StandingRevocationTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Restoring_the_older_of_two_revocations_leaves_what_the_newer_wants_off()
    {
        var (key, current) = await RotatedAsync("two-stand");
        var byVersion = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableVersion, current)));
        var byKey = await portal.SucceedsAsync(await RevokeWholeAsync(key));

        var restored = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, byVersion.Id, "Over again", None));

        Assert.Equal((OperationState.Partial, ServiceRefusals.HeldByAnotherRevocation), (restored.State, restored.Failure?.Code));
        Assert.Equal(byKey.Id.ToString(), restored.Failure!.Arguments[3]);
        Assert.Equal([current.ToString(), byKey.Id.ToString()], restored.Steps.Single(step => step.Code == StepCodes.LeaveOff).Arguments);
        Assert.Equal(KeyAvailability.Disabled, (await portal.DetailAsync(key)).Current.Availability);
        Assert.Equal(KeyAccess.Revoked, await portal.AccessOfAsync("two-stand"));
        Assert.Equal([byKey.Id], (await portal.DetailAsync(key)).Revocations.Select(revocation => revocation.Operation));

        // The newer has taken over what it left: with it all comes back.
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, byKey.Id, "Over again", None));
        Assert.Equal(KeyAccess.Accessible, await portal.AccessOfAsync("two-stand"));
        Assert.All((await portal.DetailAsync(key)).Versions, version => Assert.Equal(KeyAvailability.Enabled, version.Availability));
    }

    [Fact]
    public async Task Restoring_the_newer_of_two_revocations_leaves_what_the_older_took()
    {
        var (key, current) = await RotatedAsync("older-stays");
        var byVersion = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableVersion, current)));
        var byKey = await portal.SucceedsAsync(await RevokeWholeAsync(key));

        var restored = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, byKey.Id, "Over again", None));

        Assert.Equal((OperationState.Partial, byVersion.Id.ToString()), (restored.State, restored.Failure?.Arguments[3]));
        Assert.Equal(KeyAccess.Revoked, await portal.AccessOfAsync("older-stays"));
        Assert.Equal([KeyAvailability.Disabled, KeyAvailability.Enabled], (await portal.DetailAsync(key)).Versions.Select(version => version.Availability));
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, byVersion.Id, "Over again", None));
        Assert.Equal(KeyAccess.Accessible, await portal.AccessOfAsync("older-stays"));
    }

    [Fact]
    public async Task A_role_that_was_made_anew_under_another_name_and_taken_again_is_not_given_back_with_the_older_revocation()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("made-anew", key);
        var older = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "made-anew")));
        var principal = (await portal.EncryptionOfAsync("made-anew")).Identity.PrincipalId;
        await portal.KeyVault.GrantAsync(
            principal, RunningVault.CryptoServiceEncryptionUser, $"{portal.KeyVault.VaultResourceId(RunningPortalServices.Vault)}/keys/{key.Name}");
        var newer = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "made-anew")));

        var restored = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, older.Id, "Over again", None));

        Assert.Equal((OperationState.Partial, newer.Id.ToString()), (restored.State, restored.Failure?.Arguments[3]));
        Assert.DoesNotContain(await portal.Management.ListRoleAssignmentsAsync(key, None), assignment => assignment.IsFor(principal));
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, newer.Id, "Over again", None));
        Assert.Equal(KeyAccess.Accessible, await portal.AccessOfAsync("made-anew"));
    }

    [Fact]
    public async Task What_others_gave_back_is_no_longer_shown_as_taken_and_cannot_be_restored_again()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("given-back", key);
        var version = (await portal.DetailAsync(key)).Current.Id;
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        Assert.Equal(["given-back"], (await ActiveAsync(revoked.Id))!.Without);

        await EnableOutsideAsync(version, true);

        // Also before DPS has noticed.
        Assert.Null(await ActiveAsync(revoked.Id));
        Assert.Empty((await portal.DetailAsync(key)).Revocations);
        Assert.Equal(
            ServiceRefusals.NothingToRestore, (await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None)).Refusal().Code);

        await portal.Instances.RecheckAsync(Staff.Operator, "given-back", None);
        var undone = await portal.EntryAsync(key.ToString(), ActivityCodes.RevocationUndoneOutside);
        Assert.Equal((revoked.Id, null), (undone.Operation, undone.By));
        Assert.Equal(AftermathKind.UndoneOutside, (await portal.Operations.GetAsync(Staff.Auditor, revoked.Id, None))!.Aftermath?.Kind);

        // Somebody takes the same away later: that is theirs, and not this revocation anew.
        await EnableOutsideAsync(version, false);
        await portal.Instances.RecheckAsync(Staff.Operator, "given-back", None);
        await portal.EntryAsync("given-back", ActivityCodes.AccessLostOutside);
        Assert.Null(await ActiveAsync(revoked.Id));
    }

    [Fact]
    public async Task What_was_given_back_in_part_is_told_apart()
    {
        var (key, current) = await RotatedAsync("in-part");
        var old = (await portal.DetailAsync(key)).Versions[1].Id;
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));

        await EnableOutsideAsync(old, true);

        var active = await ActiveAsync(revoked.Id);
        Assert.Equal(
            [(current.ToString(), HoldState.InForce), (old.ToString(), HoldState.Undone)],
            active!.Changes.Select(held => (held.Change.Subject, held.State)));
        var detail = await portal.DetailAsync(key);
        Assert.True(detail.IsRevoked(current));
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_leaves_a_revocation_standing_as_unknown()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("unread", key);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        portal.Between = (request, send) => request.RequestUri!.AbsolutePath.StartsWith("/keys/", StringComparison.Ordinal)
            ? throw new HttpRequestException("gone") : send();

        var active = await ActiveAsync(revoked.Id);
        portal.Between = null;

        Assert.Equal(HoldState.Unknown, Assert.Single(active!.Changes).State);
        await portal.KeyVault.SendAsync(HttpMethod.Delete, $"/keys/{key.Name}");
        Assert.Equal(HoldState.Missing, Assert.Single((await ActiveAsync(revoked.Id))!.Changes).State);
    }

    [Fact]
    public async Task A_role_that_takes_long_to_come_back_is_not_called_taken_back_and_is_known_as_the_restores_after_a_restart()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("slow-restore", key);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "slow-restore")));
        await portal.SlowRolesAsync("PT30M");

        var restored = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));

        Assert.Equal((OperationState.Unconfirmed, ServiceRefusals.StillDenied), (restored.State, restored.Failure?.Code));
        Assert.Equal(AftermathKind.Open, restored.Aftermath?.Kind);
        Assert.Null(await ActiveAsync(revoked.Id));
        await portal.RestartAsync();
        await portal.SlowRolesAsync("PT0S");
        await portal.Instances.RecheckAsync(Staff.Operator, "slow-restore", None);

        Assert.Equal(restored.Id, (await portal.EntryAsync("slow-restore", ActivityCodes.AccessRegained)).Operation);
        Assert.Equal(AftermathKind.EffectCame, (await portal.Operations.GetAsync(Staff.Auditor, restored.Id, None))!.Aftermath?.Kind);
        Assert.Equal(AftermathKind.Restored, (await portal.Operations.GetAsync(Staff.Auditor, revoked.Id, None))!.Aftermath?.Kind);
    }

    [Fact]
    public async Task A_revoke_that_was_not_confirmed_is_still_ours_when_it_takes_effect_after_a_restart()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("slow-revoke", key);
        await portal.SlowRolesAsync("PT30M");

        var revoked = await portal.EndedAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "slow-revoke")));

        Assert.Equal((OperationState.Unconfirmed, AftermathKind.Open), (revoked.State, revoked.Aftermath?.Kind));
        Assert.Empty((await ActiveAsync(revoked.Id))!.Without);
        await portal.RestartAsync();
        await portal.SlowRolesAsync("PT0S");
        await portal.Instances.RecheckAsync(Staff.Operator, "slow-revoke", None);

        Assert.Equal(revoked.Id, (await portal.EntryAsync("slow-revoke", ActivityCodes.AccessLost)).Operation);
        Assert.Equal(AftermathKind.EffectCame, (await portal.Operations.GetAsync(Staff.Auditor, revoked.Id, None))!.Aftermath?.Kind);
        await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));
    }

    [Fact]
    public async Task A_revoke_that_never_took_effect_and_was_undone_is_not_blamed_for_a_later_loss()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("not-to-blame", key);
        await portal.SlowRolesAsync("PT30M");
        var revoked = await portal.EndedAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "not-to-blame")));
        var principal = (await portal.EncryptionOfAsync("not-to-blame")).Identity.PrincipalId;
        await portal.Management.AssignEncryptionUserAsync(key, principal, None);
        await portal.SlowRolesAsync("PT0S");

        await EnableOutsideAsync((await portal.DetailAsync(key)).Current.Id, false);
        await portal.Instances.RecheckAsync(Staff.Operator, "not-to-blame", None);

        Assert.Null((await portal.EntryAsync("not-to-blame", ActivityCodes.AccessLostOutside)).Operation);
        Assert.Equal(OperationState.Unconfirmed, revoked.State);
    }

    [Fact]
    public async Task A_rotation_that_one_instance_cannot_follow_is_partly_done_and_its_version_is_its_own_when_that_instance_takes_it_up()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("follows", key);
        await portal.NewInstanceAsync("is-blocked", key);
        var revoked = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "is-blocked")));

        var rotation = await portal.EndedAsync(await portal.RotateAsync(key));

        Assert.Equal((OperationState.Partial, AftermathKind.Open), (rotation.State, rotation.Aftermath?.Kind));
        Assert.Equal(["follows"], (await portal.DetailAsync(key)).Current.Instances);

        await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Approver, revoked.Id, "Over again", None));
        Assert.Equal(rotation.Id, (await portal.EntryAsync("is-blocked", ActivityCodes.VersionPickedUpLater)).Operation);
        Assert.Equal(AftermathKind.EffectCame, (await portal.Operations.GetAsync(Staff.Auditor, rotation.Id, None))!.Aftermath?.Kind);
    }

    [Fact]
    public async Task A_rotation_that_made_no_version_has_failed_and_nothing_is_changed()
    {
        var key = await portal.NewKeyAsync();
        var before = await portal.DetailAsync(key);
        portal.Between = (request, send) => request.RequestUri!.AbsolutePath.EndsWith("/rotate", StringComparison.Ordinal)
            ? Task.FromResult(FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac")) : send();

        var rotation = await portal.EndedAsync(await portal.RotateAsync(key));
        portal.Between = null;

        Assert.Equal(OperationState.Failed, rotation.State);
        Assert.Equal(before.Versions.Count, (await portal.DetailAsync(key)).Versions.Count);
    }

    private async Task<(KeyIdentifier Key, KeyIdentifier Current)> RotatedAsync(string instance)
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync(instance, key);
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        return (key, (await portal.DetailAsync(key)).Current.Id);
    }

    private Task<Outcome<Guid>> RevokeWholeAsync(KeyIdentifier key) => portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key));

    private async Task<ActiveRevocation?> ActiveAsync(Guid operation) =>
        (await portal.Revocation.ListActiveAsync(Staff.Auditor, None)).FirstOrDefault(revocation => revocation.Operation == operation);

    private Task<VaultResponse> EnableOutsideAsync(KeyIdentifier version, bool enabled) =>
        portal.KeyVault.PatchAsync($"/keys/{version.Name}/{version.Version}", new { attributes = new { enabled } });
}
