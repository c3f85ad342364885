using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>The portal without a mouse.</summary>
public sealed class KeyboardTests(PortalWithSample portal)
{
    [Fact]
    public async Task The_person_is_changed_by_the_keyboard_alone()
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        var keyboard = new Keyboard(visitor.Page);
        await visitor.SignInAsync("DPS operator", "/keys");

        await keyboard.TabToAsync("Signed in as DPS operator");
        await keyboard.PressAsync("Enter");
        await keyboard.IsAtAsync("Switch person");
        await keyboard.PressAsync("Enter");
        await visitor.ArrivesAsync(url => url.AbsolutePath == "/sign-in");
        await keyboard.TabToAsync("Auditor");
        await keyboard.PressAsync("Enter");

        await visitor.ArrivesAsync(url => url.AbsolutePath == "/keys");
        await keyboard.TabToAsync("Signed in as Auditor");
    }

    [Fact]
    public async Task Theme_and_language_are_chosen_by_the_keyboard_alone()
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        var keyboard = new Keyboard(visitor.Page);
        await visitor.SignInAsync("DPS operator", "/keys");

        await keyboard.TabToAsync("Theme");
        await keyboard.PressAsync("Enter");
        await keyboard.IsAtAsync("System");
        await keyboard.PressAsync("ArrowDown");
        await keyboard.IsAtAsync("Light");
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await keyboard.IsAtAsync("Theme");

        await keyboard.TabToAsync("Language");
        await keyboard.PressAsync("Enter");
        await keyboard.IsAtAsync("English");
        await keyboard.PressAsync("ArrowDown");
        await keyboard.IsAtAsync("Español");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "es");
    }

    [Theory]
    [InlineData("Signed in as DPS operator", "Switch person")]
    [InlineData("Theme", "Dark")]
    [InlineData("Language", "Español")]
    public async Task Escape_closes_a_menu_that_was_opened_by_the_mouse(string menu, string item)
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        await visitor.SignInAsync("DPS operator", "/keys");
        var shown = visitor.Page.GetByRole(AriaRole.Menuitem, new() { Name = item });

        await visitor.Button(menu, exact: false).ClickAsync();
        await Assertions.Expect(shown).ToBeVisibleAsync();
        await visitor.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(shown).ToHaveCountAsync(0);
        await new Keyboard(visitor.Page).IsAtAsync(menu);
    }

    [Fact]
    public async Task A_list_of_choices_is_searched_by_words()
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        await visitor.SignInAsync("DPS operator", "/instances/dps-contoso-prod/hubs/new");
        var location = visitor.Page.GetByRole(AriaRole.Combobox, new() { Name = "Location" });

        // The first letter of a new process takes its time.
        await location.FocusAsync();
        await visitor.Page.Keyboard.TypeAsync("n");
        await Assertions.Expect(location).ToHaveValueAsync("North Europe", new() { Timeout = 20_000 });
        await visitor.Page.WaitForTimeoutAsync(2500);
        await visitor.Page.Keyboard.TypeAsync("west", new() { Delay = 60 });
        await Assertions.Expect(location).ToHaveValueAsync("West Europe");

        await visitor.Page.WaitForTimeoutAsync(2500);
        await visitor.Page.Keyboard.TypeAsync("south", new() { Delay = 60 });
        await Assertions.Expect(location).ToHaveValueAsync("South Central US");
    }
}
