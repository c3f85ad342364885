using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>A plan and its step ask the same rule: what is said to be re-wrapped is, and what DPS would refuse is refused before.</summary>
[StartsHosts]
public sealed class PlanTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Caller Asking = new("test", "Test");

    [Fact]
    public async Task A_rotation_whose_version_could_take_nothing_is_refused_before_the_version_is_made()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("no-wrap", key);
        var current = (await portal.DetailAsync(key)).Current.Id;
        await PermitAsync(current, "unwrapKey");

        var plan = (await portal.Rotation.PlanAsync(Staff.Custodian, key, None)).Value();
        Assert.Equal(ProvisioningRefusals.KeyOperationsMissing, plan.Fault?.Code);
        Assert.Equal(ProvisioningRefusals.KeyOperationsMissing, (await portal.RotateAsync(key)).Refusal().Code);
        Assert.Single((await portal.DetailAsync(key)).Versions);

        await PermitAsync(current, "wrapKey", "unwrapKey");
        Assert.Null((await portal.Rotation.PlanAsync(Staff.Custodian, key, None)).Value().Fault);
        await portal.SucceedsAsync(await portal.RotateAsync(key));
    }

    [Fact]
    public async Task A_fence_left_behind_is_shown_refuses_a_pick_up_and_can_be_lifted()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("fenced-pick-up", key);
        await portal.KeyVault.PostAsync($"/keys/{key.Name}/rotate", null);
        var current = (await portal.DetailAsync(key)).Current.Id;
        await portal.Dps.Instances.FenceAsync(Asking, current, None);

        Assert.NotNull((await portal.DetailAsync(key)).Current.FencedSince);
        Assert.Equal(ProvisioningRefusals.VersionFenced, (await portal.Rotation.PlanAsync(Staff.Custodian, key, None)).Value().PickupFault?.Code);
        Assert.Equal(ProvisioningRefusals.VersionFenced, (await portal.Rotation.StartPickupAsync(Staff.Custodian, key, None)).Refusal().Code);
        Assert.Equal(ProvisioningRefusals.VersionFenced, (await portal.Rekey.PlanAsync(Staff.Custodian, "fenced-pick-up", current, None)).Refusal().Code);

        await portal.Keys.EnableVersionAsync(Staff.Custodian, current, None);
        Assert.Null((await portal.DetailAsync(key)).Current.FencedSince);
        await portal.SucceedsAsync(await portal.Rotation.StartPickupAsync(Staff.Custodian, key, None));
    }

    [Theory]
    [InlineData("unwrapKey")]
    [InlineData("wrapKey")]
    public async Task A_move_to_a_key_that_does_not_permit_both_is_refused_in_the_plan(string permitted)
    {
        var (from, to) = (await portal.NewKeyAsync(), await portal.CleanKeyAsync());
        await portal.NewInstanceAsync($"moves-{permitted}".ToLowerInvariant(), from);
        var target = (await portal.DetailAsync(to)).Current.Id;
        await portal.KeyVault.SendAsync(
            HttpMethod.Patch, $"https://{to.VaultName}.vault.localhost:8443/keys/{to.Name}/{target.Version}", new { key_ops = new[] { permitted } });

        var plan = await portal.Rekey.PlanAsync(Staff.Custodian, $"moves-{permitted}".ToLowerInvariant(), to, None);

        Assert.Equal(ProvisioningRefusals.KeyOperationsMissing, plan.Refusal().Code);
    }

    private Task<VaultResponse> PermitAsync(KeyIdentifier version, params string[] operations) =>
        portal.KeyVault.PatchAsync($"/keys/{version.Name}/{version.Version}", new { key_ops = operations });
}
