using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>Moving about quickly: by clicks and by the history of the browser, where a page can stay while what it is about changes.</summary>
public sealed class QuickHandsTests(PortalWithSample portal)
{
    private const string Instance = "/instances/dps-contoso-prod";

    [Fact]
    public async Task Every_tab_of_an_instance_opens_by_a_click()
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        await visitor.SignInAsync("DPS operator", Instance);
        var tabs = visitor.Page.Locator(".tabs a");

        foreach (var tab in await tabs.AllInnerTextsAsync())
        {
            await tabs.Filter(new() { HasText = tab }).ClickAsync();
            await Assertions.Expect(visitor.Page.Locator(".tabs [aria-current]")).ToHaveTextAsync(tab);
            await Assertions.Expect(visitor.Page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
        }

        // It is still alive.
        await tabs.First.ClickAsync();
        await Assertions.Expect(visitor.Page.Locator(".tabs [aria-current]")).ToHaveTextAsync(await tabs.First.InnerTextAsync());
    }

    [Fact]
    public async Task A_jump_in_the_history_shows_the_form_of_what_the_title_names()
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        await visitor.SignInAsync("DPS operator", Instance);
        var tags = visitor.Page.GetByLabel("Initial twin: tags");

        await EditAsync("eg-contadores-norte");
        var before = await tags.InputValueAsync();
        await MoveToAsync(Instance);
        await Assertions.Expect(tags).ToHaveCountAsync(0);
        await EditAsync("eg-contadores-sur");
        await tags.FillAsync("""{"written": "for the other one"}""");
        await visitor.Page.EvaluateAsync("history.go(-2)");

        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("eg-contadores-norte");
        await Assertions.Expect(tags).ToHaveValueAsync(before);

        async Task EditAsync(string group)
        {
            await MoveToAsync($"{Instance}/enrollments/groups/{group}");
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(group);
            await tags.WaitForAsync();
        }

        // As a link does: the page is not loaded anew.
        Task MoveToAsync(string address) => visitor.Page.EvaluateAsync("address => Blazor.navigateTo(address)", address);
    }
}
