using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DpsPortal.Tests.Services;

/// <summary>
/// The process ends at a checkpoint, and after a restart the operation completes by itself, having had its effect exactly once.
/// Ended in-process here; the same checkpoints are used with SIGKILL elsewhere.
/// </summary>
[StartsHosts]
public sealed class ResumeTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<string> Rotate => [.. ServiceCheckpoints.Rotate, .. RewrapCheckpoints.All];

    public static TheoryData<string> PickUp => [.. ServiceCheckpoints.PickUp];

    public static TheoryData<string> Rekey => [.. ServiceCheckpoints.Rekey, .. RewrapCheckpoints.All, .. PruneCheckpoints.All];

    public static TheoryData<string> CreateInstance => [.. ServiceCheckpoints.CreateInstance];

    public static TheoryData<string, RevocationMethod> Revoke => new(
        ServiceCheckpoints.RevokeByVersion.Concat(RevokeCheckpoints.All).Select(checkpoint => (checkpoint, RevocationMethod.DisableKey))
            .Concat(ServiceCheckpoints.RevokeByRole.Select(checkpoint => (checkpoint, RevocationMethod.RemoveRole))));

    public static TheoryData<string, RevocationMethod> Restore => new(
        ServiceCheckpoints.RestoreVersion.Select(checkpoint => (checkpoint, RevocationMethod.DisableKey))
            .Concat(ServiceCheckpoints.RestoreRole.Select(checkpoint => (checkpoint, RevocationMethod.RemoveRole))));

    [Theory]
    [MemberData(nameof(Rotate))]
    public async Task A_rotation_completes_and_makes_no_second_version(string checkpoint)
    {
        var (key, name) = await PreparedAsync("rotate");

        await CrashesAsync(checkpoint, () => portal.RotateAsync(key));

        var detail = await portal.DetailAsync(key);
        Assert.Equal(2, detail.Versions.Count);
        Assert.Equal(detail.Current.Id, detail.Dependents.Single().EffectiveVersion);
        Assert.Equal((1, 0), (detail.Current.InstanceKeys, detail.Versions[1].InstanceKeys));
        Assert.Equal(0, (await portal.VerifyAsync(name)).Rejected);
    }

    [Theory]
    [MemberData(nameof(PickUp))]
    public async Task A_pick_up_completes(string checkpoint)
    {
        var (key, _) = await PreparedAsync("pick-up");
        await portal.KeyVault.PostAsync($"/keys/{key.Name}/rotate", null);

        await CrashesAsync(checkpoint, () => portal.Rotation.StartPickupAsync(Staff.Custodian, key, None));

        var detail = await portal.DetailAsync(key);
        Assert.Equal(2, detail.Versions.Count);
        Assert.Equal(detail.Current.Id, detail.Dependents.Single().EffectiveVersion);
    }

    [Theory]
    [MemberData(nameof(Rekey))]
    public async Task A_re_key_completes_with_one_role_and_one_wrapped_form(string checkpoint)
    {
        var (key, name) = await PreparedAsync("rekey");
        var before = await portal.VerifyAsync(name);
        var target = await portal.CleanKeyAsync();

        await CrashesAsync(checkpoint, () => portal.RekeyAsync(name, target));

        var encryption = await portal.EncryptionOfAsync(name);
        Assert.Equal((target, (await portal.DetailAsync(target)).Current.Id), (encryption.ConfiguredKey, encryption.EffectiveKey));
        Assert.Single(encryption.WrappedKeys);
        Assert.Single(await portal.Management.ListRoleAssignmentsAsync(target, None), assignment => assignment.PrincipalId == encryption.Identity.PrincipalId);
        Assert.Empty((await portal.DetailAsync(key)).Dependents);
        Assert.Equal(before.ContentHash, (await portal.VerifyAsync(name)).ContentHash);
    }

    [Fact]
    public async Task A_re_key_that_had_switched_does_not_say_that_it_failed_when_the_new_key_denies_access_after_the_restart()
    {
        var (_, name) = await PreparedAsync("rekey-denied");
        var target = await portal.CleanKeyAsync();
        portal.Checkpoints.CrashAt = RewrapCheckpoints.AfterSwitch;
        var started = await portal.RekeyAsync(name, target);
        await portal.Checkpoints.Crashed.WaitAsync(TimeSpan.FromSeconds(30));
        await portal.Get<VaultKeys>().SetEnabledAsync((await portal.DetailAsync(target)).Current.Id, false, None);
        await portal.RestartAsync();

        var operation = await portal.EndedAsync(started);

        Assert.Equal(
            (OperationState.Unconfirmed, StepState.Done), (operation.State, operation.Steps.Single(step => step.Code == StepCodes.RekeyInstance).State));
        var encryption = await portal.EncryptionOfAsync(name);
        Assert.Equal(target, encryption.ConfiguredKey);
        Assert.Contains(
            await portal.Management.ListRoleAssignmentsAsync(target, None), assignment => assignment.PrincipalId == encryption.Identity.PrincipalId);
    }

    [Theory]
    [MemberData(nameof(Revoke))]
    public async Task A_revoke_completes(string checkpoint, RevocationMethod method)
    {
        var (key, name) = await PreparedAsync("revoke");

        await CrashesAsync(checkpoint, () => portal.RevokeAsync(Target(method, key, name)));

        Assert.Equal(KeyAccess.Revoked, await portal.AccessOfAsync(name));
        Assert.Equal(1, (await portal.VerifyAsync(name)).Rejected);
    }

    [Theory]
    [MemberData(nameof(Restore))]
    public async Task A_restore_completes(string checkpoint, RevocationMethod method)
    {
        var (key, name) = await PreparedAsync("restore");
        var before = await portal.VerifyAsync(name);
        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(Target(method, key, name)));

        await CrashesAsync(checkpoint, () => portal.Revocation.StartRestoreAsync(Staff.Approver, revocation.Id, "Over again", None));

        Assert.Equal(before.ContentHash, (await portal.VerifyAsync(name)).ContentHash);
        Assert.DoesNotContain(await portal.Revocation.ListActiveAsync(Staff.Auditor, None), active => active.Operation == revocation.Id);
    }

    [Theory]
    [MemberData(nameof(CreateInstance))]
    public async Task A_creation_completes_with_one_identity_one_role_and_one_instance(string checkpoint)
    {
        var key = await portal.SharedKeyAsync();
        var name = Name("create");
        var form = new NewInstance(name, "rg-contoso", "westeurope", true, $"id-{name}", key.ToString());

        await CrashesAsync(checkpoint, () => portal.Instances.CreateAsync(Staff.Operator, form, None));

        Assert.Single(await portal.Instances.ListAsync(Staff.Auditor, None), overview => overview.Instance.Name == name);
        var identity = Assert.Single(await portal.Management.ListIdentitiesAsync(None), identity => identity.Name == $"id-{name}");
        Assert.Single(await portal.Management.ListRoleAssignmentsAsync(key, None), assignment => assignment.PrincipalId == identity.PrincipalId);
    }

    [Fact]
    public async Task What_a_check_had_made_when_the_process_ended_is_taken_back_at_the_next_start()
    {
        var key = await portal.SharedKeyAsync();
        var preparation = portal.Get<AccessPreparation>();
        var owner = new Preparing(Guid.NewGuid(), "leftover", Staff.Operator);
        var identity = await preparation.PrepareIdentityAsync(owner, "id-leftover", None);
        await preparation.AssignRoleAsync(owner, identity, key, None);

        await portal.StopServicesAsync();
        await portal.StartServicesAsync();
        await portal.Services.GetServices<IHostedService>().OfType<PreparationCleanup>().Single().ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.DoesNotContain(await portal.Management.ListIdentitiesAsync(None), other => other.Name == "id-leftover");
        Assert.DoesNotContain(await portal.Management.ListRoleAssignmentsAsync(key, None), assignment => assignment.PrincipalId == identity.PrincipalId);
    }

    private async Task CrashesAsync(string checkpoint, Func<Task<Outcome<Guid>>> start)
    {
        portal.Checkpoints.CrashAt = checkpoint;
        var id = (await start()).Value();
        await portal.Checkpoints.Crashed.WaitAsync(TimeSpan.FromSeconds(30));
        await portal.RestartAsync();

        var operation = await portal.SucceedsAsync(id);
        Assert.All(operation.Steps, step => Assert.Equal(StepState.Done, step.State));
    }

    private async Task<(KeyIdentifier Key, string Name)> PreparedAsync(string prefix)
    {
        var (key, name) = (await portal.NewKeyAsync(), Name(prefix));
        await portal.NewInstanceAsync(name, key);
        await portal.AddGroupAsync(name, "line-a");
        return (key, name);
    }

    private static string Name(string prefix) => $"{prefix}-{Guid.NewGuid().ToString("N")[..8]}";

    private static RevocationTarget Target(RevocationMethod method, KeyIdentifier key, string name) =>
        new(method, key, method is RevocationMethod.RemoveRole ? name : null);
}
