using System.Collections.Concurrent;
using DpsPortal.BrowserTests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowsersAtRest))]

namespace DpsPortal.BrowserTests;

/// <summary>Finds a browser: the setting <c>DPSPORTAL_BROWSER</c>, then Chromium, Chrome or Edge on the machine, then Playwright's own.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable", "/usr/bin/microsoft-edge",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe", @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    // A test takes one that rests, or starts one; tests beside each other have one each, because Playwright's client is for one thread.
    private static readonly ConcurrentBag<Browser> AtRest = [];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    /// <summary>A browser without any pages, or the report that the test is skipped, with what to install.</summary>
    public static async Task<Browser> StartAsync()
    {
        if (AtRest.TryTake(out var rested) && rested._browser.IsConnected)
        {
            return rested;
        }

        var playwright = await Playwright.CreateAsync();
        var executable = Environment.GetEnvironmentVariable("DPSPORTAL_BROWSER") is { Length: > 0 } set ? set : Places.FirstOrDefault(File.Exists);
        executable ??= File.Exists(playwright.Chromium.ExecutablePath) ? playwright.Chromium.ExecutablePath : null;
        if (executable is null)
        {
            playwright.Dispose();
            Assert.Skip(
                "No browser was found. Install Chromium, Chrome or Edge (Debian: apt-get install chromium), or set DPSPORTAL_BROWSER to the path of one.");
        }

        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = executable, Args = Arguments, Headless = true });
        return new Browser(playwright, browser);
    }

    public async Task<IPage> OpenAsync(Uri address, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string locale = "en-GB")
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.AbsoluteUri,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            Locale = locale,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(20_000);
        return await context.NewPageAsync();
    }

    /// <summary>Closes its pages, with their cookies and drafts.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var context in _browser.Contexts.ToList())
        {
            await context.CloseAsync();
        }

        AtRest.Add(this);
    }

    public static async Task EndAllAsync()
    {
        while (AtRest.TryTake(out var browser))
        {
            await browser._browser.CloseAsync();
            browser._playwright.Dispose();
        }
    }
}

/// <summary>Ends the browsers behind the last test.</summary>
public sealed class BrowsersAtRest : IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await Browser.EndAllAsync();
}
