using Bunit;
using DpsPortal.Features.Instances;
using DpsPortal.Features.Instances.Settings;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed class ConnectPanelTests : PageTests
{
    private const string Owner = SharedAccessPolicy.Owner;
    private const string Key = "cHJpbWFyeQ==";

    public ConnectPanelTests()
    {
        Role = PortalRole.DpsOperator;
        Fake.Instances.Add(Some.Instance());
        Fake.Policies.AddRange([new(Owner, AccessRights.All), new("reader", AccessRights.EnrollmentRead | AccessRights.RegistrationStatusRead)]);
    }

    private IRenderedComponent<InstancePage> OpenConnect()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/instances/dps-contoso-prod?tab=connect");
        return Open<InstancePage>(page => page.Add(it => it.Name, "dps-contoso-prod"));
    }

    private static AngleSharp.Dom.IElement Named(IRenderedComponent<IComponent> page, string name) => page.Find($"[aria-label='{name}']");

    [Fact]
    public void It_says_where_the_instance_is_reached_and_how_its_certificate_is_trusted()
    {
        var page = OpenConnect();
        var text = TextOf(page);

        foreach (var expected in (string[])
        [
            "ID scope 0ne00A1B2C3", "Host name of the service API dps-contoso-prod.dps.localhost", "Global device endpoint global.dps.localhost",
            "Local endpoint https://localhost:8444", "export NODE_EXTRA_CA_CERTS='/data/vault-ca/ca.crt'", "-- vault trust",
        ])
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_programs_name_port_host_and_scope_and_take_keys_from_the_environment()
    {
        var programs = OpenConnect().FindAll(".code-block pre").Select(block => block.TextContent).ToArray();

        Assert.Contains("port: 8444,", programs[1], StringComparison.Ordinal);
        Assert.Contains("fromConnectionString(process.env.DPS_CONNECTION_STRING)", programs[1], StringComparison.Ordinal);
        Assert.Contains("create('global.dps.localhost', '0ne00A1B2C3', new Http(), security)", programs[2], StringComparison.Ordinal);
        Assert.Contains("process.env.DPS_DEVICE_KEY", programs[2], StringComparison.Ordinal);
        Assert.All(programs, program => Assert.DoesNotContain("SharedAccessKey=", program, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_of_Microsofts_other_clients_is_shown_with_what_it_needs()
    {
        var page = OpenConnect();
        var programs = page.FindAll(".code-block pre").ToDictionary(block => block.GetAttribute("aria-label")!, block => block.TextContent);

        Assert.Equal("127.0.0.1  dps-contoso-prod.dps.localhost global.dps.localhost", programs["Host names"]);
        Assert.Contains("new ProvisioningTransportHandlerHttp { Port = 8444 }", programs[".NET"], StringComparison.Ordinal);
        Assert.Contains("Create(\"localhost\", \"0ne00A1B2C3\", security, transport)", programs[".NET"], StringComparison.Ordinal);
        Assert.Contains("\"localhost:8444\", \"0ne00A1B2C3\", ProvisioningDeviceClientTransportProtocol.HTTPS", programs["Java"], StringComparison.Ordinal);
        Assert.Contains("keytool -importcert -noprompt -alias dpsportal -file '/data/vault-ca/ca.crt'", programs["Trust: Java"], StringComparison.Ordinal);
        Assert.Contains("https://localhost:8444/{scope}/registrations", programs["Python"], StringComparison.Ordinal);
        Assert.Contains("Prov_Device_Create(\"localhost\", \"0ne00A1B2C3\", Prov_Device_HTTP_Protocol)", programs["C"], StringComparison.Ordinal);
        Assert.Contains("--login \"${DPS_CONNECTION_STRING/;/:8444;}\"", programs["Azure CLI"], StringComparison.Ordinal);
        Assert.Contains("export REQUESTS_CA_BUNDLE='/data/vault-ca/ca.crt'", programs["Azure CLI"], StringComparison.Ordinal);
        foreach (var text in (string[])["Provisioning:Url=https://localhost:443", "Provisioning:AzureNames=true", "MQTT alone, which is not simulated"])
        {
            Assert.Contains(text, TextOf(page), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Where_the_protocols_are_not_served_it_says_why_and_shows_no_program()
    {
        Fake.Endpoint = new(null, null);
        var page = OpenConnect();

        Assert.Contains("The protocols are not served here", TextOf(page), StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".code-block"));
        Assert.Contains("reader Read enrollments, Read registrations", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Policies_are_listed_with_their_rights_in_words_and_without_keys()
    {
        var page = OpenConnect();

        Assert.Contains($"{Owner} All rights", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("everything here works while access to it is revoked", TextOf(page), StringComparison.Ordinal);
        Assert.Empty(Fake.Calls);
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reveal_shows_connection_strings_to_copy_and_leaving_hides_them()
    {
        var page = OpenConnect();
        Named(page, $"Reveal keys: {Owner}").Click();

        Assert.Equal([$"reveal policy {Owner}"], Fake.Calls);
        var text = TextOf(page);
        Assert.Contains(
            $"Primary connection string HostName=dps-contoso-prod.dps.localhost;SharedAccessKeyName={Owner};SharedAccessKey={Key}", text,
            StringComparison.Ordinal);
        Assert.Contains("The reveal is in the activity log.", text, StringComparison.Ordinal);
        Named(page, "Copy to clipboard: Primary connection string").Click();
        Assert.Equal(
            $"HostName=dps-contoso-prod.dps.localhost;SharedAccessKeyName={Owner};SharedAccessKey={Key}", JSInterop.Invocations["portal.copy"][0].Arguments[0]);

        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("/instances/dps-contoso-prod?tab=overview");
        page.WaitForAssertion(() => Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal));
        navigation.NavigateTo("/instances/dps-contoso-prod?tab=connect");
        page.WaitForAssertion(() => Assert.Contains(Owner, TextOf(page), StringComparison.Ordinal));
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Revealed_keys_are_hidden_on_demand_and_when_another_policy_or_none_is_there_to_show()
    {
        var page = OpenConnect();
        Named(page, "Reveal keys: reader").Click();
        Button(page, "Hide").Click();
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);

        Named(page, "Reveal keys: reader").Click();
        Named(page, $"Reveal keys: {Owner}").Click();
        Assert.Single(page.FindAll("[aria-label^='Keys of ']"));

        Fake.Policies.Clear();
        Fake.Announce(PortalChangeKind.Instance, "dps-contoso-prod");
        page.WaitForAssertion(() => Assert.Contains("No shared access policy", TextOf(page), StringComparison.Ordinal));
        Assert.DoesNotContain(Key, page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_reveal_says_why_and_shows_nothing()
    {
        Fake.RefuseChanges = new Refusal(ProvisioningRefusals.PolicyUnknown, null, "reader");
        var page = OpenConnect();
        Named(page, "Reveal keys: reader").Click();

        Assert.Contains("There is no shared access policy named reader.", Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[aria-label^='Keys of ']"));
    }

    [Fact]
    public void What_a_removal_breaks_is_said_before_it_is_done()
    {
        var page = OpenConnect();
        Named(page, "Remove: reader").Click();

        Assert.Contains("Tokens signed with the keys of reader are refused from then on (401)", TextOf(Overlays[1]), StringComparison.Ordinal);
        Assert.DoesNotContain("demo traffic", TextOf(Overlays[1]), StringComparison.Ordinal);
        Assert.Empty(Fake.Calls);
        Button(Overlays[1], "Remove policy").Click();

        page.WaitForAssertion(() => Assert.Contains("reader is removed.", TextOf(page), StringComparison.Ordinal));
        Assert.Equal(["remove policy reader"], Fake.Calls);

        Named(page, $"Remove: {Owner}").Click();
        Assert.Contains("It is the last policy", TextOf(Overlays[1]), StringComparison.Ordinal);
        Assert.Contains("The demo traffic signs with it, too.", TextOf(Overlays[1]), StringComparison.Ordinal);
        Button(Overlays[1], "Cancel").Click();
        Assert.Single(Fake.Calls);
    }

    [Theory]
    [InlineData(PortalRole.KeyCustodian)]
    [InlineData(PortalRole.Approver)]
    [InlineData(PortalRole.Auditor)]
    public void Whoever_is_not_the_operator_sees_the_policies_and_reads_who_may_do_more(PortalRole role)
    {
        Role = role;
        var page = OpenConnect();

        Assert.Contains("reader Read enrollments, Read registrations", TextOf(page), StringComparison.Ordinal);
        foreach (var name in (string[])["Reveal keys: reader", "Change rights: reader", "Remove: reader"])
        {
            var button = Named(page, name);
            Assert.True(IsDisabled(button) && button.GetAttribute("href") is null, name);
            Assert.Equal("Only the role DPS operator can do this.", Description(page, button));
        }

        Assert.Equal("Only the role DPS operator can do this.", Description(page, Button(page, "Create policy")));
    }

    [Fact]
    public void Old_data_shuts_what_destroys_until_it_is_refreshed()
    {
        var page = OpenConnect();
        Assert.False(IsDisabled(Named(page, "Remove: reader")));

        // The reading time of the fake stays where it was, as when every further read fails.
        Clock.Advance(TimeSpan.FromSeconds(75));
        page.WaitForAssertion(() => Assert.Equal("The data is more than 60 s old. Refresh first.", Description(page, Named(page, "Remove: reader"))));
        Assert.False(IsDisabled(Named(page, "Reveal keys: reader")));
    }

    [Fact]
    public void A_failed_reading_keeps_what_was_read_and_can_be_repeated()
    {
        var panel = Open<PoliciesPanel>(it => it.Add(its => its.Instance, "dps-contoso-prod"));
        Fake.Failure = new HttpRequestException("secret details");
        Fake.Announce(PortalChangeKind.Instance, "dps-contoso-prod");
        panel.WaitForAssertion(() => Assert.Contains("Try again", TextOf(panel), StringComparison.Ordinal));
        Assert.Contains("reader", TextOf(panel), StringComparison.Ordinal);
        Assert.DoesNotContain("secret details", TextOf(panel), StringComparison.Ordinal);
    }

    [Fact]
    public void While_access_is_revoked_the_page_says_so_and_policies_can_be_used_all_the_same()
    {
        Fake.Instances[0] = Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing));
        var page = OpenConnect();

        Assert.Contains("Restore the role assignment", TextOf(page), StringComparison.Ordinal);
        Named(page, "Reveal keys: reader").Click();
        Assert.Contains(Key, TextOf(page), StringComparison.Ordinal);
    }
}
