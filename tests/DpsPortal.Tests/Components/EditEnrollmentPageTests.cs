using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Bunit;
using DpsPortal.Common;
using DpsPortal.Features.Instances.Enrollments;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed class EditEnrollmentPageTests : PageTests
{
    private const string ETag = "AAAAAAAAAAE=";

    private EnrollmentGroup _stored = new()
    {
        EnrollmentGroupId = "eg-norte",
        Attestation = new Attestation("x509", X509: new X509Attestation(SigningCertificates: new X509Certificates(new X509CertificateEntry("PEM")))),
        Capabilities = new EnrollmentCapabilities(true),
        IotHubs = ["iot-we.azure-devices.net"],
        ReprovisionPolicy = new ReprovisionPolicy(true, false),
        InitialTwin = new InitialTwin(new JsonObject { ["company"] = "Contoso Energía" }, null),
    };

    public EditEnrollmentPageTests()
    {
        Role = PortalRole.DpsOperator;
        Fake.Hubs.AddRange([new LinkedHub("iot-we.azure-devices.net", "westeurope"), new LinkedHub("iot-ne.azure-devices.net", "northeurope")]);
        Fake.ReadGroup = id =>
            new RecordRead<EnrollmentGroup>.Found(_stored, new RecordSummary(RecordKind.EnrollmentGroup, id, null, "enabled", ETag, Some.Now, Some.Now));
    }

    private IRenderedComponent<EditEnrollmentPage> OpenEdit() => Open<EditEnrollmentPage>(page =>
        page.Add(it => it.Instance, "dps-contoso-prod").Add(it => it.Kind, "groups").Add(it => it.Id, "eg-norte"));

    private static IElement Field(IRenderedComponent<EditEnrollmentPage> page, string label) =>
        page.Find($"#{page.FindAll("label").First(element => Collapse(element.TextContent).StartsWith(label, StringComparison.Ordinal)).GetAttribute("for")}");

    private static void Disable(IRenderedComponent<EditEnrollmentPage> page) =>
        page.FindAll("label.choice").First(label => label.TextContent.Contains("Disabled", StringComparison.Ordinal)).QuerySelector("input")!.Change(true);

    private static IElement Hub(IRenderedComponent<EditEnrollmentPage> page, string host) =>
        page.FindAll("label.choice").First(label => label.TextContent.Contains(host, StringComparison.Ordinal)).QuerySelector("input")!;

    private static void Save(IRenderedComponent<EditEnrollmentPage> page) => Button(page, "Save").Click();

    [Fact]
    public void What_was_changed_is_saved_with_the_etag_of_the_read_and_the_rest_is_put_back_as_it_was()
    {
        var page = OpenEdit();
        Assert.Contains("Contoso Energía", Field(page, "Initial twin: tags").GetAttribute("value"), StringComparison.Ordinal);
        Disable(page);
        Hub(page, "iot-ne.azure-devices.net").Change(true);
        Field(page, "Initial twin: desired properties").Input("""{"interval": 300}""");
        Save(page);

        var (put, ifMatch) = Assert.Single(Fake.PutGroups);
        Assert.Equal(ETag, ifMatch);
        Assert.Equal(("disabled", "hashed", new ReprovisionPolicy(true, false)), (put.ProvisioningStatus, put.AllocationPolicy, put.ReprovisionPolicy));
        Assert.Equal(["iot-we.azure-devices.net", "iot-ne.azure-devices.net"], put.IotHubs);
        Assert.Equal("Contoso Energía", put.InitialTwin!.Tags!["company"]!.GetValue<string>());
        Assert.Equal("""{"interval":300}""", put.InitialTwin.Properties!.Desired!.ToJsonString());
        Assert.Equal((_stored.Attestation, _stored.Capabilities), (put.Attestation, put.Capabilities));
        Assert.EndsWith(
            "/instances/dps-contoso-prod?tab=enrollments&kind=groups", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_by_somebody_else_is_a_conflict_that_overwrites_nothing_and_says_what_to_do()
    {
        var page = OpenEdit();
        Disable(page);
        _stored = _stored with { AllocationPolicy = "static" };
        Fake.RefuseChanges = new Refusal(ProvisioningRefusals.ETagMismatch, null, "eg-norte");
        Save(page);

        var alert = Collapse(page.Find("[role=alert]").TextContent);
        Assert.StartsWith("Somebody else has saved this enrollment meanwhile (412)", alert, StringComparison.Ordinal);
        Assert.Contains("They are still in the form", alert, StringComparison.Ordinal);
        Assert.True(page.FindAll("label.choice input")[1].HasAttribute("checked"));

        Fake.RefuseChanges = null;
        Button(page, "Read it as it is now").Click();
        Assert.False(page.FindAll("label.choice input")[1].HasAttribute("checked"));
        Assert.Empty(page.FindAll("[role=alert]"));
        Disable(page);
        Save(page);
        Assert.Equal(("static", "disabled"), (Fake.PutGroups[^1].Group.AllocationPolicy, Fake.PutGroups[^1].Group.ProvisioningStatus));
    }

    [Theory]
    [InlineData("""{"$x": 1}""")]
    [InlineData("""{"a": {"b.c": 1}}""")]
    [InlineData("""{"a": [{"b c": 1}]}""")]
    [InlineData("""{"": 1}""")]
    public void A_name_that_no_hub_takes_in_a_twin_is_not_saved(string tags)
    {
        var page = OpenEdit();
        Field(page, "Initial twin: tags").Input(tags);
        Save(page);

        Assert.Contains("Initial twin: tags: an IoT hub takes no name in a twin that", TextOf(page), StringComparison.Ordinal);
        Assert.Empty(Fake.PutGroups);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    public void A_twin_that_is_no_JSON_object_is_not_sent(string json)
    {
        var page = OpenEdit();
        Field(page, "Initial twin: tags").Input(json);
        Save(page);

        Assert.Contains("Initial twin: tags: this is not a JSON object.", TextOf(page), StringComparison.Ordinal);
        Assert.Empty(Fake.PutGroups);
    }

    [Fact]
    public void A_twin_that_names_something_twice_is_not_sent()
    {
        var page = OpenEdit();
        Field(page, "Initial twin: tags").Input("""{"region": "north", "region": "south"}""");
        Save(page);

        Assert.Contains("Initial twin: tags: this is not a JSON object.", TextOf(page), StringComparison.Ordinal);
        Assert.Empty(Fake.PutGroups);
    }

    [Fact]
    public void Hubs_are_chosen_from_those_that_are_linked_and_one_that_is_linked_no_more_can_be_let_go()
    {
        _stored = _stored with { IotHubs = ["iot-gone.azure-devices.net"] };
        var page = OpenEdit();
        Assert.DoesNotContain(page.FindAll("textarea"), text => text.TextContent.Contains("azure-devices", StringComparison.Ordinal));
        Assert.Contains("iot-gone.azure-devices.net Not linked to this instance any more", TextOf(page), StringComparison.Ordinal);

        Hub(page, "iot-gone.azure-devices.net").Change(false);
        Hub(page, "iot-we.azure-devices.net").Change(true);
        Save(page);

        Assert.Equal(["iot-we.azure-devices.net"], Assert.Single(Fake.PutGroups).Group.IotHubs);
    }

    [Fact]
    public void A_text_that_does_not_fit_is_said_at_the_field_and_nothing_is_saved_until_it_does()
    {
        var page = OpenEdit();
        Field(page, "Initial twin: tags").Input(new string('x', 40_000));
        Assert.Contains("40,000 characters, and at most 32,768 fit here.", TextOf(page), StringComparison.Ordinal);
        Save(page);

        Assert.Empty(Fake.PutGroups);
        Assert.Contains("Nothing was saved: a field holds more than fits in it", Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);

        Field(page, "Initial twin: tags").Input("""{"region": "north"}""");
        Save(page);
        Assert.Equal("north", Assert.Single(Fake.PutGroups).Group.InitialTwin!.Tags!["region"]!.GetValue<string>());
    }

    [Fact]
    public void Of_a_text_that_the_browser_does_not_send_the_length_counts()
    {
        var page = OpenEdit();
        Field(page, "Initial twin: tags").ParentElement!.TriggerEvent("ontoolong", new TooLongEventArgs { Length = 1_000_000 });
        Save(page);

        Assert.Contains("1,000,000 characters, and at most 32,768 fit here.", TextOf(page), StringComparison.Ordinal);
        Assert.Empty(Fake.PutGroups);
    }

    [Fact]
    public void What_DPS_holds_otherwise_is_said_by_name_and_the_form_stays()
    {
        Fake.RefuseChanges = null;
        var page = OpenEdit();
        Fake.RefuseChanges = new Refusal(ServiceRefusals.WrittenOtherwise, null, "initialTwin", "iotHubs");
        Save(page);

        Assert.Contains(
            "holds something else. What differs: initial twin, IoT hubs.", Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);
    }

    [Fact]
    public void While_the_key_is_revoked_there_is_nothing_to_edit_and_the_cause_is_shown()
    {
        Fake.ReadGroup = _ => new RecordRead<EnrollmentGroup>.Rejected(Some.Rejected());

        var page = OpenEdit();

        Assert.StartsWith("Rejected: HTTP 403, code 403011", Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("input, textarea"));
    }

    [Fact]
    public void An_auditor_may_look_and_not_save()
    {
        Role = PortalRole.Auditor;
        var page = OpenEdit();

        Assert.Equal("Only the role DPS operator can do this.", Description(page, Button(page, "Save")));
    }

    [Theory]
    [InlineData(true, true, ReprovisionChoice.Migrate)]
    [InlineData(true, false, ReprovisionChoice.Reset)]
    [InlineData(false, false, ReprovisionChoice.Never)]
    public void Two_switches_of_DPS_are_one_choice_here(bool update, bool migrate, ReprovisionChoice choice)
    {
        var form = EnrollmentForm.Of(_stored with { ReprovisionPolicy = new ReprovisionPolicy(update, migrate) });

        Assert.Equal(choice, form.Reprovision);
        Assert.Equal(new ReprovisionPolicy(update, migrate), form.ApplyTo(_stored).ReprovisionPolicy);
    }

    [Fact]
    public void An_enrollment_that_nobody_touched_is_put_back_as_it_was_read()
    {
        var individual =
            new IndividualEnrollment { RegistrationId = "device", DeviceId = "device-1", Attestation = new Attestation("symmetricKey"),
                ProvisioningStatus = "disabled" };

        Assert.Equal(individual, EnrollmentForm.Of(individual).ApplyTo(individual));
        Assert.Equal(_stored.InitialTwin!.Tags!.ToJsonString(), EnrollmentForm.Of(_stored).ApplyTo(_stored).InitialTwin!.Tags!.ToJsonString());
    }
}
