using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>What somebody sees when the connection to the portal is lost, and when the portal fails.</summary>
public sealed class LostConnectionTests(PortalWithSample portal)
{
    private const string Modal = "#components-reconnect-modal";

    [Fact]
    public async Task A_lost_connection_is_said_in_the_readers_language_and_the_page_goes_on_when_it_is_back()
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        var line = await Line.OfAsync(visitor.Page);
        await visitor.SignInAsync("Auditor");
        await visitor.Page.GotoAsync("/culture/set?culture=es&redirectUri=/keys");
        await visitor.SeesAsync("kek-dps-prod");

        await line.CutAsync();

        var dialog = visitor.Page.GetByRole(AriaRole.Alertdialog, new() { Name = "Se perdió la conexión" });
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);

        line.Mend();
        await Assertions.Expect(dialog).ToBeHiddenAsync(new() { Timeout = 30_000 });
        await visitor.Link("kek-dps-prod").ClickAsync();
        await visitor.SeesAsync("Versiones");
        Assert.Equal("/keys/kv-contoso-prod/kek-dps-prod", (await visitor.AddressAsync())?.AbsolutePath);
    }

    [Theory]
    [InlineData("components-reconnect-show", "Trying to reconnect.")]
    [InlineData("components-reconnect-failed", "The server did not answer.", "Try again")]
    [InlineData("components-reconnect-rejected", "The server has started anew.", "Reload the page")]
    public async Task Each_state_of_a_lost_connection_has_its_words_and_its_way_on(string state, string words, string? button = null)
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address, width: 390));
        await visitor.SignInAsync("Auditor", "/help");

        // Blazor sets the class; whether it comes to that depends on how long the portal stays away.
        await visitor.Page.Locator(Modal).EvaluateAsync("(modal, state) => modal.className = `reconnect ${state}`", state);

        var dialog = visitor.Page.GetByRole(AriaRole.Alertdialog);
        await Assertions.Expect(dialog.GetByText(words)).ToBeVisibleAsync();
        await Assertions.Expect(dialog.Locator("p:visible")).ToHaveCountAsync(1);
        await Assertions.Expect(dialog.GetByRole(AriaRole.Button)).ToHaveCountAsync(button is null ? 0 : 1);
        if (state == "components-reconnect-rejected")
        {
            await visitor.PressAsync(button!);
            await Assertions.Expect(dialog).ToBeHiddenAsync();
            await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Help and glossary");
        }
    }

    [Theory]
    [InlineData("en", "Something went wrong", "Go to the dashboard")]
    [InlineData("es", "Algo salió mal", "Ir al panel")]
    public async Task The_error_page_says_what_to_do_gives_a_reference_and_nothing_of_the_fault(string language, string title, string wayOn)
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        await visitor.SignInAsync("Auditor");
        await visitor.Page.GotoAsync($"/culture/set?culture={language}&redirectUri=/error");

        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(title);
        Assert.Matches("^[0-9a-zA-Z:-]{10,}$", await visitor.Page.Locator("code").InnerTextAsync());
        Assert.DoesNotContain("Exception", await visitor.Page.ContentAsync(), StringComparison.Ordinal);
        await visitor.Link(wayOn).ClickAsync();
        await visitor.ArrivesAsync(url => url.AbsolutePath == "/");
    }

    /// <summary>The circuit's connection, cut for real: the socket is closed, and a new one is not to be had until it is mended.</summary>
    private sealed class Line
    {
        private IWebSocketRoute? _circuit;
        private volatile bool _cut;

        public static async Task<Line> OfAsync(IPage page)
        {
            var line = new Line();
            await page.RouteWebSocketAsync(new Regex("/_blazor"), route =>
            {
                line._circuit = route;
                route.ConnectToServer();
            });
            await page.RouteAsync(new Regex("/_blazor/"), route => line._cut ? route.AbortAsync() : route.ContinueAsync());
            return line;
        }

        public Task CutAsync()
        {
            _cut = true;
            return _circuit!.CloseAsync();
        }

        public void Mend() => _cut = false;
    }
}
