using DpsPortal.Features.Rotation;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;

namespace DpsPortal.Tests.Components;

public sealed class RotatePageTests : PageTests
{
    [Theory]
    [InlineData(KeyAvailability.Enabled, "The old version stays enabled until you disable it.")]
    [InlineData(KeyAvailability.Expired, "The old version stays enabled until you disable it.")]
    [InlineData(KeyAvailability.Disabled, "The old version stays disabled.")]
    public void What_becomes_of_the_old_version_depends_on_what_it_is(KeyAvailability availability, string sentence)
    {
        Role = PortalRole.KeyCustodian;
        Fake.Keys.Add(Some.KeyDetail(availability));

        var page = Open<RotatePage>(rotate => rotate.Add(it => it.Vault, Some.Key.VaultName).Add(it => it.Name, Some.Key.Name));

        Assert.Contains(sentence, TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_lost_its_role_while_it_is_still_honoured_is_neither_following_nor_blocked_and_what_the_vault_shows_is_said()
    {
        Role = PortalRole.KeyCustodian;
        Fake.Keys.Add(Some.KeyDetail());
        Fake.RotationPlan = plan => plan with
        {
            Following = [],
            Doubtful = [Some.Dependent() with { ShutBy = KeyAccessCause.RoleMissing }],
            Blocked = [Some.Dependent("dps-contoso-test") with { ShutBy = KeyAccessCause.OperationNotPermitted }],
        };

        var text = TextOf(Open<RotatePage>(rotate => rotate.Add(it => it.Vault, Some.Key.VaultName).Add(it => it.Name, Some.Key.Name)));

        Assert.Contains(
            "1 instance may not be able to follow What the vault shows of them is another thing than what DPS has noticed:", text, StringComparison.Ordinal);
        Assert.Contains("The vault shows: The instance's identity has no role on the key", text, StringComparison.Ordinal);
        Assert.Contains("1 instance cannot follow now", text, StringComparison.Ordinal);
        Assert.Contains("1 instance key is re-wrapped under it and verified, if the vault still opens it.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("instance follows", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rotation_over_a_version_that_somebody_disabled_says_what_it_gives_way_to()
    {
        Role = PortalRole.KeyCustodian;
        Fake.Keys.Add(Some.KeyDetail(KeyAvailability.Disabled));
        Fake.RotationPlan = plan =>
            plan with { Following = [], Blocked = [Some.Dependent(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.VersionDisabled))] };

        var text = TextOf(Open<RotatePage>(rotate => rotate.Add(it => it.Vault, Some.Key.VaultName).Add(it => it.Name, Some.Key.Name)));

        Assert.Contains("No instance key can be re-wrapped now, and a rotation gives no access back.", text, StringComparison.Ordinal);
        Assert.Contains("The current version was disabled The new version is enabled:", text, StringComparison.Ordinal);
    }
}
