using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>The pages with the sample, as axe, the browser's console and a narrow screen judge them.</summary>
public sealed class AccessibilityTests(PortalWithSample portal)
{
    private const string Key = "/keys/kv-contoso-prod/kek-dps-prod";
    private const string Instance = "/instances/dps-contoso-prod";

    internal static readonly string[] Pages =
    [
        "/", "/instances", "/instances/new", "/instances/dps-contoso-pilot", Instance + "?tab=enrollments", Instance + "?tab=enrollments&kind=registrations",
        Instance + "?tab=connect", Instance + "?tab=hubs", Instance + "/policies/new", Instance + "/policies/provisioningserviceowner/rights", Instance +
            "/hubs/new",
        Instance + "?tab=rejected", Instance + "?tab=verify", Instance + "?tab=activity", Instance + "/enrollments/new", Instance + "/rekey",
        Instance + "/enrollments/groups/eg-contadores-norte", "/keys", "/keys/new", Key, Key + "/rotate", "/operations", "/activity", "/help", "/error",
        "/no-such-page",
    ];

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
        var judge = new Judge(visitor.Page);

        await visitor.GoAsync("/sign-in");
        await judge.LookAsync("the sign-in");
        await visitor.SignInAsync("DPS operator");
        await visitor.Page.GotoAsync($"/culture/set?culture={language}&redirectUri=/");
        foreach (var address in Pages)
        {
            await visitor.GoAsync(address);
            await judge.LookAsync(address);
        }

        await visitor.GoAsync("/operations");
        await visitor.Page.Locator("main tbody a").First.ClickAsync();
        await visitor.SeesAsync(language == "es" ? "Pasos" : "Steps");
        await judge.LookAsync("an operation");

        await visitor.GoAsync(Instance + "?tab=enrollments");
        await visitor.Page.Locator(".row-action button").First.ClickAsync();
        await visitor.SeesAsync("eg-contadores-norte\"");
        await judge.LookAsync("a record that was read");

        await visitor.GoAsync(Instance + "?tab=connect");
        await visitor.Page.Locator(".row-action button").First.ClickAsync();
        await visitor.SeesAsync("SharedAccessKey=");
        await judge.LookAsync("the keys of a policy");

        await visitor.GoAsync(Key + "/revoke?instance=dps-contoso-prod");
        await visitor.ChooseAsync(language == "es" ? "Prueba" : "Test");
        await visitor.SeesAsync("403011");
        await judge.LookAsync("the impact of a revoke");

        await visitor.GoAsync(Instance + "/rekey");
        await visitor.SelectAsync(language == "es" ? "Clave" : "Key", "kek-dps-pilot");
        await visitor.SeesAsync(language == "es" ? "Claves de instancia reencapsuladas" : "Instance keys re-wrapped");
        await judge.LookAsync("what a change of key would do");

        return judge.Complaints;
    }
}
