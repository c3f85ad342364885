using DpsPortal.Features.Rotation;
using DpsPortal.Services.Keys;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;
using Xunit;

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
}
