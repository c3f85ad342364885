using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>The main pages with the sample, as axe, the browser's console and a narrow screen judge them.</summary>
public sealed class AccessibilityTests(PortalWithSample portal) : IClassFixture<PortalWithSample>
{
    private const string Key = "/keys/kv-contoso-prod/kek-dps-prod";
    private const string Instance = "/instances/dps-contoso-prod";

    private static readonly string[] Pages =
    [
        "/", "/instances", "/instances/new", "/instances/dps-contoso-pilot", Instance + "?tab=enrollments", Instance + "/enrollments/new",
        "/keys", "/keys/new", Key, Key + "/rotate", "/activity", "/help",
    ];

    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] },
        ResultTypes = [ResultType.Violations],
    };

    [Fact]
    public async Task No_page_breaks_a_WCAG_rule_writes_to_the_console_or_runs_over()
    {
        await using var browser = await Browser.StartAsync();
        var complaints = await Task.WhenAll(
            ComplaintsAsync(browser, 1440, ColorScheme.Light, "en"),
            ComplaintsAsync(browser, 390, ColorScheme.Dark, "es"));
        var all = complaints.SelectMany(each => each).ToArray();
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }

    private async Task<IReadOnlyCollection<string>> ComplaintsAsync(Browser browser, int width, ColorScheme scheme, string language)
    {
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address, width, scheme: scheme));
        var complaints = new ConcurrentQueue<string>();
        visitor.Page.Console += (_, message) => Collect(message.Type is "error" or "warning", $"{visitor.Page.Url} console: {message.Text}");
        visitor.Page.PageError += (_, error) => Collect(true, $"{visitor.Page.Url} script: {error}");

        await visitor.SignInAsync("DPS operator");
        await visitor.Page.GotoAsync($"/culture/set?culture={language}&redirectUri=/");
        foreach (var address in Pages)
        {
            await OpenAsync(visitor, address);
            await JudgeAsync(visitor.Page, address);
        }

        await visitor.GoAsync(Key + "/revoke?instance=dps-contoso-prod");
        await visitor.ChooseAsync(language == "es" ? "Prueba" : "Test");
        await visitor.SeesAsync("403011");
        await JudgeAsync(visitor.Page, "the impact of a revoke");

        return complaints;

        void Collect(bool isComplaint, string text)
        {
            if (isComplaint)
            {
                complaints.Enqueue(text);
            }
        }

        async Task JudgeAsync(IPage page, string what)
        {
            foreach (var violation in (await page.RunAxe(Rules)).Violations)
            {
                complaints.Enqueue($"{what} at {width}: {violation.Id}, {violation.Help}: {violation.Nodes[0].Html}");
            }

            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
            Collect(over > 0, $"{what}: {over} px wider than a screen of {width} px");
        }
    }

    // A page is there when its parts have been read: nothing is loading, and the circuit has put the title in place.
    private static async Task OpenAsync(Visitor visitor, string address)
    {
        await visitor.GoAsync(address);
        await Assertions.Expect(visitor.Page.Locator("main .mud-skeleton")).ToHaveCountAsync(0);
        await visitor.Page.EvaluateAsync("document.fonts.ready.then(() => Promise.all(document.getAnimations().map(animation => animation.finished.catch(() => null))))");
    }
}
