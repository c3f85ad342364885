using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>Moves through a page by its keys alone, and says where the focus is and whether that can be seen.</summary>
internal sealed class Keyboard(IPage page)
{
    private const int MostStops = 400;

    /// <summary>
    /// Where the focus is, in words, and what is wrong with how it shows: a ring of at least 2 px and of 3 : 1 against what it lies on,
    /// on the element itself or on the frame of its field, opaque, on the screen, and not cut off.
    /// </summary>
    private const string Look = """
        async () => {
          // What comes with the focus may come with a transition, however short.
          await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
          await Promise.all(document.getAnimations().map(animation => animation.finished.catch(() => null)));
          const focused = document.activeElement;
          if (!focused || focused === document.body) return null;
          const stops = window.keyboardStops ??= [];
          if (stops.includes(focused)) return stops.at(-1) === focused ? [] : null;
          stops.push(focused);
          const name = `${focused.tagName.toLowerCase()} "${(focused.getAttribute('aria-label') || focused.innerText || focused.id || '').trim().slice(0, 50)}"`;
          const numbers = colour => (colour.match(/[\d.]+/g) ?? []).map(Number);
          const light = colour => {
            const [r, g, b] = numbers(colour).map(part => part / 255).map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
          };
          const ground = host => {
            for (let behind = host.parentElement; behind; behind = behind.parentElement) {
              const colour = getComputedStyle(behind).backgroundColor;
              if (numbers(colour).length === 3) return colour;
            }
            return 'rgb(255, 255, 255)';
          };
          const isSeen = host => {
            for (let over = host; over; over = over.parentElement) if (Number(getComputedStyle(over).opacity) < 1) return false;
            return true;
          };
          const isCut = (host, reach) => {
            const at = host.getBoundingClientRect();
            for (let around = host.parentElement; around && around !== document.body && around !== document.documentElement; around = around.parentElement) {
              if (getComputedStyle(around).overflow === 'visible') continue;
              const edge = around.getBoundingClientRect();
              if (at.left - reach < edge.left - 1 || at.right + reach > edge.right + 1) return true;
            }
            return false;
          };
          const fault = host => {
            const style = getComputedStyle(host), width = parseFloat(style.outlineWidth), at = host.getBoundingClientRect();
            if (style.outlineStyle === 'none' || width < 2) return 'no ring';
            if (at.width === 0 || at.height === 0 || !isSeen(host)) return 'a ring on what is not seen';
            const [a, b] = [light(style.outlineColor), light(ground(host))].sort((one, other) => other - one);
            if ((a + .05) / (b + .05) < 3) return `a ring of ${style.outlineColor} on ${ground(host)}`;
            return isCut(host, width + parseFloat(style.outlineOffset)) ? 'a ring that is cut off' : '';
          };
          const hosts = [focused, focused.closest('.mud-input'), focused.closest('.mud-switch, .mud-input-control')].filter(host => host);
          const faults = hosts.map(fault);
          return [name, faults.includes('') ? '' : faults.find(each => each !== 'no ring') ?? 'no ring'];
        }
        """;

    private const string Focused = """
        () => {
          const focused = document.activeElement;
          if (!focused || focused === document.body) return '';
          const said = focused.cloneNode(true);
          said.querySelectorAll('[aria-hidden=true]').forEach(hidden => hidden.remove());
          return (focused.getAttribute('aria-label') || said.textContent).trim().replace(/\s+/g, ' ');
        }
        """;

    /// <summary>The accessible name, or else the text, of what has the focus; empty where it has fallen to the body.</summary>
    public Task<string> FocusedAsync() => page.EvaluateAsync<string>(Focused);

    public Task PressAsync(string key) => page.Keyboard.PressAsync(key);

    /// <summary>Presses Tab until what has the focus is called so.</summary>
    public async Task TabToAsync(string name)
    {
        var seen = new List<string>();
        for (var stop = 0; stop < MostStops; stop++)
        {
            if (await FocusedAsync() is var focused && focused.StartsWith(name, StringComparison.Ordinal))
            {
                return;
            }

            seen.Add(focused);
            await PressAsync("Tab");
        }

        Assert.Fail($"Tab never comes to \"{name}\", only to {string.Join(" · ", seen.Distinct())}");
    }

    /// <summary>Presses Tab until this has the focus, from wherever that is.</summary>
    public async Task TabToAsync(ILocator target)
    {
        await target.WaitForAsync();
        for (var stop = 0; stop < MostStops; stop++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }

            await PressAsync("Tab");
        }

        Assert.Fail($"Tab never comes to {target}");
    }

    /// <summary>Presses Tab until a choice of the same group has the focus, then an arrow until it is this one.</summary>
    public async Task ChooseAsync(ILocator radio)
    {
        await radio.WaitForAsync();
        const string IsInGroup = "radio => document.activeElement?.type === 'radio' && document.activeElement.name === radio.name";
        for (var stop = 0; stop < MostStops && !await radio.EvaluateAsync<bool>(IsInGroup); stop++)
        {
            await PressAsync("Tab");
        }

        for (var choice = 0; choice < 20 && !await radio.IsCheckedAsync(); choice++)
        {
            var isHere = await radio.EvaluateAsync<bool>("element => element === document.activeElement");
            await PressAsync(isHere ? "Space" : "ArrowDown");
            await page.WaitForTimeoutAsync(50);
        }

        Assert.True(await radio.IsCheckedAsync());
    }

    /// <summary>What has the focus comes to be called so.</summary>
    public async Task IsAtAsync(string name)
    {
        for (var time = 0; time < 100; time++)
        {
            if ((await FocusedAsync()).StartsWith(name, StringComparison.Ordinal))
            {
                return;
            }

            await page.WaitForTimeoutAsync(100);
        }

        Assert.Fail($"The focus is at \"{await FocusedAsync()}\", not at \"{name}\"");
    }

    /// <summary>Every stop from the first of the page on until one comes again or the page is left, in order.</summary>
    public async Task<IReadOnlyList<Stop>> WalkAsync()
    {
        var stops = new List<Stop>();
        // Only after a key does the browser show a focus that a script has set.
        await PressAsync("Tab");
        await page.EvaluateAsync("document.querySelector('.skip-link, a, button').focus()");
        while (stops.Count < MostStops && await page.EvaluateAsync<string[]?>(Look) is { } seen)
        {
            // A date has several stops within one field.
            if (seen is [var name, var fault])
            {
                stops.Add(new Stop(name, fault));
            }

            await PressAsync("Tab");
        }

        return stops;
    }

    /// <param name="Fault">What is wrong with how it shows; empty where nothing is.</param>
    internal sealed record Stop(string Name, string Fault);
}
