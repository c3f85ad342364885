using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>Somebody in front of the portal: signs in as a role, and does what people do, by the words on the page.</summary>
internal sealed class Visitor(IPage page)
{
    public IPage Page => page;

    public async Task SignInAsync(string role, string then = "/")
    {
        await page.GotoAsync("/sign-in?returnUrl=" + Uri.EscapeDataString(then));
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^" + Regex.Escape(role)) }).ClickAsync();
        await page.WaitForURLAsync(url => new Uri(url).PathAndQuery == then);
        await HeadingAsync();
    }

    public async Task GoAsync(string path)
    {
        await page.GotoAsync(path);
        await HeadingAsync();
    }

    public ILocator Button(string name, bool exact = true) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = exact });

    public ILocator Link(string name) => page.GetByRole(AriaRole.Link, new() { Name = name });

    public ILocator Text(string text) => page.GetByText(text).First;

    public Task PressAsync(string button) => Button(button).ClickAsync();

    public Task FillAsync(string label, string value) => page.GetByLabel(label, new() { Exact = false }).First.FillAsync(value);

    public async Task SelectAsync(string label, string option)
    {
        await page.GetByLabel(label, new() { Exact = false }).First.ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = option }).Or(page.Locator(".mud-popover-open .mud-list-item").Filter(new() { HasText = option })).First.ClickAsync();
    }

    public Task ChooseAsync(string option) => page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^" + Regex.Escape(option)) }).CheckAsync();

    public Task SeesAsync(string text) => Assertions.Expect(Text(text)).ToBeVisibleAsync(new() { Timeout = 30_000 });

    /// <summary>An operation's page says that it is done.</summary>
    public async Task OperationSucceedsAsync()
    {
        await page.WaitForURLAsync(new Regex("/operations/"));
        await SeesAsync("Done and confirmed.");
    }

    private Task HeadingAsync() => page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
}
