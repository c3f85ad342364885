using Bunit;
using DpsPortal.Common;
using DpsPortal.Features.Instances;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;

namespace DpsPortal.Tests.Components;

public sealed class TrafficPanelTests : PageTests
{
    private const string Instance = "dps-contoso-prod";

    public TrafficPanelTests() => Role = PortalRole.DpsOperator;

    private IRenderedComponent<TrafficPanel> OpenPanel() => Open<TrafficPanel>(panel => panel.Add(it => it.Instance, Instance));

    [Fact]
    public async Task Who_may_switches_it_on_chooses_a_speed_and_switches_it_off()
    {
        var panel = OpenPanel();
        Assert.Empty(panel.FindAll(".mud-select"));

        panel.Find("input[type=checkbox]").Change(true);
        Assert.Contains("0 requests so far, 0 of them refused.", TextOf(panel), StringComparison.Ordinal);
        await panel.InvokeAsync(() => panel.FindComponent<WordSelect<double>>().Instance.ValueChanged.InvokeAsync(5));
        panel.Find("input[type=checkbox]").Change(false);

        Assert.Equal([$"traffic at {Instance}, 1 times", $"traffic at {Instance}, 5 times", $"no traffic at {Instance}"], Fake.Calls);
        Assert.DoesNotContain("requests so far", TextOf(panel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PortalRole.KeyCustodian)]
    [InlineData(PortalRole.Approver)]
    [InlineData(PortalRole.Auditor)]
    public void Who_may_not_sees_whether_it_runs_and_who_may_switch_it_and_no_switch(PortalRole role)
    {
        Role = role;
        Fake.Traffic = new TrafficStatus(new TrafficSettings(Instance, Speed: 5), 12, 3);
        var panel = OpenPanel();

        Assert.Contains("It is on. Only the role DPS operator can switch it. 12 requests so far, 3 of them refused.", TextOf(panel), StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("input, button, .mud-select"));
    }

    [Fact]
    public void What_runs_at_another_instance_is_off_here()
    {
        Role = PortalRole.Auditor;
        Fake.Traffic = new TrafficStatus(new TrafficSettings("dps-contoso-test"), 12, 3);

        Assert.Contains("It is off.", TextOf(OpenPanel()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_is_said_and_the_switch_shows_that_nothing_runs()
    {
        var panel = OpenPanel();
        Fake.RefuseChanges = new Refusal(ProvisioningRefusals.InstanceUnknown, null, Instance);

        panel.Find("input[type=checkbox]").Change(true);

        Assert.Contains("There is no instance with this name.", Collapse(panel.Find("[role=alert]").TextContent), StringComparison.Ordinal);
        Assert.False(panel.Find("input[type=checkbox]").HasAttribute("checked"));
    }

    [Fact]
    public void It_follows_what_devices_do()
    {
        Fake.Traffic = new TrafficStatus(new TrafficSettings(Instance), 1, 0);
        var panel = OpenPanel();

        Fake.Traffic = Fake.Traffic with { Requests = 7 };
        Fake.Announce(PortalChangeKind.DpsOperation, Instance);

        panel.WaitForAssertion(() => Assert.Contains("7 requests so far", TextOf(panel), StringComparison.Ordinal));
    }
}
