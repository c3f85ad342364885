using Bunit;
using DpsPortal.Features.Instances;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Xunit;

namespace DpsPortal.Tests.Components;

public sealed class InstancesPageTests : PageTests
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private static string? Typed(IRenderedComponent<InstancesPage> page) => page.Find("input").GetAttribute("value");

    private IRenderedComponent<InstancesPage> OpenSearching(string address)
    {
        Fake.Instances.Add(Some.Instance());
        Navigation.NavigateTo(address);
        return Open<InstancesPage>();
    }

    [Fact]
    public void What_is_typed_is_searched_and_stands_in_the_address()
    {
        var page = OpenSearching("/instances");

        page.InvokeAsync(() => page.FindComponent<MudTextField<string>>().Instance.ValueChanged.InvokeAsync("nothing like it"));

        Assert.EndsWith("/instances?q=nothing%20like%20it", Navigation.Uri, StringComparison.Ordinal);
        Assert.Contains("0 instances", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_from_a_link_or_from_the_history_is_put_into_the_field()
    {
        var page = OpenSearching("/instances?q=prod");
        Assert.Equal("prod", Typed(page));

        Navigation.NavigateTo("/instances?q=pilot");
        Assert.Equal("pilot", Typed(page));

        Navigation.NavigateTo("/instances");
        Assert.Null(Typed(page));
    }
}
