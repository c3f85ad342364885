using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>A key that an instance has left is not taken for unused while an earlier form of the instance key is still under it.</summary>
[StartsHosts]
public sealed class LeftBehindTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task The_old_key_lists_the_instance_as_retiring_and_its_version_agrees_with_the_count_of_DPS()
    {
        var (old, version) = await MovedWithoutPruneAsync("retiring");
        await portal.NewInstanceAsync("still-there", old);

        var detail = await portal.DetailAsync(old);

        Assert.Equal(
            [("still-there", WrappedKeyUse.Current), ("retiring", WrappedKeyUse.Retiring)],
            detail.Dependents.Select(dependent => (dependent.Instance, dependent.Use)));
        Assert.Equal(version, detail.Dependents[1].EffectiveVersion);
        Assert.Equal(["still-there"], detail.InUse.Select(dependent => dependent.Instance));
        Assert.Equal((2, "retiring", "still-there"), (detail.Current.InstanceKeys, detail.Current.Instances[0], detail.Current.Instances[1]));
        var fence = await portal.Dps.Instances.FenceAsync(RunningDps.Tester, version, None);
        await portal.Dps.Instances.ReleaseFenceAsync(RunningDps.Tester, version, None);
        Assert.Equal(fence.InstanceKeys, detail.Current.InstanceKeys);
        Assert.Equal(fence.Instances.Order(), detail.Current.Instances.Order());
        var overview = (await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None)).Keys.Single(key => key.Key == old);
        Assert.Equal((2, 1), (overview.Dependents.Count, overview.InUse.Count()));
    }

    [Fact]
    public async Task A_rotation_leaves_it_alone_and_its_old_version_is_not_retired_before_it_is_done_with_it()
    {
        var (old, version) = await MovedWithoutPruneAsync("not-followed");
        var plan = (await portal.Rotation.PlanAsync(Staff.Custodian, old, None)).Value();
        Assert.Empty(plan.Following.Concat(plan.Pinned).Concat(plan.Blocked));

        await portal.SucceedsAsync(await portal.RotateAsync(old));

        Assert.Equal(KeyVersionUse.Retiring, (await portal.DetailAsync(old)).Versions[1].Use);
        var refusal = (await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)).Refusal();
        Assert.Equal((ServiceRefusals.VersionStillWraps, "1", "not-followed"), (refusal.Code, refusal.Arguments[0], refusal.Arguments[1]));

        (await portal.Dps.Instances.PruneRetiringAsync(RunningDps.Tester, "not-followed", None)).Value();
        Assert.Equal(KeyAvailability.Disabled, (await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)).Value().Versions[1].Availability);
    }

    [Fact]
    public async Task Moving_to_the_same_key_again_finishes_what_was_left()
    {
        var (old, _) = await MovedWithoutPruneAsync("finishes");
        var now = await portal.EncryptionOfAsync("finishes");
        Assert.Equal(
            (1, false),
            (await portal.Rekey.PlanAsync(Staff.Custodian, "finishes", now.ConfiguredKey, None)).Value() is var plan
                ? (plan.EarlierForms, plan.Rewraps)
                : default);

        await portal.SucceedsAsync(await portal.RekeyAsync("finishes", now.ConfiguredKey));

        Assert.Single((await portal.EncryptionOfAsync("finishes")).WrappedKeys);
        Assert.Empty((await portal.DetailAsync(old)).Dependents);
        Assert.Equal(ServiceRefusals.NothingToRekey, (await portal.RekeyAsync("finishes", now.ConfiguredKey)).Refusal().Code);
    }

    [Fact]
    public async Task Taking_up_the_version_that_it_is_under_already_finishes_what_was_left()
    {
        var (old, _) = await MovedWithoutPruneAsync("taken-up");
        var now = await portal.EncryptionOfAsync("taken-up");

        await portal.SucceedsAsync(await portal.Rotation.StartPickupAsync(Staff.Custodian, now.ConfiguredKey, None));

        Assert.Single((await portal.EncryptionOfAsync("taken-up")).WrappedKeys);
        Assert.Empty((await portal.DetailAsync(old)).Dependents);
    }

    [Fact]
    public async Task Nobody_loses_access_when_the_key_that_was_left_is_revoked()
    {
        var (old, _) = await MovedWithoutPruneAsync("beyond-reach");

        var impact = (await portal.Revocation.PreviewAsync(Staff.Custodian, new RevocationTarget(RevocationMethod.DisableKey, old), None)).Value();

        Assert.Empty(impact.Losing);
    }

    [Fact]
    public async Task The_current_version_is_retired_once_no_instance_has_the_key_and_then_takes_none_until_it_is_enabled()
    {
        var (old, version) = await MovedWithoutPruneAsync("last-one");
        Assert.Equal(ServiceRefusals.VersionStillWraps, (await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)).Refusal().Code);
        (await portal.Dps.Instances.PruneRetiringAsync(RunningDps.Tester, "last-one", None)).Value();

        var retired = (await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)).Value();

        Assert.Equal((KeyAvailability.Disabled, 0), (retired.Current.Availability, retired.Dependents.Count));
        Assert.Equal(ProvisioningRefusals.KeyDisabled, (await portal.RekeyAsync("last-one", old)).Refusal().Code);
        (await portal.Keys.EnableVersionAsync(Staff.Custodian, version, None)).Value();
        await portal.SucceedsAsync(await portal.RekeyAsync("last-one", old));
        Assert.Equal(ServiceRefusals.VersionIsCurrent, (await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)).Refusal().Code);
    }

    /// <summary>As a re-key that DPS carried out and that ended before its prune.</summary>
    private async Task<(KeyIdentifier Old, KeyIdentifier Version)> MovedWithoutPruneAsync(string name)
    {
        var (old, target) = (await portal.NewKeyAsync(), await portal.CleanKeyAsync());
        await portal.NewInstanceAsync(name, old);
        var encryption = await portal.EncryptionOfAsync(name);
        await portal.Management.AssignEncryptionUserAsync(target, encryption.Identity.PrincipalId, None);
        (await portal.Dps.Instances.RekeyAsync(RunningDps.Tester, name, target, None)).Value();
        return (old, encryption.EffectiveKey);
    }
}
