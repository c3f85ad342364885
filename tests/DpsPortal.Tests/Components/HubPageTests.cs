using AngleSharp.Dom;
using Bunit;
using DpsPortal.Features.Instances.Settings;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Tests.Components;

public sealed class HubPageTests : ListEntryPageTests
{
    public HubPageTests()
        : base("?tab=hubs")
    {
        Role = PortalRole.DpsOperator;
        Fake.Hubs.Add(new("hub-we.azure-devices.net", "brazilsouth", 3));
    }

    private IRenderedComponent<HubPage> OpenHub(string? hostName = null) =>
        Open<HubPage>(page => page.Add(it => it.Instance, "dps-contoso-prod").Add(it => it.HostName, hostName));

    private static IElement Field(IRenderedComponent<HubPage> page, string label) =>
        page.Find($"#{page.FindAll("label").First(element => Collapse(element.TextContent).StartsWith(label, StringComparison.Ordinal)).GetAttribute("for")}");

    internal override IRenderedComponent<IComponent> OpenExisting() => OpenHub("hub-we.azure-devices.net");

    [Fact]
    public void A_hub_is_linked_with_what_was_entered()
    {
        var page = OpenHub();
        Field(page, "Host name").Input(" hub-ne.azure-devices.net ");
        Field(page, "Weight").Input("5");
        Button(page, "Link hub").Click();

        Assert.Equal(["link hub-ne.azure-devices.net  5 True"], Fake.Calls);
        AssertIsBackAtTheList();
    }

    [Theory]
    [InlineData("HostName=Hub-NE.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=c2VjcmV0LWtleQ==", "hub-ne.azure-devices.net")]
    [InlineData("SharedAccessKey=c2VjcmV0LWtleQ==; hostname = x;HostName=hub-ne.azure-devices.net", "hub-ne.azure-devices.net")]
    [InlineData("SharedAccessKey=c2VjcmV0LWtleQ==", "")]
    public void Of_a_connection_string_the_host_name_is_taken_and_the_key_is_let_go(string pasted, string host)
    {
        var page = OpenHub();
        Field(page, "Host name").Input(pasted);

        Assert.Equal(host, (Field(page, "Host name").GetAttribute("value") ?? "").ToLowerInvariant());
        Assert.DoesNotContain("c2VjcmV0", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Its host name was taken; its key was let go", TextOf(page), StringComparison.Ordinal);
        Button(page, "Link hub").Click();
        Assert.Equal([$"link {host}  1 True"], Fake.Calls);
    }

    [Theory]
    [InlineData("2,5")]
    [InlineData("many")]
    [InlineData("")]
    public void A_weight_that_is_no_whole_number_is_not_taken_for_the_one_that_stood_there(string weight)
    {
        var page = OpenHub("hub-we.azure-devices.net");
        Field(page, "Weight").Input(weight);
        Button(page, "Save").Click();

        Assert.Equal(["change hub-we.azure-devices.net brazilsouth 0 True"], Fake.Calls);
    }

    [Fact]
    public void A_link_is_changed_from_what_it_is()
    {
        var page = OpenHub("hub-we.azure-devices.net");
        Assert.Contains("Devices that are assigned stay where they are", TextOf(page), StringComparison.Ordinal);
        Field(page, "Weight").Input("10");
        page.Find("input[type=checkbox]").Change(false);
        Button(page, "Save").Click();

        Assert.Equal(["change hub-we.azure-devices.net brazilsouth 10 False"], Fake.Calls);
    }

    [Theory]
    [InlineData(ProvisioningRefusals.HubHostNameInvalid, "HostName", "Host name: use a name such as")]
    [InlineData(ServiceRefusals.HubAlreadyLinked, "HostName", "Host name: 1 is linked already.")]
    [InlineData(ServiceRefusals.LocationInvalid, "Location", "Location: choose an Azure region")]
    [InlineData(ProvisioningRefusals.HubWeightInvalid, "AllocationWeight", "Weight: use a whole number from 1")]
    [InlineData(ProvisioningRefusals.HubLimitReached, null, "An instance can have 1 linked IoT hubs.")]
    public void A_refusal_is_shown_once_beside_its_field(string code, string? field, string text) =>
        AssertShownOnce(OpenHub(), new Refusal(code, field, "1", "1000"), "Link hub", text);

    [Fact]
    public void A_hub_that_is_not_linked_any_more_leads_back_to_the_list() => AssertLeadsBackToTheList(
        OpenHub("hub-ne.azure-devices.net"), "hub-ne.azure-devices.net is not linked to this instance", "Back to the linked hubs");
}
