using AngleSharp.Dom;
using Bunit;
using DpsPortal.Features.Revocation;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Keys;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

public sealed partial class RevokePageTests : PageTests
{
    public RevokePageTests()
    {
        Fake.Keys.Add(Some.KeyDetail());
        Fake.Preview = target => Some.Impact(target, Clock.GetUtcNow());
    }

    private IRenderedComponent<RevokePage> OpenRevoke() =>
        Open<RevokePage>(page => page.Add(it => it.Vault, "kv-contoso-prod").Add(it => it.Name, "kek-dps-prod"));

    private static void Choose(IRenderedComponent<RevokePage> page, string label) => Input(page, label).Change(true);

    private static IElement Input(IRenderedComponent<RevokePage> page, string label) =>
        page.FindAll("label").First(element => Collapse(element.TextContent).StartsWith(label, StringComparison.Ordinal)).QuerySelector("input")!;

    private static void Acknowledge(IRenderedComponent<RevokePage> page, bool value = true) => Input(page, "I have read the impact").Change(value);

    private static void GiveReason(IRenderedComponent<RevokePage> page, string reason) => page.Find("textarea").Input(reason);

    private static IElement RevokeButton(IRenderedComponent<RevokePage> page) => Button(page, "Revoke key access");

    private static string? Blocked(IRenderedComponent<RevokePage> page) => IsDisabled(RevokeButton(page)) ? Description(page, RevokeButton(page)) : null;

    private IRenderedComponent<RevokePage> OpenWithImpact()
    {
        var page = OpenRevoke();
        Choose(page, "End of contract");
        Choose(page, "Disable the whole key");
        return page;
    }

    private IRenderedComponent<RevokePage> OpenReady()
    {
        var page = OpenWithImpact();
        Acknowledge(page);
        GiveReason(page, "The contract ended on Friday");
        return page;
    }

    [Fact]
    public void What_concerns_nobody_has_no_figure_of_zero()
    {
        Fake.Preview = target =>
            Some.ImpactOf(target, Clock.GetUtcNow(), "fingerprint-1", Some.Affected("dps-contoso-pilot", AccessFate.Keeps, ImpactReason.KeepsItsRole));

        var text = TextOf(OpenWithImpact());

        Assert.DoesNotContain("0 enrollments", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0 devices", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0 instances", text, StringComparison.Ordinal);
        Assert.Contains("Read enrollments Not affected — —", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_impact_names_instances_operations_codes_and_what_is_changed_at_the_vault()
    {
        var text = TextOf(OpenWithImpact());

        Assert.Contains("1 instance loses access: 20,876 records can no longer be read or written.", text, StringComparison.Ordinal);
        Assert.Contains("dps-contoso-prod 0ne00A1B2C3 · Accessible Loses access It uses this key 20,876", text, StringComparison.Ordinal);
        Assert.Contains("dps-contoso-pilot 0ne00B2C3D4 · Accessible Keeps access Its identity keeps the role 641", text, StringComparison.Ordinal);
        Assert.Contains("Read enrollments Fails 403011 · HTTP 403 6 enrollments", text, StringComparison.Ordinal);
        Assert.Contains("Telemetry of devices already provisioned Not affected — 20,870 devices", text, StringComparison.Ordinal);
        Assert.Contains("Disable kv-contoso-prod/kek-dps-prod (3b8e2d2e)", text, StringComparison.Ordinal);
        Assert.Contains("noticed within 5 min.", text, StringComparison.Ordinal);
        Assert.Contains("Simulated, modelled on IoT Hub and Event Hubs.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_impact_in_Spanish()
    {
        Speak("es");
        var page = OpenRevoke();
        Choose(page, "Fin de contrato");
        Choose(page, "Deshabilitar la clave entera");

        Assert.Contains("1 instancia pierde el acceso: 20.876 registros ya no se podrán leer ni escribir.", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("Telemetría de dispositivos ya aprovisionados No se ve afectada", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void With_everything_given_the_button_revokes_what_was_acknowledged()
    {
        var page = OpenReady();
        Assert.Null(Blocked(page));

        RevokeButton(page).Click();

        Assert.Equal(["revoke DisableKey fingerprint-1 ContractEnd: The contract ended on Friday"], Fake.Calls);
        Assert.EndsWith($"/operations/{Some.OperationId}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_reason_that_may_be_given_arrives_whole()
    {
        var words = new string('w', DpsPortal.Services.Operations.ReasonBounds.Longest);
        var page = OpenReady();
        GiveReason(page, words);

        RevokeButton(page).Click();

        Assert.Equal([$"revoke DisableKey fingerprint-1 ContractEnd: {words}"], Fake.Calls);
    }

    [Fact]
    public void Without_acknowledgement_it_stays_shut()
    {
        var page = OpenReady();
        Acknowledge(page, false);

        Assert.Equal("Acknowledge the impact first.", Blocked(page));
    }

    [Theory]
    [InlineData("")]
    [InlineData("    four    ")]
    public void Without_a_reason_it_stays_shut(string reason)
    {
        var page = OpenReady();
        GiveReason(page, reason);

        Assert.Equal("Give a reason of 5 to 500 characters.", Blocked(page));
    }

    [Fact]
    public void While_the_impact_is_computed_it_stays_shut()
    {
        var page = OpenRevoke();
        Choose(page, "End of contract");
        Fake.Gate = new TaskCompletionSource().Task;
        Choose(page, "Disable the whole key");

        Assert.Equal("The impact has to be on screen first.", Blocked(page));
    }

    [Fact]
    public void When_the_impact_is_refused_it_says_why_and_stays_shut()
    {
        Fake.Preview = _ => new Refusal(ServiceRefusals.VaultDidNotAnswer);
        var page = OpenWithImpact();

        Assert.Contains(
            "The vault did not answer. Whether anything was changed is not known: look before you try again.", Collapse(page.Find("[role=alert]").TextContent),
            StringComparison.Ordinal);
        Assert.Equal("The impact has to be on screen first.", Blocked(page));
    }

    [Fact]
    public void When_the_impact_cannot_be_read_it_can_be_tried_again()
    {
        var page = OpenRevoke();
        Choose(page, "End of contract");
        Fake.Preview = _ => throw new HttpRequestException();
        Choose(page, "Disable the whole key");
        Assert.Contains("This could not be read", TextOf(page), StringComparison.Ordinal);

        Fake.Preview = target => Some.Impact(target, Clock.GetUtcNow());
        Button(page, "Try again").Click();

        Assert.Contains("1 instance loses access", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void An_impact_older_than_a_minute_shuts_it_until_it_is_computed_again()
    {
        var computed = Clock.GetUtcNow();
        Fake.Preview = target => Some.Impact(target, computed);
        var page = OpenReady();
        Assert.Null(Blocked(page));

        Clock.Advance(TimeSpan.FromSeconds(65));
        page.WaitForAssertion(() => Assert.Equal("The impact is more than 60 s old. Compute it again.", Blocked(page)));

        Fake.Preview = target => Some.Impact(target, Clock.GetUtcNow());
        Button(page, "Compute again").Click();
        Assert.Null(Blocked(page));
    }

    [Fact]
    public void An_impact_that_changes_has_to_be_acknowledged_again()
    {
        var page = OpenReady();
        Fake.Preview = target => Some.Impact(target, Clock.GetUtcNow(), "fingerprint-2");

        Fake.Announce(PortalChangeKind.Key, Some.Key.ToString());

        page.WaitForAssertion(() => Assert.Equal("Acknowledge the impact first.", Blocked(page)));
        Assert.Contains("The impact changed while you were reading.", TextOf(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(21_000, true)]
    [InlineData(30_000, false)]
    public void Some_more_registrations_leave_an_acknowledgement_and_many_more_do_not(long registrations, bool stays)
    {
        var page = OpenReady();
        Fake.Preview = target => Some.Impact(target, Clock.GetUtcNow()) is var impact && impact.Instances[0] is var losing
            ? impact with { Instances = [losing with { Records = losing.Records with { Registrations = registrations } }, impact.Instances[1]] }
            : null!;

        Fake.Announce(PortalChangeKind.Key, Some.Key.ToString());

        page.WaitForAssertion(() => Assert.Contains($"1 instance loses access: {registrations + 6:N0} records", TextOf(page), StringComparison.Ordinal));
        Assert.Equal(stays ? null : "Acknowledge the impact first.", Blocked(page));
    }

    [Fact]
    public void When_nobody_would_lose_access_there_is_nothing_to_revoke()
    {
        Fake.Preview = target => Some.Impact(target, Clock.GetUtcNow(), losing: false);
        var page = OpenWithImpact();

        Assert.Contains("No instance loses access.", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("No instance would lose access: there is nothing to revoke this way.", Blocked(page));
    }

    [Fact]
    public void Beside_an_instance_that_DPS_reports_no_more_nobody_is_not_said_and_the_key_can_be_revoked()
    {
        Fake.Preview = target => Some.Impact(target, Clock.GetUtcNow(), losing: false) with
        {
            Missing = [new UnmatchedUse("dps-contoso-lost", Some.Key) { IsMissing = true }],
        };
        var page = OpenWithImpact();

        Assert.DoesNotContain("No instance loses access.", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("dps-contoso-lost", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("Acknowledge the impact first.", Blocked(page));
    }

    [Fact]
    public void Each_fate_is_told_from_the_others_and_the_acknowledgement_counts_all_three_that_are_not_well()
    {
        Fake.Preview = target => Some.ImpactOf(
            target,
            Clock.GetUtcNow(),
            "fingerprint-1",
            Some.Affected("dps-a", AccessFate.Loses, ImpactReason.UsesThisKey),
            Some.Affected("dps-b", AccessFate.Unknown, ImpactReason.RoleUnread, new AccessRoute("Plant reader", RouteScope.ResourceGroup, "rg-plants")),
            Some.Affected("dps-c", AccessFate.StaysWithout, ImpactReason.RoleGone, access: KeyAccess.Revoked),
            Some.Affected("dps-d", AccessFate.Keeps, ImpactReason.WrappedByAnotherVersion));
        var text = TextOf(OpenWithImpact());

        Assert.Contains("1 instance loses access: 20,876 records can no longer be read or written.", text, StringComparison.Ordinal);
        Assert.Contains("1 instance may lose access: whether it does cannot be told (20,876 records).", text, StringComparison.Ordinal);
        Assert.Contains("To 1 instance the vault denies the key already; it stays without.", text, StringComparison.Ordinal);
        Assert.Contains(
            "dps-b 0ne00A1B2C3 · Accessible Cannot be told What a role of its identity permits could not be read: Plant reader, on the resource group " +
            "rg-plants",
            text, StringComparison.Ordinal);
        Assert.Contains("dps-c 0ne00A1B2C3 · Revoked Stays without access Its identity has no role on this key any more", text, StringComparison.Ordinal);
        Assert.Contains("Read enrollments Fails 403011 · HTTP 403 6 enrollments 6 that cannot be told 6 shut off already", text, StringComparison.Ordinal);
        Assert.Contains(
            "I have read the impact: 1 instance loses access to 20,876 records; 1 instance may lose access to 20,876 records, which cannot be told; 1 " +
            "instance stays without access.",
            text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AccessFate.StaysWithout, ImpactReason.AlreadyRevoked, "Fails in any case")]
    [InlineData(AccessFate.Unknown, ImpactReason.RoleUnread, "May fail")]
    public void When_nobody_loses_for_sure_a_revoke_that_changes_the_vault_is_possible(AccessFate fate, ImpactReason reason, string effect)
    {
        Fake.Preview = target => Some.ImpactOf(target, Clock.GetUtcNow(), "fingerprint-1", Some.Affected("dps-contoso-prod", fate, reason));
        var page = OpenReady();

        Assert.Null(Blocked(page));
        Assert.Contains($"Read enrollments {effect} 403011", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_would_change_it_stays_shut_and_the_fates_are_shown()
    {
        Fake.Preview = target =>
            Some.ImpactOf(
                target, Clock.GetUtcNow(), "fingerprint-1",
                Some.Affected("dps-contoso-prod", AccessFate.StaysWithout, ImpactReason.RoleGone)) with { Vault = [] };
        var page = OpenWithImpact();

        Assert.Equal("There is nothing left to change this way. Choose another method or scope.", Blocked(page));
        Assert.Contains("To 1 instance the vault denies the key already; it stays without.", TextOf(page), StringComparison.Ordinal);
        Assert.Contains(
            "DPS has not noticed yet: what it still reads ends with its next check, with or without this revoke.", TextOf(page), StringComparison.Ordinal);
    }
}
