using AngleSharp.Dom;
using Bunit;
using DpsPortal.Features.Instances.Settings;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using Microsoft.AspNetCore.Components;

namespace DpsPortal.Tests.Components;

public sealed class PolicyPageTests : ListEntryPageTests
{
    public PolicyPageTests()
        : base("?tab=connect")
    {
        Role = PortalRole.DpsOperator;
        Fake.Policies.Add(new("reader", AccessRights.EnrollmentRead));
    }

    private IRenderedComponent<PolicyPage> OpenPolicy(string? name = null) =>
        Open<PolicyPage>(page => page.Add(it => it.Instance, "dps-contoso-prod").Add(it => it.Name, name));

    private static IElement Right(IRenderedComponent<PolicyPage> page, string right) =>
        page.FindAll("label.choice").First(label => Collapse(label.QuerySelector("strong")!.TextContent) == right).QuerySelector("input")!;

    internal override IRenderedComponent<IComponent> OpenExisting() => OpenPolicy("reader");

    [Fact]
    public void A_policy_is_created_with_the_rights_that_were_chosen()
    {
        var page = OpenPolicy();
        page.Find("input[type=text]").Input(" pipeline ");
        Right(page, "Read enrollments").Change(true);
        Right(page, "Write enrollments").Change(true);
        Right(page, "Read enrollments").Change(false);
        Button(page, "Create").Click();

        Assert.Equal(["create policy pipeline EnrollmentWrite"], Fake.Calls);
        AssertIsBackAtTheList();
    }

    [Fact]
    public void Rights_are_changed_from_what_they_are()
    {
        var page = OpenPolicy("reader");
        Assert.Contains("The keys stay.", TextOf(page), StringComparison.Ordinal);
        Assert.True(Right(page, "Read enrollments").HasAttribute("checked"));
        Assert.False(Right(page, "Write enrollments").HasAttribute("checked"));
        Right(page, "Delete registrations").Change(true);
        Button(page, "Save").Click();

        Assert.Equal(["change policy reader EnrollmentRead, RegistrationStatusWrite"], Fake.Calls);
    }

    [Theory]
    [InlineData(ProvisioningRefusals.PolicyNameInvalid, "Name", "Name: use up to 64 letters")]
    [InlineData(ServiceRefusals.PolicyNameTaken, "Name", "Name: a policy named reader exists.")]
    [InlineData(ProvisioningRefusals.PolicyRightsInvalid, "Rights", "Rights: choose at least one.")]
    [InlineData(ProvisioningRefusals.PolicyLimitReached, null, "An instance can have reader shared access policies.")]
    public void A_refusal_is_shown_once_beside_its_field(string code, string? field, string text) =>
        AssertShownOnce(OpenPolicy(), new Refusal(code, field, "reader"), "Create", text);

    [Fact]
    public void A_policy_that_is_gone_leads_back_to_the_list() =>
        AssertLeadsBackToTheList(OpenPolicy("writer"), "There is no policy named writer", "Back to Connect");
}
