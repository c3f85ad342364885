using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>
/// A portal that is changed: where the keyboard is after what it did has taken away what had the focus, and what the longest name
/// that Azure allows does to pages, also on the narrowest screen.
/// </summary>
public sealed class AfterwardsTests(PortalToChange portal) : IClassFixture<PortalToChange>
{
    private const string Instance = "/instances/dps-contoso-prod";
    private const string Key = "/keys/kv-contoso-prod/kek-dps-prod";
    private const string Group = "eg-pasarelas";
    private const int LongestName = 127;

    private static readonly string LongKey = new('k', LongestName);

    [Fact]
    public async Task The_focus_goes_on_where_the_person_was_when_what_had_it_is_gone()
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        var keyboard = new Keyboard(visitor.Page);

        await visitor.SignInAsync("DPS operator", Instance + "?tab=enrollments");
        await OnRecordsAsync(visitor, keyboard);
        await visitor.GoAsync(Instance + "?tab=hubs");
        await OnHubsAsync(visitor, keyboard);
        await visitor.GoAsync(Instance + "?tab=connect");
        await OnPoliciesAsync(visitor, keyboard);
        await visitor.SignInAsync("Key custodian", Key);
        await OnVersionsAsync(visitor, keyboard);
    }

    [Fact]
    public async Task Nothing_is_cut_off_or_runs_over_on_the_narrowest_screen_whatever_the_longest_name()
    {
        await using var browser = await Browser.StartAsync();
        var complaints = new List<string>();
        await CreateLongKeyAsync(browser);
        foreach (var (width, language) in new[] { (320, "en"), (320, "es"), (390, "en"), (1440, "en") })
        {
            var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address, width));
            await visitor.GoAsync("/sign-in");
            await LookAsync(visitor, "/sign-in", width);
            await visitor.SignInAsync("Key custodian");
            await visitor.Page.GotoAsync($"/culture/set?culture={language}&redirectUri=/");
            foreach (var address in AccessibilityTests.Pages.Concat(
                [$"/keys/kv-contoso-prod/{LongKey}", $"/keys/kv-contoso-prod/{LongKey}/rotate", $"/keys/kv-contoso-prod/{LongKey}/revoke"]))
            {
                await visitor.GoAsync(address);
                await LookAsync(visitor, $"{address} ({language})", width);
            }
        }

        Assert.True(complaints.Count == 0, string.Join(Environment.NewLine, complaints));

        async Task LookAsync(Visitor visitor, string what, int width)
        {
            await Assertions.Expect(visitor.Page.Locator("main .mud-skeleton")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
            complaints.AddRange((await visitor.Page.EvaluateAsync<string[]>(Over)).Select(over => $"{what} at {width}: {over}"));
        }
    }

    /// <summary>What lies beside the screen and in nothing that can be scrolled; the bar at the top hides it without a scroll bar.</summary>
    private const string Over = """
        () => {
          const page = document.scrollingElement, found = [];
          if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth - page.clientWidth} px too wide`);
          const scrolls = element => { for (let around = element; around && around !== document.body; around = around.parentElement) if (/auto|scroll/.test(getComputedStyle(around).overflowX)) return true; return false; };
          const isHidden = element => { const at = element.getBoundingClientRect(); return at.width <= 1 || at.height <= 1 || getComputedStyle(element).visibility === 'hidden' || element.closest('.visually-hidden, .skip-link, .portal-drawer'); };
          for (const element of document.querySelectorAll('main *, .portal-bar *')) {
            const at = element.getBoundingClientRect();
            if ((at.right > innerWidth + 1 || at.left < -1) && !isHidden(element) && !scrolls(element)) {
              found.push(`${element.tagName.toLowerCase()}.${element.className.baseVal ?? element.className} "${element.textContent.trim().slice(0, 40)}" ends at ${Math.round(at.right)}`);
              break;
            }
          }
          for (const table of document.querySelectorAll('main .mud-table-container, main .mud-simple-table')) {
            if (table.scrollWidth > table.clientWidth + 1) found.push(`the table ${table.textContent.trim().slice(0, 30)} is ${table.scrollWidth - table.clientWidth} px wider than its frame`);
          }
          return found;
        }
        """;

    private static async Task OnRecordsAsync(Visitor visitor, Keyboard keyboard)
    {
        await PressAsync(visitor, $"Read {Group}");
        await PressAsync(visitor, "Reveal keys");
        await keyboard.IsAtAsync($"Content of {Group}");
        await PressAsync(visitor, "Close");
        await keyboard.IsAtAsync($"Read {Group}");

        await PressAsync(visitor, $"Read {Group}");
        await PressAsync(visitor, "Delete…");
        await keyboard.IsAtAsync("Cancel");
        await keyboard.PressAsync("Escape");
        await keyboard.IsAtAsync("Delete…");
        await keyboard.PressAsync("Enter");
        await ConfirmAsync(visitor, keyboard, "Delete");
        await Assertions.Expect(visitor.Button($"Read {Group}")).ToHaveCountAsync(0);
        await keyboard.IsAtAsync("Enrollments");
    }

    private static async Task OnHubsAsync(Visitor visitor, Keyboard keyboard)
    {
        var first = visitor.Button("Unlink: ", exact: false).First;
        var hub = (await first.GetAttributeAsync("aria-label"))!["Unlink: ".Length..];
        await PressAsync(visitor, $"Unlink: {hub}");
        await ConfirmAsync(visitor, keyboard, "Unlink");
        await visitor.SeesAsync($"{hub} is unlinked.");
        await PressAsync(visitor, "Undo");
        await keyboard.IsAtAsync($"{hub} is linked again.");
    }

    private static async Task OnPoliciesAsync(Visitor visitor, Keyboard keyboard)
    {
        const string Reveal = "Reveal keys: provisioningserviceowner";
        await PressAsync(visitor, Reveal);
        await visitor.SeesAsync("SharedAccessKey=");
        await keyboard.IsAtAsync(Reveal);
        await PressAsync(visitor, "Hide");
        await keyboard.IsAtAsync(Reveal);
        await PressAsync(visitor, "Remove: provisioningserviceowner");
        await ConfirmAsync(visitor, keyboard, "Cancel");
        await keyboard.IsAtAsync("Remove: provisioningserviceowner");
    }

    private static async Task OnVersionsAsync(Visitor visitor, Keyboard keyboard)
    {
        await visitor.Button("Disable…").First.FocusAsync();
        await keyboard.PressAsync("Enter");
        await ConfirmAsync(visitor, keyboard, "Disable");
        await visitor.SeesAsync("is disabled.");
        await keyboard.IsAtAsync("Enable");
        await PressAsync(visitor, "Undo");
        await keyboard.IsAtAsync("Version");
        await visitor.SeesAsync("is enabled again.");
    }

    private async Task CreateLongKeyAsync(Browser browser)
    {
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        await visitor.SignInAsync("Key custodian", "/keys/new");
        await visitor.FillAsync("Key name", LongKey);
        await visitor.PressAsync("Create");
        await visitor.ArrivesAsync(url => url.PathAndQuery.EndsWith(LongKey, StringComparison.Ordinal));
    }

    /// <summary>A dialog begins at what changes nothing, as soon as it is there.</summary>
    private static async Task ConfirmAsync(Visitor visitor, Keyboard keyboard, string button)
    {
        await keyboard.IsAtAsync("Cancel");
        await PressAsync(visitor, button);
    }

    /// <summary>As the keyboard does: the button has the focus first.</summary>
    private static async Task PressAsync(Visitor visitor, string button)
    {
        await visitor.Button(button).FocusAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
    }
}

/// <summary>One portal with the sample for the tests of a class that change it.</summary>
public sealed class PortalToChange : PortalWithSample;
