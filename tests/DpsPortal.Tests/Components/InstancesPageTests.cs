using Bunit;
using DpsPortal.Features.Instances;
using DpsPortal.Services;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

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
    public void A_slow_reading_is_let_finish_though_time_passes_and_things_change_meanwhile()
    {
        var slow = new TaskCompletionSource();
        Fake.Gate = slow.Task;
        var page = OpenSearching("/instances");
        Fake.Gate = new TaskCompletionSource().Task;

        Clock.Advance(TimeSpan.FromSeconds(65));
        Fake.Announce(PortalChangeKind.Instance, "dps-contoso-prod");
        slow.SetResult();

        page.WaitForAssertion(() => Assert.Contains("dps-contoso-prod", TextOf(page), StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_typed_is_searched_and_stands_in_the_address()
    {
        var page = OpenSearching("/instances");

        Type(page, "nothing like it");

        Assert.EndsWith("/instances?q=nothing%20like%20it", Navigation.Uri, StringComparison.Ordinal);
        Assert.Contains("0 instances", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Addresses_that_come_back_late_leave_what_is_typed_since()
    {
        var slow = new SlowNavigation();
        Services.AddSingleton<NavigationManager>(slow);
        Fake.Instances.Add(Some.Instance());
        var page = Open<InstancesPage>();

        Type(page, "a");
        Type(page, "ab");
        page.InvokeAsync(slow.ComeBack);
        Assert.Equal("ab", Typed(page));
        Type(page, "abc");
        page.InvokeAsync(slow.ComeBack);
        page.InvokeAsync(slow.ComeBack);

        Assert.Equal("abc", Typed(page));
        Assert.EndsWith("?q=abc", slow.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thousand_instances_come_in_pages_that_are_filtered_and_sorted_in_the_address()
    {
        Fake.Instances.AddRange(Enumerable.Range(1, 999).Select(number => Some.Instance(name: $"dps-{number:0000}")));
        var page = OpenSearching("/instances");

        Assert.Equal(25, page.FindAll("tbody > tr").Count);
        Assert.Contains("1,000 instances", TextOf(page), StringComparison.Ordinal);
        Button(page, "Next page").Click();
        Assert.EndsWith("/instances?after=dps-0025", Navigation.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("dps-0026", TextOf(page), StringComparison.Ordinal));
        Button(page, "Previous page").Click();
        Assert.EndsWith("/instances?before=dps-0026", Navigation.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("dps-0001", TextOf(page), StringComparison.Ordinal));
        page.Find("th[aria-sort] button").Click();
        page.WaitForAssertion(() => Assert.Contains("dps-contoso-prod", TextOf(page), StringComparison.Ordinal));
        Navigation.NavigateTo("/instances?access=revoked");
        page.WaitForAssertion(() => Assert.Contains("Nothing matches", TextOf(page), StringComparison.Ordinal));
    }

    private static void Type(IRenderedComponent<InstancesPage> page, string text) =>
        page.InvokeAsync(() => page.FindComponent<MudTextField<string>>().Instance.ValueChanged.InvokeAsync(text));

    /// <summary>A browser that reports a new address only some time after it was sent there.</summary>
    private sealed class SlowNavigation : NavigationManager
    {
        private readonly Queue<string> _underWay = new();

        public SlowNavigation() => Initialize("http://localhost/", "http://localhost/instances");

        public void ComeBack()
        {
            Uri = ToAbsoluteUri(_underWay.Dequeue()).AbsoluteUri;
            NotifyLocationChanged(isInterceptedLink: false);
        }

        protected override void NavigateToCore(string uri, NavigationOptions options) => _underWay.Enqueue(uri);
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
