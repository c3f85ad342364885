using Bunit;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

/// <summary>What holds alike for the pages on which an entry of one of an instance's lists is made or changed: a linked hub, a shared access policy.</summary>
/// <param name="list">Where the list is, which is where the page leads to when it has saved.</param>
public abstract class ListEntryPageTests(string list) : PageTests
{
    private const string Instance = "/instances/dps-contoso-prod";

    /// <summary>The page of an entry that exists.</summary>
    internal abstract IRenderedComponent<IComponent> OpenExisting();

    [Fact]
    public void An_auditor_may_look_and_not_save()
    {
        Role = PortalRole.Auditor;
        var page = OpenExisting();

        Assert.Equal("Only the role DPS operator can do this.", Description(page, Button(page, "Save")));
    }

    internal void AssertIsBackAtTheList() => Assert.EndsWith(Instance + list, Where, StringComparison.Ordinal);

    internal void AssertShownOnce(IRenderedComponent<IComponent> page, Refusal refusal, string create, string text)
    {
        Fake.RefuseChanges = refusal;
        Button(page, create).Click();

        var shown = TextOf(page);
        Assert.Contains(text, shown, StringComparison.Ordinal);
        Assert.Equal(shown.IndexOf(text, StringComparison.Ordinal), shown.LastIndexOf(text, StringComparison.Ordinal));
        Assert.DoesNotContain(list, Where, StringComparison.Ordinal);
    }

    internal void AssertLeadsBackToTheList(IRenderedComponent<IComponent> page, string said, string link)
    {
        Assert.Contains(said, Collapse(page.Find("[role=status]").TextContent), StringComparison.Ordinal);
        Assert.Equal(Instance + list, Button(page, link).GetAttribute("href"));
    }

    private string Where => Services.GetRequiredService<NavigationManager>().Uri;
}
