using Bunit;
using DpsPortal.Features.Instances;
using DpsPortal.Features.Instances.Settings;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed class HubsPanelTests : PageTests
{
    private static readonly LinkedHub West = new("hub-we.azure-devices.net", "westeurope", 3);
    private static readonly LinkedHub North = new("hub-ne.azure-devices.net", "northeurope", 1, ApplyAllocationPolicy: false);

    public HubsPanelTests() => Role = PortalRole.DpsOperator;

    private IRenderedComponent<HubsPanel> OpenPanel(params LinkedHub[] hubs)
    {
        Fake.Hubs.AddRange(hubs);
        return Open<HubsPanel>(panel => panel.Add(it => it.Instance, "dps-contoso-prod"));
    }

    private static AngleSharp.Dom.IElement Named(IRenderedComponent<IComponent> panel, string name) => panel.Find($"[aria-label='{name}']");

    [Fact]
    public void The_tab_is_the_instances_own()
    {
        Fake.Instances.Add(Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing)));
        Fake.Hubs.Add(West);
        Services.GetRequiredService<NavigationManager>().NavigateTo("/instances/dps-contoso-prod?tab=hubs");
        var page = Open<InstancePage>(it => it.Add(its => its.Name, "dps-contoso-prod"));

        Assert.Equal("Linked hubs", page.Find(".tabs [aria-current]").TextContent);
        Assert.Contains("everything here works while access to it is revoked", TextOf(page), StringComparison.Ordinal);
        Assert.False(IsDisabled(Named(page, "Unlink: hub-we.azure-devices.net")));
    }

    [Fact]
    public void Hubs_are_listed_with_weight_and_part_and_are_said_to_be_simulated()
    {
        var text = TextOf(OpenPanel(West, North));

        Assert.Contains("hub-we.azure-devices.net West Europe 3 Takes part", text, StringComparison.Ordinal);
        Assert.Contains("hub-ne.azure-devices.net North Europe 1 Only where named", text, StringComparison.Ordinal);
        Assert.Contains("Hubs are simulated by their names", text, StringComparison.Ordinal);
        Assert.DoesNotContain("400208", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_hub_it_says_what_a_registration_comes_to() =>
        Assert.Contains(
            "No IoT hub is linked A device that registers is not assigned: its registration ends as failed, with code 400208", TextOf(OpenPanel()),
            StringComparison.Ordinal);

    [Fact]
    public void Where_no_hub_takes_part_it_warns() =>
        Assert.Contains("No linked hub takes part in allocation", TextOf(OpenPanel(North)), StringComparison.Ordinal);

    [Fact]
    public void A_double_click_asks_once()
    {
        var panel = OpenPanel(West, North);

        Named(panel, "Unlink: hub-ne.azure-devices.net").Click();
        Named(panel, "Unlink: hub-ne.azure-devices.net").Click();

        Assert.Single(Overlays[1].FindAll("[role=dialog]"));
        Button(Overlays[1], "Cancel").Click();
        Overlays[1].WaitForAssertion(() => Assert.Empty(Overlays[1].FindAll("[role=dialog]")));
        Named(panel, "Unlink: hub-ne.azure-devices.net").Click();
        Assert.Single(Overlays[1].FindAll("[role=dialog]"));
    }

    [Fact]
    public async Task A_question_goes_with_the_page_that_asked_it()
    {
        var panel = OpenPanel(West, North);
        Named(panel, "Unlink: hub-ne.azure-devices.net").Click();

        await panel.InvokeAsync(panel.Instance.Dispose);

        Overlays[1].WaitForAssertion(() => Assert.Empty(Overlays[1].FindAll("[role=dialog]")));
        Assert.Equal([West, North], Fake.Hubs);
    }

    [Fact]
    public void A_hub_is_unlinked_after_saying_what_that_does_and_linked_again_as_it_was()
    {
        var panel = OpenPanel(West, North);
        Named(panel, "Unlink: hub-ne.azure-devices.net").Click();

        Assert.Contains(
            "Devices that are assigned to hub-ne.azure-devices.net stay there until they register again", TextOf(Overlays[1]), StringComparison.Ordinal);
        Assert.DoesNotContain("It is the last hub", TextOf(Overlays[1]), StringComparison.Ordinal);
        Button(Overlays[1], "Unlink").Click();
        panel.WaitForAssertion(() => Assert.Contains("hub-ne.azure-devices.net is unlinked.", TextOf(panel), StringComparison.Ordinal));
        Assert.Equal([West], Fake.Hubs);

        Button(panel, "Undo").Click();
        Assert.Contains("hub-ne.azure-devices.net is linked again.", TextOf(panel), StringComparison.Ordinal);
        Assert.Equal([West, North], Fake.Hubs);
        Assert.Equal("unlink hub-ne.azure-devices.net", Fake.Calls[0]);
    }

    [Fact]
    public void The_last_hub_is_said_to_be_the_last()
    {
        var panel = OpenPanel(West);
        Named(panel, "Unlink: hub-we.azure-devices.net").Click();

        Assert.Contains("It is the last hub: no new device can be assigned", TextOf(Overlays[1]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_auditor_sees_the_hubs_and_reads_who_may_change_them()
    {
        Role = PortalRole.Auditor;
        var panel = OpenPanel(West);

        Assert.Equal("Only the role DPS operator can do this.", Description(panel, Named(panel, "Unlink: hub-we.azure-devices.net")));
        Assert.True(IsDisabled(Named(panel, "Edit: hub-we.azure-devices.net")));
        Assert.True(IsDisabled(Button(panel, "Link hub")));
    }

    [Fact]
    public void While_they_are_read_the_panel_says_so()
    {
        Fake.Gate = new TaskCompletionSource().Task;

        Assert.Equal("Loading…", Collapse(OpenPanel().Find("[role=status]").TextContent));
    }

    [Fact]
    public void A_failed_reading_can_be_repeated_and_old_data_shuts_what_destroys()
    {
        Fake.Failure = new HttpRequestException("secret details");
        var failed = OpenPanel(West);
        Assert.DoesNotContain("secret details", TextOf(failed), StringComparison.Ordinal);
        Fake.Failure = null;
        Button(failed, "Try again").Click();
        Assert.False(IsDisabled(Named(failed, "Unlink: hub-we.azure-devices.net")));

        // The reading time of the fake stays where it was, as when every further read fails.
        Clock.Advance(TimeSpan.FromSeconds(75));
        failed.WaitForAssertion(() => Assert.Equal(
            "The data is more than 60 s old. Refresh first.", Description(failed, Named(failed, "Unlink: hub-we.azure-devices.net"))));
    }
}
