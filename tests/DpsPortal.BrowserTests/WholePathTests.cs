using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>The main job from an empty portal to records that are readable again, by mouse, in a real browser.</summary>
public sealed class WholePathTests
{
    private const string Key = "kek-walk";
    private const string Instance = "dps-walk";
    private const string Group = "eg-walk";
    private const string KeyPage = $"/keys/kv-contoso-prod/{Key}";
    private const string Enrollments = $"/instances/{Instance}?tab=enrollments";

    [Fact]
    public async Task An_administrator_creates_rotates_revokes_sees_reads_rejected_and_restores()
    {
        await using var browser = await Browser.StartAsync();
        await using var portal = await PortalProcess.StartAsync(sample: false, TestContext.Current.CancellationToken);
        var visitor = new Visitor(await browser.OpenAsync(portal.Address));
        var judge = new Judge(visitor.Page);

        await CreateKeyAsync(visitor);
        await CreateInstanceAsync(visitor);
        await EnrollAsync(visitor);
        await RotateAsync(visitor);
        await EveryRecordIsReadAsync(visitor, "Every record was read.");
        await visitor.GoAsync(KeyPage);
        await RevokeAsync(visitor);
        await judge.LookAsync("the operation of a revoke");
        await visitor.GoAsync(KeyPage);
        await judge.LookAsync("a revoked key");
        await ReadIsRejectedAsync(visitor);
        await judge.LookAsync("the records of a revoked instance");
        await RestoreAsync(visitor);
        await ReadWorksAsync(visitor);
        await EveryRecordIsReadAsync(visitor, "1 unchanged · 0 new · 0 lost · 0 changed");
        await judge.LookAsync("readings of every record");
        Assert.Empty(judge.Complaints);
    }

    private static async Task CreateKeyAsync(Visitor visitor)
    {
        await visitor.SignInAsync("Key custodian", "/keys/new");
        await visitor.FillAsync("Key name", Key);
        await visitor.PressAsync("Create");
        await visitor.ArrivesAsync(url => url.PathAndQuery.EndsWith(KeyPage, StringComparison.Ordinal));
        await visitor.SeesAsync("No instance depends on this key.");
    }

    private static async Task CreateInstanceAsync(Visitor visitor)
    {
        await visitor.SignInAsync("DPS operator", "/instances/new");
        await visitor.PressAsync("Next");

        // A name that DPS does not take is refused at the field, before anything is made.
        await visitor.FillAsync("Instance name", "1");
        await visitor.PressAsync("Next");
        await visitor.SeesAsync("to correct");
        await visitor.FillAsync("Instance name", Instance);
        await visitor.FillAsync("Resource group", "rg-walk");
        await visitor.SelectAsync("Location", "West US 2");
        await visitor.PressAsync("Next");
        await visitor.SelectAsync("Key", Key);
        await visitor.PressAsync("Next");
        await visitor.PressAsync("Next");
        await visitor.SeesAsync("Every check passed.");
        await visitor.PressAsync("Next");
        await visitor.PressAsync("Create");
        await visitor.OperationSucceedsAsync();
    }

    private static async Task EnrollAsync(Visitor visitor)
    {
        await visitor.GoAsync($"/instances/{Instance}/enrollments/new");
        await visitor.FillAsync("Enrollment group ID", Group);
        await visitor.PressAsync("Create");
        await visitor.ArrivesAsync(url => url.PathAndQuery.EndsWith(Enrollments + "&kind=groups", StringComparison.Ordinal));
        await visitor.GoAsync(Enrollments);
        await ReadWorksAsync(visitor);

        await visitor.Link("Edit…").ClickAsync();
        await visitor.ChooseAsync("Disabled");
        await visitor.FillAsync("Initial twin: tags", """{"region": "north"}""");
        await visitor.PressAsync("Save");
        await visitor.SeesAsync("Disabled");
        await visitor.GoAsync(Enrollments);
        await ReadWorksAsync(visitor);
        await visitor.SeesAsync("\"region\": \"north\"");
    }

    private static async Task RotateAsync(Visitor visitor)
    {
        await visitor.SignInAsync("Key custodian", KeyPage);
        await visitor.SeesAsync("1 instance and");
        await visitor.Link("Rotate…").ClickAsync();
        await visitor.PressAsync("Rotate");
        await visitor.OperationSucceedsAsync();
        await visitor.GoAsync(KeyPage);
        await visitor.SeesAsync("1 of 1 re-wrapped");
        await visitor.SeesAsync("Safe to disable");
    }

    private static async Task RevokeAsync(Visitor visitor)
    {
        await visitor.Link("Revoke…").ClickAsync();
        await visitor.ChooseAsync("Test");
        await visitor.ChooseAsync("Disable the whole key");
        await visitor.SeesAsync("1 instance loses access");

        var revoke = visitor.Button("Revoke key access");
        await Assertions.Expect(revoke).ToBeDisabledAsync();
        await visitor.Page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await Assertions.Expect(revoke).ToBeDisabledAsync();
        await visitor.FillAsync("Reason", "Walk through the whole path");
        await Assertions.Expect(revoke).ToBeEnabledAsync();
        await revoke.ClickAsync();
        await visitor.OperationSucceedsAsync();
        await visitor.SeesAsync("Access of the instances concerned, as DPS reports it now");
    }

    private static async Task ReadIsRejectedAsync(Visitor visitor)
    {
        await visitor.SignInAsync("DPS operator", Enrollments);
        await visitor.PressAsync($"Read {Group}");
        await visitor.SeesAsync("403011");
        await visitor.SeesAsync("The key version is disabled");
        await visitor.GoAsync($"/instances/{Instance}?tab=rejected");
        await visitor.SeesAsync(Group);
        await EveryRecordIsReadAsync(visitor, "Every record was rejected");
    }

    private static async Task EveryRecordIsReadAsync(Visitor visitor, string sees)
    {
        await visitor.GoAsync($"/instances/{Instance}?tab=verify");
        await visitor.PressAsync("Read every record");
        await visitor.SeesAsync(sees);
    }

    private static async Task RestoreAsync(Visitor visitor)
    {
        await visitor.SignInAsync("Key custodian", KeyPage);
        await visitor.PressAsync("Restore access");
        var dialog = visitor.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("The walk goes on");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Restore access" }).ClickAsync();
        await visitor.OperationSucceedsAsync();
        await visitor.GoAsync($"/instances/{Instance}");
        await visitor.SeesAsync("The key is accessible.");
    }

    private static async Task ReadWorksAsync(Visitor visitor)
    {
        if ((await visitor.AddressAsync())?.PathAndQuery != Enrollments)
        {
            await visitor.SignInAsync("DPS operator", Enrollments);
        }

        await visitor.PressAsync($"Read {Group}");
        await visitor.SeesAsync("Read and decrypted just now.");
    }
}
