using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>How somebody does things on a page.</summary>
internal interface IHands
{
    /// <summary>A button or a link.</summary>
    Task PressAsync(ILocator target);

    /// <summary>One of several.</summary>
    Task ChooseAsync(ILocator radio);

    Task TickAsync(ILocator box);

    Task WriteAsync(ILocator field, string text);
}

internal sealed class MouseHands : IHands
{
    public Task PressAsync(ILocator target) => target.ClickAsync();

    public Task ChooseAsync(ILocator radio) => radio.CheckAsync();

    public Task TickAsync(ILocator box) => box.CheckAsync();

    public Task WriteAsync(ILocator field, string text) => field.FillAsync(text);
}

/// <summary>Whoever has no mouse: Tab, arrows, Enter, Space and letters.</summary>
internal sealed class KeyboardHands(IPage page) : IHands
{
    private readonly Keyboard _keyboard = new(page);

    public async Task PressAsync(ILocator target)
    {
        await _keyboard.TabToAsync(target);
        await Assertions.Expect(target).ToBeEnabledAsync();
        await _keyboard.PressAsync("Enter");
    }

    public Task ChooseAsync(ILocator radio) => _keyboard.ChooseAsync(radio);

    public async Task TickAsync(ILocator box)
    {
        await _keyboard.TabToAsync(box);
        await _keyboard.PressAsync("Space");
    }

    public async Task WriteAsync(ILocator field, string text)
    {
        await _keyboard.TabToAsync(field);
        await page.Keyboard.TypeAsync(text);
    }
}
