using Bunit;
using DpsPortal.Features.Instances;
using DpsPortal.Features.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

/// <summary>What is not well is said once on a page, on whichever tab, and what cannot be done says why; versions are told apart.</summary>
public sealed class SaidOnceTests : PageTests
{
    private IRenderedComponent<KeyPage> OpenKey() => Open<KeyPage>(page => page.Add(it => it.Vault, "kv-contoso-prod").Add(it => it.Name, "kek-dps-prod"));

    private IRenderedComponent<InstancePage> OpenInstance(string tab = "overview")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/instances/dps-contoso-prod?tab={tab}");
        return Open<InstancePage>(page => page.Add(it => it.Name, "dps-contoso-prod"));
    }

    [Fact]
    public void A_wholly_disabled_key_can_be_neither_rotated_nor_revoked_and_says_why()
    {
        var key = Some.KeyDetail(KeyAvailability.Disabled);
        Fake.Keys.Add(key with { Versions = [.. key.Versions.Select(version => version with { Availability = KeyAvailability.Disabled })] });
        var page = OpenKey();

        Assert.StartsWith(
            "Every version is disabled: the instances could not be unwrapped", Description(page, Button(page, "Rotate…")), StringComparison.Ordinal);
        Assert.Equal("Every version is disabled already: there is no access left to revoke.", Description(page, Button(page, "Revoke…")));
    }

    [Fact]
    public void Versions_are_told_apart_by_their_place_beside_the_first_digits()
    {
        Fake.Keys.Add(Some.KeyDetail());

        var text = TextOf(OpenKey());

        Assert.Contains("v3 · 3b8e2d2e", text, StringComparison.Ordinal);
        Assert.Contains("v1 · 1f6c0b0c", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("overview")]
    [InlineData("enrollments")]
    [InlineData("hubs")]
    [InlineData("activity")]
    public void That_access_is_revoked_is_said_on_every_tab_once_with_by_whom_and_what_to_do(string tab)
    {
        Fake.Instances.Add(Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing)));

        var page = OpenInstance(tab);

        var banner = Assert.Single(page.FindAll(".notice.tone-bad"));
        Assert.Contains("Access to the key is revoked. Reads and writes are rejected.", banner.TextContent, StringComparison.Ordinal);
        Assert.Contains("What to do", banner.TextContent, StringComparison.Ordinal);
        foreach (var said in new[] { "Reads and writes are rejected.", "What to do", "Restore the role assignment" })
        {
            Assert.Equal(2, TextOf(page).Split(said).Length);
        }
    }

    [Fact]
    public void The_versions_in_use_have_their_numbers_and_the_vault_is_asked_for_them_once()
    {
        Fake.Instances.Add(Some.Instance());
        Fake.Keys.Add(Some.KeyDetail());

        var page = OpenInstance();

        Assert.Contains("v3 · 3b8e2d2e", TextOf(page), StringComparison.Ordinal);
    }
}
