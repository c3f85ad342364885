using System.Diagnostics;
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
        await ArrivesAsync(url => url.PathAndQuery == then);
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
        await page.GetByRole(AriaRole.Combobox, new() { Name = label }).ClickAsync();
        await page.GetByRole(AriaRole.Option).Filter(new() { HasText = option }).First.ClickAsync();
    }

    public Task ChooseAsync(string option) => page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^" + Regex.Escape(option)) }).CheckAsync();

    public Task SeesAsync(string text) => Assertions.Expect(Text(text)).ToBeVisibleAsync(new() { Timeout = 30_000 });

    /// <summary>
    /// What was pressed has led on. It asks the browser itself, again and again: on a busy machine Playwright's client for .NET can lose the event
    /// of a navigation or of a loaded page, and whoever waits for that waits for nothing.
    /// </summary>
    public async Task ArrivesAsync(Func<Uri, bool> isThere)
    {
        var waited = Stopwatch.StartNew();
        while (await AddressAsync() is not { } address || !isThere(address))
        {
            if (waited.Elapsed > TimeSpan.FromMinutes(1))
            {
                Assert.Fail($"Still at {await AddressAsync()}, and there stands: {await page.Locator("body").InnerTextAsync()}");
            }

            await page.WaitForTimeoutAsync(50);
        }
    }

    /// <summary>An operation's page says that it is done.</summary>
    public async Task OperationSucceedsAsync()
    {
        await ArrivesAsync(url => url.AbsolutePath.Contains("/operations/", StringComparison.Ordinal));
        await SeesAsync("Done and confirmed.");
    }

    /// <summary>
    /// Where the browser is, by the browser; none while it is between two pages. What <see cref="IPage.Url"/> says is remembered from the last
    /// event that was not lost.
    /// </summary>
    public async Task<Uri?> AddressAsync()
    {
        try
        {
            return new Uri(await page.EvaluateAsync<string>("location.href"));
        }
        catch (PlaywrightException between) when (between.Message.Contains("context", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
    }

    private Task HeadingAsync() => page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First.WaitForAsync();
}
