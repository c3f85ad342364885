using Bunit;
using DpsPortal.Features.Instances;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using DpsPortal.Services.Reencrypting;
using DpsPortal.Tests.Components.Fakes;

namespace DpsPortal.Tests.Components;

public sealed class ReencryptionPanelTests : PageTests
{
    private IRenderedComponent<ReencryptionPanel> OpenPanel() => Open<ReencryptionPanel>(panel => panel.Add(it => it.Instance, "dps-contoso-prod"));

    private static string? Blocked(IRenderedComponent<ReencryptionPanel> panel) =>
        Button(panel, "Re-encrypt 20,876 records") is var button && IsDisabled(button) ? Description(panel, button) : null;

    [Fact]
    public void Before_the_button_it_says_what_it_does_when_it_is_needed_and_what_it_does_not_do()
    {
        var panel = OpenPanel();
        var text = TextOf(panel);

        Assert.Contains("writes every record anew under new data encryption keys", text, StringComparison.Ordinal);
        Assert.Contains("Never done", text, StringComparison.Ordinal);
        Assert.Contains("A rotation or a change of key does not need it.", text, StringComparison.Ordinal);
        Assert.Contains("Contents, etags and times of the records stay.", text, StringComparison.Ordinal);
        Assert.Contains("Reads and writes go on meanwhile.", text, StringComparison.Ordinal);
        Assert.Contains("The instance key stays the same", text, StringComparison.Ordinal);
        Assert.Null(Blocked(panel));
    }

    [Fact]
    public void It_is_started_and_followed_to_its_end_by_the_feed()
    {
        var panel = OpenPanel();

        Button(panel, "Re-encrypt 20,876 records").Click();
        GiveReason("Re-encrypt", "Keys may have leaked");

        Assert.Equal(["re-encrypt dps-contoso-prod: Keys may have leaked"], Fake.Calls);
        Assert.Equal($"/operations/{Some.OperationId}", Button(panel, "Open operation").GetAttribute("href"));
        Assert.Contains("Running You can leave this page", TextOf(panel), StringComparison.Ordinal);
        Assert.Contains("20,873 of 20,876 records remain.", TextOf(panel), StringComparison.Ordinal);
        Assert.DoesNotContain("Data as of", TextOf(panel), StringComparison.Ordinal);
        Assert.Equal("It is under way already.", Blocked(panel));

        Follow(panel, Some.Reencryption(ReencryptionState.Running, remaining: 1), "1 of 20,876 records remains.");
        Follow(panel, Some.Reencryption(ReencryptionState.Finished), "Finished Old data encryption keys that no record needs any more are removed.");
        Assert.Contains("20,876 records are no longer under an old key.", TextOf(panel), StringComparison.Ordinal);
        Assert.DoesNotContain("left as they were", TextOf(panel), StringComparison.Ordinal);
        Assert.Null(Blocked(panel));
    }

    [Fact]
    public void Waiting_says_for_what_and_how_to_end_it()
    {
        Fake.Reencryption = Some.Reencryption(ReencryptionState.Waiting, 900, access: Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing));
        var panel = OpenPanel();

        Assert.Contains("Waiting The key cannot be used now. It goes on by itself once access is back", TextOf(panel), StringComparison.Ordinal);
        Assert.Contains("The instance's identity has no role on the key Restore the role assignment", TextOf(panel), StringComparison.Ordinal);
        Assert.Contains("900 of 20,876 records remain.", TextOf(panel), StringComparison.Ordinal);
        Assert.Equal("It is under way already.", Blocked(panel));
    }

    [Fact]
    public void Altered_records_that_were_left_are_counted_at_the_end()
    {
        Fake.Reencryption = Some.Reencryption(ReencryptionState.Finished, corrupt: 2);
        var text = TextOf(OpenPanel());

        Assert.Contains("20,874 records are no longer under an old key.", text, StringComparison.Ordinal);
        Assert.Contains("2 altered records were left as they were They did not open, so their old keys were kept.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_access_to_the_key_none_can_be_started()
    {
        Fake.Reencryption = Some.Reencryption(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.VersionDisabled));

        Assert.Equal("The instance has no access to its key. Restore it first.", Blocked(OpenPanel()));
    }

    [Fact]
    public void A_refusal_says_what_to_do()
    {
        Fake.RefuseChanges = new Refusal(ServiceRefusals.ReencryptionInProgress, null, "dps-contoso-prod");
        var panel = OpenPanel();

        Button(panel, "Re-encrypt 20,876 records").Click();
        GiveReason("Re-encrypt");

        Assert.Contains("are being re-encrypted already. Wait until that ends.", Collapse(panel.Find("[role=alert]").TextContent), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reading_that_fails_can_be_tried_again()
    {
        Fake.Failure = new HttpRequestException();
        var panel = OpenPanel();
        Assert.Contains("This could not be read", TextOf(panel), StringComparison.Ordinal);

        Fake.Failure = null;
        Button(panel, "Try again").Click();

        Assert.Contains("Never done", TextOf(panel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PortalRole.DpsOperator)]
    [InlineData(PortalRole.Approver)]
    [InlineData(PortalRole.Auditor)]
    public void Who_may_not_reads_who_may(PortalRole role)
    {
        Role = role;

        Assert.Equal("Only the role Key custodian can do this.", Blocked(OpenPanel()));
    }

    [Fact]
    public void In_Spanish()
    {
        Speak("es");
        Fake.Reencryption = Some.Reencryption(ReencryptionState.Running, remaining: 5_000);

        Assert.Contains("Quedan 5.000 de 20.876 registros.", TextOf(OpenPanel()).Replace('\u00a0', '.'), StringComparison.Ordinal);
    }

    private void Follow(IRenderedComponent<ReencryptionPanel> panel, ReencryptionReading reading, string text)
    {
        Fake.Reencryption = reading;
        Fake.Announce(PortalChangeKind.Reencryption, "dps-contoso-prod");
        panel.WaitForAssertion(() => Assert.Contains(text, TextOf(panel), StringComparison.Ordinal));
    }
}
