using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>The five minutes of the README as they are written, on a fresh data folder and with devices at work, by mouse and by keyboard.</summary>
public sealed partial class ReadmeWalkTests
{
    private const string Instance = "dps-contoso-prod";
    private const string Key = "kek-dps-prod";

    [Theory]
    [InlineData("mouse")]
    [InlineData("keyboard")]
    public async Task The_walk_ends_with_nothing_lost_and_nothing_changed(string hands)
    {
        await using var browser = await Browser.StartAsync();
        await using var portal = await PortalProcess.StartAsync(sample: true, TestContext.Current.CancellationToken, traffic: true);
        var page = await browser.OpenAsync(portal.Address);
        await new Walk(page, hands == "mouse" ? new MouseHands() : new KeyboardHands(page)).GoAsync();
    }

    private sealed class Walk(IPage page, IHands hands)
    {
        private readonly Visitor _visitor = new(page);

        public async Task GoAsync()
        {
            // 1
            await page.GotoAsync("/");
            await SignInAsync("Key custodian");
            await SeesAsync("has expired");
            await SeesAsync("dps-contoso-pilot");
            await OpenInstanceAsync();
            await ReadEveryRecordAsync(Every());

            // 2
            await OpenKeyAsync();
            await SeesAsync("1 instance and");
            await FollowAsync("Rotate…");
            await PressAsync("Rotate");
            await _visitor.OperationSucceedsAsync();

            // 3
            await OpenKeyAsync();
            await FollowAsync("Revoke…");
            await hands.ChooseAsync(Radio("Test"));
            await hands.ChooseAsync(Radio("Remove the role of one instance"));
            await SeesAsync("loses access");
            await SeesAsync("403011");
            await hands.TickAsync(page.GetByRole(AriaRole.Checkbox));
            await hands.WriteAsync(page.GetByLabel("Reason").First, "Walk through the README");
            await PressAsync("Revoke key access");
            await _visitor.OperationSucceedsAsync();

            // 4
            await SwitchAsync("DPS operator");
            await OpenInstanceAsync();
            await FollowAsync("Enrollments");
            await hands.PressAsync(page.GetByRole(AriaRole.Button, new() { NameRegex = ReadOne() }).First);
            await SeesAsync("403011");
            await FollowAsync("Rejected operations");
            await ReadEveryRecordAsync(Rejected());

            // 5
            await SwitchAsync("Approver");
            await OpenInstanceAsync();
            await FollowAsync($"Open {Key}");
            await PressAsync("Restore access");
            var dialog = page.GetByRole(AriaRole.Dialog);
            await hands.WriteAsync(dialog.GetByRole(AriaRole.Textbox), "The walk goes on");
            await hands.PressAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Restore access" }));
            await _visitor.OperationSucceedsAsync();
            await OpenInstanceAsync();
            await ReadEveryRecordAsync(NothingLost());
            await FollowAsync("Activity");
            await Assertions.Expect(page.GetByText(NothingLost()).First).ToBeVisibleAsync();
        }

        private async Task SignInAsync(string role)
        {
            await hands.PressAsync(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^" + role) }));
            await _visitor.ArrivesAsync(url => !url.AbsolutePath.StartsWith("/sign-in", StringComparison.Ordinal));
        }

        private async Task SwitchAsync(string role)
        {
            await hands.PressAsync(page.GetByRole(AriaRole.Button, new() { NameRegex = SignedInAs() }));
            var item = page.GetByRole(AriaRole.Menuitem, new() { Name = "Switch person" });
            await hands.PressAsync(item);
            await _visitor.ArrivesAsync(url => url.AbsolutePath == "/sign-in");
            await SignInAsync(role);
        }

        private async Task OpenInstanceAsync()
        {
            await FollowAsync("DPS instances");
            await FollowAsync(Instance);
            await page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = Instance }).WaitForAsync();
        }

        private async Task OpenKeyAsync()
        {
            await FollowAsync("Keys");
            await FollowAsync(Key);
            await page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = Key }).WaitForAsync();
        }

        private async Task ReadEveryRecordAsync(Regex outcome)
        {
            await FollowAsync("Read every record");
            await PressAsync("Read every record");
            await Assertions.Expect(page.GetByText(outcome).First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        }

        private Task FollowAsync(string link) => hands.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First);

        private Task PressAsync(string button) => hands.PressAsync(_visitor.Button(button));

        private ILocator Radio(string name) => page.GetByRole(AriaRole.Radio, new() { NameRegex = new Regex("^" + name) });

        private Task SeesAsync(string text) => _visitor.SeesAsync(text);
    }

    [GeneratedRegex("^Read ")]
    private static partial Regex ReadOne();

    [GeneratedRegex("^Signed in as ")]
    private static partial Regex SignedInAs();

    [GeneratedRegex("Every record was read")]
    private static partial Regex Every();

    [GeneratedRegex("Every record was rejected")]
    private static partial Regex Rejected();

    [GeneratedRegex(@"20,\d\d\d unchanged · .*\b0 lost · 0 changed")]
    private static partial Regex NothingLost();
}
