using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>What somebody sees who moves by the keyboard: where they are, at every stop of every page. axe does not look at it.</summary>
public sealed class FocusRingTests(PortalWithSample portal)
{
    private const string Key = "/keys/kv-contoso-prod/kek-dps-prod";

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_stop_of_the_Tab_key_on_every_page_is_seen(ColorScheme scheme)
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address, scheme: scheme));
        var complaints = new List<string>();

        await visitor.GoAsync("/sign-in");
        await WalkAsync("/sign-in", fewest: 4);
        await visitor.SignInAsync("DPS operator");
        foreach (var address in AccessibilityTests.Pages.Except(["/error"]))
        {
            await visitor.GoAsync(address);
            await WalkAsync(address, fewest: 10);
        }

        await visitor.SignInAsync("Key custodian", Key);
        await WalkAsync(Key, fewest: 20);
        await visitor.GoAsync(Key + "/revoke?instance=dps-contoso-prod");
        await visitor.ChooseAsync("Test");
        await visitor.SeesAsync("403011");
        await WalkAsync("the impact of a revoke", fewest: 15);
        Assert.True(complaints.Count == 0, string.Join(Environment.NewLine, complaints.Distinct()));

        async Task WalkAsync(string where, int fewest)
        {
            await Assertions.Expect(visitor.Page.Locator("main .mud-skeleton")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
            var stops = await new Keyboard(visitor.Page).WalkAsync();
            complaints.AddRange(stops.Where(stop => stop.Fault.Length > 0).Select(stop => $"{where}: {stop.Fault} at {stop.Name}"));
            if (stops.Count < fewest)
            {
                complaints.Add($"{where}: only {stops.Count} stops");
            }
        }
    }
}
