using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>An instance is moved to another key by its administrators, on the real vault and the real DPS.</summary>
[StartsHosts]
public sealed class RekeyTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly string[] SignAndVerify = ["sign", "verify"];

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task An_instance_moves_to_a_key_in_a_clean_vault_and_lives_on_when_the_old_key_is_retired()
    {
        var (old, _) = await PreparedAsync("moves");
        await portal.NewInstanceAsync("stays", old);
        var before = await portal.VerifyAsync("moves");
        var from = (await portal.DetailAsync(old)).Current.Id;
        var target = await portal.CleanKeyAsync();

        var plan = (await portal.Rekey.PlanAsync(Staff.Auditor, "moves", target, None)).Value();
        Assert.Equal((old, from, target, true, true, "id-moves"), (plan.Configured, plan.From, plan.Key, plan.ChangesKey, plan.Rewraps, plan.IdentityName));
        Assert.Equal(["stays"], plan.LeftBehind);

        var operation = await portal.SucceedsAsync(await portal.RekeyAsync("moves", target));

        Assert.Equal(
            [StepCodes.AssignRole, StepCodes.RekeyInstance, StepCodes.PruneInstance, StepCodes.ConfirmRekeyed], operation.Steps.Select(step => step.Code));
        Assert.Equal(["moves", from.ToString(), target.ToString()], operation.Steps[1].Arguments);
        var key = await portal.EncryptionOfAsync("moves");
        Assert.Equal((target, plan.To.Id, WrappedKeyUse.Current), (key.ConfiguredKey, key.EffectiveKey, Assert.Single(key.WrappedKeys).Use));
        Assert.Equal(before.ContentHash, (await portal.VerifyAsync("moves")).ContentHash);
        Assert.Equal(["stays"], (await portal.DetailAsync(old)).Dependents.Select(dependent => dependent.Instance));

        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, old)));
        await portal.Instances.RecheckAsync(Staff.Operator, "moves", None);
        Assert.Equal(before.ContentHash, (await portal.VerifyAsync("moves")).ContentHash);
        Assert.Equal(KeyAccess.Revoked, await portal.AccessOfAsync("stays"));
    }

    [Fact]
    public async Task The_operation_is_in_the_activity_log_with_both_versions()
    {
        var (key, from) = await PreparedAsync("logged");
        var target = await portal.CleanKeyAsync();

        var operation = await portal.SucceedsAsync(await portal.RekeyAsync("logged", target));

        var entries = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter("logged", operation.Id), null, 10, None))
            .Where(entry => entry.Code == ActivityCodes.Rekey).ToList();
        Assert.Equal([ActivityResult.Succeeded, ActivityResult.Intent], entries.Select(entry => entry.Result));
        Assert.Equal([from.ToString(), (await portal.DetailAsync(target)).Current.Id.ToString()], entries[0].Arguments);
        Assert.Equal(Staff.Custodian, entries[0].By);
        foreach (var concerned in new[] { key, target })
        {
            Assert.Contains(
                await portal.Activity.ListAsync(
                    Staff.Auditor, new ActivityFilter(concerned.ToString()), null, 50, None), entry => entry.Sequence == entries[0].Sequence);
        }
    }

    [Fact]
    public async Task It_moves_back_the_same_way()
    {
        var (old, from) = await PreparedAsync("back");
        await portal.SucceedsAsync(await portal.RekeyAsync("back", await portal.CleanKeyAsync()));

        await portal.SucceedsAsync(await portal.RekeyAsync("back", old));

        Assert.Equal((old, from), (await portal.EncryptionOfAsync("back")) is var key ? (key.ConfiguredKey, key.EffectiveKey) : default);
    }

    [Fact]
    public async Task Versionless_becomes_pinned_without_another_wrap_and_a_rotation_then_leaves_it()
    {
        var (key, version) = await PreparedAsync("pinned-later");
        Assert.False((await portal.Rekey.PlanAsync(Staff.Custodian, "pinned-later", version, None)).Value().Rewraps);

        var operation = await portal.SucceedsAsync(await portal.RekeyAsync("pinned-later", version));
        Assert.DoesNotContain(operation.Steps, step => step.Code == StepCodes.AssignRole);
        await portal.SucceedsAsync(await portal.RotateAsync(key));

        Assert.Equal(
            (version, version), (await portal.EncryptionOfAsync("pinned-later")) is var pinned ? (pinned.ConfiguredKey, pinned.EffectiveKey) : default);
        Assert.Equal(WrappedKeyUse.Current, Assert.Single((await portal.DetailAsync(key)).Dependents).Use);
    }

    [Fact]
    public async Task What_can_be_seen_beforehand_is_refused_before_anything_begins()
    {
        var (key, version) = await PreparedAsync("refused");
        await portal.NewInstanceAsync("microsoft-managed");
        await portal.KeyVault.CreateVaultAsync("kv-purgeable", purgeProtection: false);
        portal.Options.Vaults.Add("kv-purgeable");
        var purgeable = KeyIdentifier.Parse(Address("kv-purgeable", "kek"));
        var disabled = (await portal.DetailAsync(await portal.NewKeyAsync())).Current.Id;
        await portal.Get<VaultKeys>().SetEnabledAsync(disabled, false, None);

        (string Instance, KeyIdentifier Key, string Code, string? Field)[] refused =
        [
            ("refused", key, ServiceRefusals.NothingToRekey, "Key"),
            ("no-such-instance", key, ProvisioningRefusals.InstanceUnknown, null),
            ("microsoft-managed", key, ProvisioningRefusals.NotCustomerManaged, null),
            ("refused", KeyIdentifier.Parse(Address("kv-elsewhere", "kek")), ServiceRefusals.VaultUnknown, "Key"),
            ("refused", purgeable, ProvisioningRefusals.PurgeProtectionMissing, "Key"),
            ("refused", KeyIdentifier.Create(key.Vault, "no-such-key"), ProvisioningRefusals.KeyNotFound, "Key"),
            ("refused", key.WithVersion(new string('0', 32)), ProvisioningRefusals.KeyVersionNotFound, "Key"),
            ("refused", disabled, ProvisioningRefusals.KeyDisabled, "Key"),
            ("refused", disabled.Versionless, ProvisioningRefusals.KeyDisabled, "Key"),
        ];
        foreach (var (instance, target, code, field) in refused)
        {
            var planned = (await portal.Rekey.PlanAsync(Staff.Custodian, instance, target, None)).Refusal();
            Assert.Equal((target, code, field), (target, planned.Code, planned.Field));
            Assert.Equal(planned.Code, (await portal.Rekey.StartAsync(Staff.Custodian, instance, target, version, "To another key", None)).Refusal().Code);
        }

        Assert.Equal(key, (await portal.EncryptionOfAsync("refused")).ConfiguredKey);
    }

    [Fact]
    public async Task A_key_that_DPS_would_find_unsuitable_is_refused_before_a_role_is_made_on_it()
    {
        var (key, _) = await PreparedAsync("unsuitable");
        var principal = (await portal.EncryptionOfAsync("unsuitable")).Identity.PrincipalId;
        var curve = await CreatedAsync("kek-curve", new { kty = "EC", crv = "P-256" });
        var signing = await CreatedAsync("kek-signing", new { kty = "RSA", key_size = 2048, key_ops = SignAndVerify });
        var fenced = (await portal.DetailAsync(await portal.NewKeyAsync())).Current.Id;
        await portal.Dps.Instances.FenceAsync(RunningDps.Tester, fenced, None);

        (KeyIdentifier Key, string Code)[] unsuitable =
        [
            (curve, ProvisioningRefusals.KeyTypeUnsupported),
            (signing, ProvisioningRefusals.KeyOperationsMissing),
            (fenced, ProvisioningRefusals.VersionFenced),
        ];
        foreach (var (target, code) in unsuitable)
        {
            var refusal = (await portal.RekeyAsync("unsuitable", target)).Refusal();

            Assert.Equal((code, "Key"), (refusal.Code, refusal.Field));
            Assert.DoesNotContain(await portal.Management.ListRoleAssignmentsAsync(target, None), assignment => assignment.IsFor(principal));
        }

        Assert.Equal((key, KeyAccess.Accessible), ((await portal.EncryptionOfAsync("unsuitable")).ConfiguredKey, await portal.AccessOfAsync("unsuitable")));
        Assert.Contains(await portal.Management.ListRoleAssignmentsAsync(key, None), assignment => assignment.IsFor(principal));
    }

    [Fact]
    public async Task While_its_key_denies_access_it_cannot_move_and_the_refusal_names_that_key()
    {
        var (key, version) = await PreparedAsync("denied");
        var target = await portal.CleanKeyAsync();
        await portal.Get<VaultKeys>().SetEnabledAsync(version, false, None);

        // DPS has not noticed yet, and the vault shows it.
        var unnoticed = (await portal.RekeyAsync("denied", target)).Refusal();
        Assert.Equal(ProvisioningRefusals.RekeyNeedsCurrentKey, unnoticed.Code);
        Assert.Equal([version.ToString(), nameof(KeyAccessCause.VersionDisabled), ""], unnoticed.Arguments);

        await portal.Instances.RecheckAsync(Staff.Operator, "denied", None);
        var noticed = (await portal.RekeyAsync("denied", target)).Refusal();
        Assert.Equal(ProvisioningRefusals.RekeyNeedsCurrentKey, noticed.Code);
        Assert.Equal([version.ToString(), nameof(KeyAccessCause.VersionDisabled), "KeyDisabled"], noticed.Arguments);
        Assert.Equal(key, (await portal.EncryptionOfAsync("denied")).ConfiguredKey);
    }

    [Fact]
    public async Task Whoever_saw_another_version_than_the_one_in_use_looks_again()
    {
        var (key, seen) = await PreparedAsync("looked-before");
        await portal.SucceedsAsync(await portal.RotateAsync(key));

        var refusal = (await portal.Rekey.StartAsync(Staff.Custodian, "looked-before", await portal.CleanKeyAsync(), seen, "To another key", None)).Refusal();

        Assert.Equal((ServiceRefusals.InstanceKeyChanged, (await portal.DetailAsync(key)).Current.Id.ToString()), (refusal.Code, refusal.Arguments[0]));
    }

    [Fact]
    public async Task One_re_key_of_an_instance_at_a_time_and_its_keys_stay_free_for_a_revoke()
    {
        var (old, version) = await PreparedAsync("one-rekey");
        var target = await portal.CleanKeyAsync();
        var held = portal.Checkpoints.Hold("services.rekey.rekey-instance.before");
        var first = await portal.RekeyAsync("one-rekey", target);
        await held.Arrived;
        portal.Checkpoints.On = null;

        Assert.Equal(
            ServiceRefusals.OperationInProgress,
            (await portal.Rekey.StartAsync(Staff.Custodian, "ONE-REKEY", target, version, "To another key", None)).Refusal().Code);
        await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, old)));
        held.Release();

        var ended = await portal.EndedAsync(first);
        Assert.Equal((OperationState.Failed, ServiceRefusals.InstanceIsRevoked), (ended.State, ended.Failure?.Code));
    }

    [Fact]
    public async Task A_re_key_does_not_get_round_a_revocation_whose_effect_is_still_to_come()
    {
        var (key, _) = await PreparedAsync("still-honoured");
        var target = await portal.CleanKeyAsync();
        await portal.SlowRolesAsync("PT30M");
        try
        {
            var revoked = await portal.EndedAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.RemoveRole, key, "still-honoured")));
            Assert.Equal((OperationState.Unconfirmed, KeyAccess.Accessible), (revoked.State, await portal.AccessOfAsync("still-honoured")));

            Assert.Equal(ServiceRefusals.InstanceIsRevoked, (await portal.RekeyAsync("still-honoured", target)).Refusal().Code);
        }
        finally
        {
            await portal.SlowRolesAsync("PT0S");
        }
    }

    [Fact]
    public async Task A_key_on_which_something_runs_takes_no_instance()
    {
        await PreparedAsync("waits-its-turn");
        var target = await portal.CleanKeyAsync();
        var held = portal.Checkpoints.Hold("services.rotate.create-version.before");
        var rotation = await portal.RotateAsync(target);
        await held.Arrived;
        portal.Checkpoints.On = null;

        var refusal = (await portal.RekeyAsync("waits-its-turn", target)).Refusal();
        held.Release();

        Assert.Equal((ServiceRefusals.OperationInProgress, target.Canonical), (refusal.Code, refusal.Arguments[0]));
        await portal.SucceedsAsync(rotation);
    }

    [Fact]
    public async Task A_rotation_lets_an_instance_go_that_moves_away_meanwhile()
    {
        var (key, _) = await PreparedAsync("moves-during-rotation");
        await portal.NewInstanceAsync("rotates-on", key);
        var held = portal.Checkpoints.Hold("services.rotate.rewrap-instance.before");
        var rotation = await portal.RotateAsync(key);
        await held.Arrived;
        portal.Checkpoints.On = null;

        await portal.SucceedsAsync(await portal.RekeyAsync("moves-during-rotation", await portal.CleanKeyAsync()));
        held.Release();

        var operation = await portal.SucceedsAsync(rotation);
        Assert.DoesNotContain(operation.Steps, step => step.Arguments.Contains("moves-during-rotation"));
        Assert.Equal(["rotates-on"], (await portal.DetailAsync(key)).Current.Instances);
    }

    [Fact]
    public async Task A_silent_new_vault_is_waited_for()
    {
        await PreparedAsync("waits");
        var target = await portal.CleanKeyAsync();
        var held = portal.Checkpoints.Hold("services.rekey.assign-role.before");
        var started = await portal.RekeyAsync("waits", target);
        await held.Arrived;
        portal.Checkpoints.On = null;

        await portal.RestartVaultAsync(async () =>
        {
            held.Release();
            for (var patience = 0; patience < 500
                && (await portal.Operations.GetAsync(Staff.Auditor, started.Value(), None))!.State != OperationState.Waiting; patience++)
            {
                await Task.Delay(10);
            }

            Assert.Equal(OperationState.Waiting, (await portal.Operations.GetAsync(Staff.Auditor, started.Value(), None))!.State);
        });

        await portal.SucceedsAsync(started);
    }

    private async Task<(KeyIdentifier Key, KeyIdentifier Version)> PreparedAsync(string name)
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync(name, key);
        await portal.AddGroupAsync(name, "line-a");
        return (key, (await portal.DetailAsync(key)).Current.Id);
    }

    private async Task<KeyIdentifier> CreatedAsync(string name, object body) =>
        KeyIdentifier.Parse((await portal.KeyVault.CreateKeyAsync(name, body)).KeyId).Versionless;

    private static string Address(string vault, string key) => $"{RunningVault.VaultAddress(vault)}/keys/{key}";
}
