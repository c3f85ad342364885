using Bunit;
using DpsPortal.Services.People;
using DpsPortal.Shell;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed class PersonMenuTests : PageTests
{
    [Fact]
    public void It_names_the_person_and_offers_to_switch_and_come_back()
    {
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("/keys?q=prod");
        var menu = Open<PersonMenu>(it => it.Add(component => component.Person, Some.Person(PortalRole.Auditor)));
        Assert.Contains("Auditor (sample) Auditor", TextOf(menu), StringComparison.Ordinal);

        menu.Find("[role=button] .person").Click();
        Overlays[0].WaitForAssertion(() => Assert.Contains("Switch person", TextOf(Overlays[0]), StringComparison.Ordinal));
        Overlays[0].FindAll("[role=menuitem]").First(item => Collapse(item.TextContent) == "Switch person").Click();

        Assert.EndsWith("/sign-in?returnUrl=%2Fkeys%3Fq%3Dprod", navigation.Uri, StringComparison.Ordinal);
    }
}
