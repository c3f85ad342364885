using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>What is typed arrives, whole and once, also where answers come late; and what does not arrive is said at the field.</summary>
public sealed class FormTests(PortalWithSample portal)
{
    private const string Instance = "/instances/dps-contoso-prod";
    private const string Group = $"{Instance}/enrollments/groups/eg-contadores-sur";
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task What_is_typed_is_not_put_over_by_an_answer_that_comes_late()
    {
        await using var browser = await Browser.StartAsync();
        await using var line = new SlowLine(portal.Process.Address, Late);
        var visitor = new Visitor(await browser.OpenAsync(line.Address));
        await visitor.SignInAsync("DPS operator", "/instances/new");
        var name = visitor.Page.GetByLabel("Instance name").First;

        // What a page shows is there before its circuit is: a press that comes earlier counts for nothing.
        for (var tries = 0; tries < 10 && !await name.IsVisibleAsync(); tries++)
        {
            await visitor.PressAsync("Next");
            await visitor.Page.WaitForTimeoutAsync(2_000);
        }

        await name.WaitForAsync();

        // A name that is refused, and at once, before the refusal and what it renders have come, the right one.
        foreach (var right in Enumerable.Range(0, 4).Select(turn => $"dps-slow-{turn}"))
        {
            await name.FillAsync("1");
            await visitor.PressAsync("Next");
            await name.ClickAsync();
            await name.FillAsync("");
            await name.PressSequentiallyAsync(right, new() { Delay = 60 });
            await visitor.Page.WaitForTimeoutAsync((float)(Late * 4).TotalMilliseconds);
            await Assertions.Expect(name).ToHaveValueAsync(right);
        }

        await visitor.FillAsync("Resource group", "rg-slow");
        await visitor.SelectAsync("Location", "West US 2");
        await visitor.PressAsync("Next");
        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 2, Name = "Encryption" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_text_that_is_too_long_stays_in_its_field_and_is_said_there_and_the_circuit_goes_on()
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        await visitor.SignInAsync("DPS operator", Group);
        var tags = visitor.Page.GetByLabel("Initial twin: tags");
        await tags.WaitForAsync();
        await visitor.Page.EvaluateAsync("window.stays = true");

        await tags.FillAsync(new string('x', 40_000));
        await visitor.SeesAsync("40,000 characters, and at most 32,768 fit here.");
        await visitor.PressAsync("Save");
        await visitor.SeesAsync("Nothing was saved: a field holds more than fits in it");
        Assert.Equal(40_000, (await tags.InputValueAsync()).Length);

        // What fits in it is saved, also where it weighs most on the way.
        var heavy = $$"""{"region": "{{string.Concat(Enumerable.Repeat("\\\"", 16_000))}}"}""";
        await tags.FillAsync(heavy);
        await visitor.PressAsync("Save");
        await visitor.ArrivesAsync(url => url.Query.Contains("tab=enrollments", StringComparison.Ordinal));
        await visitor.GoAsync(Group);
        Assert.Contains(heavy[10..^1], await tags.InputValueAsync(), StringComparison.Ordinal);
        await tags.FillAsync("");
        await visitor.PressAsync("Save");
        await visitor.ArrivesAsync(url => url.Query.Contains("tab=enrollments", StringComparison.Ordinal));
    }

    /// <summary>Somebody types faster than answers come: between a field and its page there are more or fewer components.</summary>
    [Theory]
    [InlineData("DPS operator", $"{Instance}/enrollments/new")]
    [InlineData("DPS operator", Group)]
    [InlineData("DPS operator", $"{Instance}/hubs/new")]
    [InlineData("DPS operator", $"{Instance}/policies/new")]
    [InlineData("Key custodian", "/keys/new")]
    [InlineData("Key custodian", $"{Instance}/rekey", "Paste a key identifier")]
    [InlineData("Key custodian", "/keys/kv-contoso-prod/kek-dps-prod/revoke", "Test", "Disable the whole key")]
    [InlineData("Key custodian", Instance, "Re-encrypt")]
    public async Task No_character_is_lost_in_any_field_where_answers_come_late(string role, string form, params string[] first)
    {
        await using var browser = await Browser.StartAsync();
        await using var line = new SlowLine(portal.Process.Address, Late);
        var visitor = new Visitor(await browser.OpenAsync(line.Address));
        await visitor.SignInAsync(role, form);
        await Assertions.Expect(visitor.Page.Locator("main h1")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await PressAsync(visitor, first);

        // Until what was pressed has had its effect: it may bring a field before those that are there.
        await visitor.Page.WaitForTimeoutAsync((float)(Late * 6).TotalMilliseconds);
        var fields = visitor.Page.Locator(
            "main input[data-limit]:not([type=number]):not([type=date]), main textarea[data-limit], [role=dialog] textarea[data-limit]");
        await Assertions.Expect(fields.First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        for (var number = 0; number < await fields.CountAsync(); number++)
        {
            var text = $"typed-in-full-{number}";
            await fields.Nth(number).FillAsync("");
            await fields.Nth(number).PressSequentiallyAsync(text, new() { Delay = 60 });
            await visitor.Page.WaitForTimeoutAsync((float)(Late * 4).TotalMilliseconds);
            await Assertions.Expect(fields.Nth(number)).ToHaveValueAsync(text);
        }
    }

    /// <summary>Every text field that the page shows, after what is pressed or chosen on it first.</summary>
    [Theory]
    [InlineData("DPS operator", $"{Instance}/enrollments/new")]
    [InlineData("DPS operator", $"{Instance}/enrollments/new", "X.509")]
    [InlineData("DPS operator", $"{Instance}/enrollments/new", "Individual enrollment")]
    [InlineData("DPS operator", Group)]
    [InlineData("DPS operator", $"{Instance}/hubs/new")]
    [InlineData("DPS operator", $"{Instance}/policies/new")]
    [InlineData("DPS operator", $"{Instance}?tab=enrollments")]
    [InlineData("DPS operator", $"{Instance}?tab=rejected")]
    [InlineData("DPS operator", "/instances")]
    [InlineData("DPS operator", "/instances/new", "Next")]
    [InlineData("DPS operator", "/activity")]
    [InlineData("DPS operator", "/operations")]
    [InlineData("Key custodian", "/keys")]
    [InlineData("Key custodian", "/keys/new")]
    [InlineData("Key custodian", $"{Instance}/rekey")]
    [InlineData("Key custodian", $"{Instance}/rekey", "Paste a key identifier")]
    [InlineData("Key custodian", "/keys/kv-contoso-prod/kek-dps-prod/revoke", "Test", "Disable the whole key")]
    public async Task Forty_thousand_characters_in_any_field_end_nothing(string role, string form, params string[] first)
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        var page = visitor.Page;
        await visitor.SignInAsync(role, form);
        await PressAsync(visitor, first);

        var fields = page.Locator("main").GetByRole(AriaRole.Textbox).Or(page.Locator("main").GetByRole(AriaRole.Searchbox));
        await Assertions.Expect(fields.First).ToBeVisibleAsync();
        await page.EvaluateAsync("window.stays = true");
        for (var number = 0; number < await fields.CountAsync(); number++)
        {
            var field = fields.Nth(number);
            if (!await field.IsEditableAsync())
            {
                continue;
            }

            // As somebody pastes it. Either no more fits in it, or it keeps what it got and says how much that is too much.
            await field.FillAsync("");
            await field.FocusAsync();
            await page.Keyboard.InsertTextAsync(new string('x', 40_000));
            if ((await field.InputValueAsync()).Length == 40_000)
            {
                await visitor.SeesAsync("40,000 characters, and at most");
            }

            await field.FillAsync("");
            await Assertions.Expect(page.GetByText("40,000 characters")).ToHaveCountAsync(0);
        }

        await Assertions.Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.stays === true"));
    }

    [Fact]
    public async Task What_was_begun_in_the_wizard_is_there_after_a_reload_another_page_and_another_language()
    {
        await using var browser = await Browser.StartAsync();
        var visitor = new Visitor(await browser.OpenAsync(portal.Process.Address));
        await visitor.SignInAsync("DPS operator", "/instances/new");
        await visitor.PressAsync("Next");
        await visitor.FillAsync("Instance name", "dps-draft");
        await visitor.FillAsync("Resource group", "rg-draft");

        await visitor.Page.ReloadAsync();
        await visitor.SeesAsync("This is your draft of");
        await Assertions.Expect(visitor.Page.GetByLabel("Instance name").First).ToHaveValueAsync("dps-draft");
        await visitor.GoAsync("/keys");
        await visitor.Page.GoBackAsync();
        await Assertions.Expect(visitor.Page.GetByLabel("Resource group").First).ToHaveValueAsync("rg-draft");
        await visitor.Page.GotoAsync("/culture/set?culture=es&redirectUri=/instances/new");
        await visitor.SeesAsync("Este es su borrador");
        await visitor.PressAsync("Descartar el borrador");
        await visitor.Page.ReloadAsync();
        await visitor.SeesAsync("La clave administrada por el cliente solo es posible");
        await Assertions.Expect(visitor.Page.GetByText("Este es su borrador")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_was_begun_in_the_wizard_is_there_after_a_restart_of_the_portal()
    {
        await using var browser = await Browser.StartAsync();
        await using var process = await PortalProcess.StartAsync(sample: false, TestContext.Current.CancellationToken);
        var visitor = new Visitor(await browser.OpenAsync(process.Address));
        await visitor.SignInAsync("DPS operator", "/instances/new");
        await visitor.PressAsync("Next");
        await visitor.FillAsync("Instance name", "dps-restarted");
        await visitor.FillAsync("Resource group", "rg-restarted");

        await visitor.Page.WaitForFunctionAsync(
            "() => Object.keys(localStorage).some(key => key.startsWith('draft:') && localStorage.getItem(key).includes('dps-restarted'))");
        await process.RestartAsync(TestContext.Current.CancellationToken);
        await visitor.GoAsync("/instances/new");

        await visitor.SeesAsync("This is your draft of");
        await Assertions.Expect(visitor.Page.GetByLabel("Instance name").First).ToHaveValueAsync("dps-restarted");
    }

    [Fact]
    public async Task A_page_that_is_left_while_a_key_is_made_leaves_no_exception_and_takes_nobody_elsewhere()
    {
        await using var browser = await Browser.StartAsync();
        await using var empty = await PortalProcess.StartAsync(sample: false, TestContext.Current.CancellationToken);
        var visitor = new Visitor(await browser.OpenAsync(empty.Address));

        for (var turn = 0; turn < 3; turn++)
        {
            await visitor.SignInAsync("Key custodian", "/keys/new");
            await visitor.FillAsync("Key name", $"kek-left-{turn}");
            await visitor.SelectAsync("Type and size", "4096");
            await visitor.PressAsync("Create");
            await visitor.Page.WaitForTimeoutAsync(20 * turn);

            // Once as a link does, and at the end with the whole circuit.
            if (turn < 2)
            {
                await visitor.Page.EvaluateAsync("Blazor.navigateTo('/help')");
                await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Help and glossary");
                await visitor.Page.WaitForTimeoutAsync(3_000);
                Assert.Equal("/help", (await visitor.AddressAsync())?.AbsolutePath);
            }
            else
            {
                await visitor.Page.GotoAsync("about:blank");
                await visitor.Page.WaitForTimeoutAsync(3_000);
            }
        }

        Assert.DoesNotContain("Exception", empty.Output, StringComparison.Ordinal);
    }

    private static async Task PressAsync(Visitor visitor, IEnumerable<string> names)
    {
        var page = visitor.Page;
        foreach (var name in names)
        {
            await page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^" + Regex.Escape(name)) })
                .Or(visitor.Button(name))
                    .Or(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^" + Regex.Escape(name) + " ") }))
                    .Or(page.GetByRole(AriaRole.Switch, new() { Name = name }))
                    .Or(page.GetByRole(AriaRole.Checkbox, new() { Name = name })).First.ClickAsync();
        }
    }
}
