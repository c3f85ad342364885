using Bunit;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Impact;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed partial class RevokePageTests
{
    [Fact]
    public void A_role_that_remains_is_named_with_what_to_do_instead()
    {
        var route = new AccessRoute("Key Vault Administrator", RouteScope.Vault, "kv-contoso-prod");
        Fake.Preview = _ => Some.ImpactOf(
            new RevocationTarget(RevocationMethod.RemoveRole, Some.Key, "dps-contoso-prod"), Clock.GetUtcNow(), "fingerprint-1",
            Some.Affected("dps-contoso-prod", AccessFate.Keeps, ImpactReason.KeepsAWiderRole, route)) with { Remaining = route };
        var page = OpenWithImpact();

        Assert.Contains(
            "The identity id-dps-contoso-prod keeps access by another role: Key Vault Administrator, on the key vault kv-contoso-prod. Disable the " +
            "version or the whole key instead.",
            TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Removing this role would not end access: another role gives it, too. Choose another method.", Blocked(page));
    }

    [Fact]
    public void Who_shares_the_identity_is_named_before_the_impact_and_in_it()
    {
        Fake.Keys.Clear();
        Fake.Keys.Add(
            Some.KeyDetail(dependents: [Some.Dependent(), Some.Dependent("dps-contoso-pilot") with { IdentityName = Some.Dependent().IdentityName }]));
        Fake.Preview = target => Some.ImpactOf(
            target, Clock.GetUtcNow(), "fingerprint-1",
            Some.Affected("dps-contoso-prod", AccessFate.Loses, ImpactReason.RoleRemovedFromItsIdentity, identity: "id-shared"),
            Some.Affected("dps-contoso-pilot", AccessFate.Loses, ImpactReason.RoleRemovedFromItsIdentity, identity: "id-shared"));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/keys/kv-contoso-prod/kek-dps-prod/revoke?instance=dps-contoso-prod");
        var page = OpenRevoke();
        Choose(page, "Test");

        Assert.Contains(
            $"The identity {Some.Dependent().IdentityName} is also used by: dps-contoso-pilot. They lose access, too.", TextOf(page), StringComparison.Ordinal);
        Assert.Contains(
            "Its role cannot be taken from one instance alone. It concerns: dps-contoso-prod, dps-contoso-pilot.", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("I have read the impact: 2 instances lose access to 41,752 records.", TextOf(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PortalRole.DpsOperator)]
    [InlineData(PortalRole.Approver)]
    [InlineData(PortalRole.Auditor)]
    public void Who_may_not_revoke_may_look_at_the_impact(PortalRole role)
    {
        Role = role;
        var page = OpenReady();

        Assert.Contains("1 instance loses access", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Only the role Key custodian can do this.", Blocked(page));
        var text = TextOf(page);
        Assert.InRange(
            text.IndexOf("For you this page is a preview. Only the role Key custodian can do this.", StringComparison.Ordinal), 0,
            text.IndexOf("Why", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_may_revoke_reads_of_no_preview() => Assert.DoesNotContain("preview", TextOf(OpenReady()), StringComparison.Ordinal);

    [Fact]
    public void Suspected_compromise_gets_the_playbook_and_no_button()
    {
        var page = OpenRevoke();
        Choose(page, "Suspected compromise");

        Assert.Contains("Do not disable the key first", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("/instances/dps-contoso-prod/rekey", Button(page, "Change the key of dps-contoso-prod").GetAttribute("href"));
        Assert.Equal("/instances/dps-contoso-pilot/rekey", Button(page, "Change the key of dps-contoso-pilot").GetAttribute("href"));
        Assert.DoesNotContain(page.FindAll("button"), button => Collapse(button.TextContent) == "Revoke key access");
    }

    [Fact]
    public void Routine_is_pointed_to_disabling_an_unused_version()
    {
        var page = OpenRevoke();
        Choose(page, "Routine");

        Assert.Contains("can simply be disabled on the key's page", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_method_names_its_scope_and_the_way_back()
    {
        var page = OpenRevoke();
        Choose(page, "Test");
        var text = TextOf(page);

        Assert.Contains(
            "That instance loses access, and with it every other one that has the same identity. Others with the same key go on. Way back: the same " +
            "role assignment is made again.",
            text, StringComparison.Ordinal);
        Assert.Contains("Way back: exactly the versions disabled now are enabled again.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_from_an_instance_has_it_chosen()
    {
        RevocationTarget? asked = null;
        Fake.Preview = target => Some.Impact(asked = target, Clock.GetUtcNow());
        Services.GetRequiredService<NavigationManager>().NavigateTo("/keys/kv-contoso-prod/kek-dps-prod/revoke?instance=dps-contoso-prod");
        var page = OpenRevoke();
        Choose(page, "End of contract");

        Assert.Equal(new RevocationTarget(RevocationMethod.RemoveRole, Some.Key, "dps-contoso-prod"), asked);
        Assert.Contains("1 instance loses access", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_revoke_says_what_to_do_and_changes_nothing_on_the_page()
    {
        var page = OpenReady();
        Fake.RefuseChanges = new Refusal(ServiceRefusals.OperationInProgress, null, "kek-dps-prod");

        RevokeButton(page).Click();

        Assert.Contains("Another operation on this key or instance is running.", Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);
        Assert.Null(Blocked(page));
    }
}
