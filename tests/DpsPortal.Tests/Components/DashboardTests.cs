using Bunit;
using DpsPortal.Common;
using DpsPortal.Features.Dashboard;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;

namespace DpsPortal.Tests.Components;

public sealed class DashboardTests : PageTests
{
    [Fact]
    public void What_needs_somebody_is_ranked_by_urgency()
    {
        var expired = Some.KeyOverview(Some.KeyDetail(KeyAvailability.Expired));
        var ranked = Attention.Rank(
            [Some.Instance("pilot", drift: VersionDrift.PinnedBehind), Some.Instance(
                "norte",
                Some.Access(KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut)), Some.Instance(
                    "prod", Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing)), Some.MicrosoftManaged()],
            Some.KeyList(expired),
            [Some.Operation(OperationKind.Revoke, OperationState.Unconfirmed)],
            [],
            Some.Now);

        Assert.Equal(
            [AttentionKind.Revoked, AttentionKind.Unconfirmed, AttentionKind.Unavailable, AttentionKind.Expired, AttentionKind.PinnedBehind],
            ranked.Select(item => item.Kind));
    }

    [Theory]
    [InlineData(-1, "has expired")]
    [InlineData(29, "expires within 30 days")]
    [InlineData(31, null)]
    public void The_certificate_of_a_group_that_ends_is_there_as_a_key_that_expires_is(int days, string? text)
    {
        Role = PortalRole.DpsOperator;
        Fake.Instances.Add(Some.Instance());
        Fake.Certificates.Add(new GroupCertificate("dps-contoso-prod", "eg-norte", "CN=Norte", Some.Now.AddDays(days)));

        var shown = TextOf(Open<DashboardPage>());

        Assert.Equal(text is not null, shown.Contains("eg-norte: the certificate of the enrollment group", StringComparison.Ordinal));
        if (text is not null)
        {
            Assert.Contains($"eg-norte: the certificate of the enrollment group {text}", shown, StringComparison.Ordinal);
            Assert.Contains("In dps-contoso-prod, on ", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Who_may_not_read_enrollments_is_not_told_of_their_certificates()
    {
        Role = PortalRole.KeyCustodian;
        Fake.Instances.Add(Some.Instance());
        Fake.Certificates.Add(new GroupCertificate("dps-contoso-prod", "eg-norte", "CN=Norte", Some.Now.AddDays(3)));

        Assert.DoesNotContain("eg-norte", TextOf(Open<DashboardPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_waits_for_a_restore_under_way_is_sent_to_it_and_not_told_to_restore()
    {
        Role = PortalRole.KeyCustodian;
        var restore = Guid.NewGuid();
        Fake.Instances.Add(Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing)) with { RestoredBy = restore });

        var page = Open<DashboardPage>();

        Assert.Contains("A restore made here is under way, and this waits for it.", TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Restore the role assignment", TextOf(page), StringComparison.Ordinal);
        Assert.Contains(
            page.FindAll("a[href]"),
            link => link.GetAttribute("href")!.Contains(restore.ToString(), StringComparison.Ordinal) && link.TextContent.Trim() == "Open operation");
    }

    [Fact]
    public void What_the_vault_has_disabled_and_DPS_has_not_noticed_is_said_before_it_is_lost()
    {
        Fake.Keys.Add(Some.KeyDetail(KeyAvailability.Disabled, dependents: [Some.Dependent() with { ShutBy = KeyAccessCause.VersionDisabled }]));
        Fake.Instances.Add(Some.Instance());

        Assert.Contains(
            "kek-dps-prod: access is about to be lost The vault would no longer open the key to these instances, which DPS still serves: " +
            "dps-contoso-prod. They lose access when DPS asks next, or minutes later where a role was taken.",
            TextOf(Open<DashboardPage>()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_disabled_version_that_is_lost_already_the_instance_tells()
    {
        var disabled = Some.KeyDetail(
            KeyAvailability.Disabled,
            dependents: [
                Some.Dependent(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.VersionDisabled)) with { ShutBy = KeyAccessCause.VersionDisabled },
            ]);

        Assert.Empty(Attention.Rank([], Some.KeyList(Some.KeyOverview(disabled)), [], [], Some.Now));
    }

    [Fact]
    public void What_is_not_verified_is_named_and_never_green()
    {
        Fake.Instances.Add(Some.Instance(access: Some.Access(KeyAccess.NotVerified, KeyAccessCause.NotVerifiedYet) with { LastKnown = KeyAccess.Accessible }));

        var text = TextOf(Open<DashboardPage>());

        Assert.Contains("Not verified: 1", text, StringComparison.Ordinal);
        Assert.Contains("dps-contoso-prod: access to the key is not verified", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Accessible", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RecordAccess.Served, Tone.Warning)]
    [InlineData(RecordAccess.Refused, Tone.Bad)]
    public void An_outage_is_as_urgent_as_what_comes_of_it(RecordAccess records, Tone tone)
    {
        var outage = Some.Instance(access: Some.Access(KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut) with { Records = records });

        Assert.Equal(tone, Assert.Single(Attention.Rank([outage], Some.KeyList(), [], [], Some.Now)).Tone);
    }

    [Fact]
    public void An_outage_whose_lease_has_ended_since_it_was_read_is_no_longer_a_mere_warning()
    {
        var outage = Some.Instance(access: Some.Access(KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut));

        Assert.Equal(Tone.Warning, Assert.Single(Attention.Rank([outage], Some.KeyList(), [], [], Some.Now.AddMinutes(7))).Tone);
        Assert.Equal(Tone.Bad, Assert.Single(Attention.Rank([outage], Some.KeyList(), [], [], Some.Now.AddMinutes(9))).Tone);
    }

    [Fact]
    public void The_list_of_keys_shows_an_ended_lease_as_what_it_is()
    {
        Fake.Keys.Add(
            Some.KeyDetail(dependents: [Some.Dependent(access: Some.Access(KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut)), Some.Dependent("other")]));
        var page = Open<DpsPortal.Features.Keys.KeysPage>();
        Assert.Contains("tone-warning", page.Find("td:nth-child(4)").InnerHtml, StringComparison.Ordinal);

        Clock.Advance(TimeSpan.FromMinutes(9));

        page.WaitForAssertion(() => Assert.Contains("tone-bad", page.Find("td:nth-child(4)").InnerHtml, StringComparison.Ordinal));
    }

    [Fact]
    public void The_list_of_keys_shows_who_is_about_to_lose_access_beside_what_DPS_reports()
    {
        Fake.Keys.Add(Some.KeyDetail(dependents: [Some.Dependent() with { ShutBy = KeyAccessCause.RoleMissing }]));

        Assert.Contains("Accessible: 1 About to lose it: 1", TextOf(Open<DpsPortal.Features.Keys.KeysPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_storm_of_changes_costs_one_reading_a_second_and_the_last_one_is_read()
    {
        var page = Open<DashboardPage>();
        Assert.Equal(1, Fake.Listings);

        foreach (var step in Enumerable.Range(0, 20))
        {
            Fake.Announce(PortalChangeKind.RejectedOperation, $"storm-{step}");
            Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        page.WaitForAssertion(() => Assert.InRange(Fake.Listings, 2, 4));
        var before = Fake.Listings;
        Fake.Instances.Add(Some.Instance("last-one", Some.Access(KeyAccess.Revoked)));
        Fake.Announce(PortalChangeKind.Instance, "last-one");
        Clock.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Contains("last-one", TextOf(page), StringComparison.Ordinal));
        Assert.InRange(Fake.Listings - before, 1, 2);
    }

    [Theory]
    [InlineData(PortalChangeKind.DpsOperation)]
    [InlineData(PortalChangeKind.Reencryption)]
    public void What_the_dashboard_does_not_show_costs_it_no_reading(PortalChangeKind kind)
    {
        var page = Open<DashboardPage>();

        Fake.Announce(kind, "dps-contoso-prod");
        Clock.Advance(TimeSpan.FromSeconds(2));
        Fake.Announce(PortalChangeKind.Instance, "dps-contoso-prod");

        page.WaitForAssertion(() => Assert.Equal(2, Fake.Listings));
    }

    [Fact]
    public void The_end_of_a_lease_is_in_the_activity_with_its_time()
    {
        Fake.Activity.Add(new(
            2, Some.Now, ActivityCodes.LeaseEnded, "dps-contoso-prod", ["VaultTimedOut", "", "2026-11-23T08:58:00.0000000+00:00"], ActivityResult.Noticed, null,
            null, null));
        Fake.Activity.Add(new(
            1, Some.Now, ActivityCodes.VaultUnavailableServed, "dps-contoso-prod", ["VaultTimedOut", "", "2026-11-23T08:58:00.0000000+00:00"],
            ActivityResult.Noticed, null, null, null));

        var text = TextOf(Open<DashboardPage>());

        Assert.Contains(
            "The lease ended at 08:58:00 UTC, reads and writes are rejected: dps-contoso-prod. The vault did not answer in time", text,
            StringComparison.Ordinal);
        Assert.Contains("Vault unavailable, served from the lease until 08:58:00 UTC: dps-contoso-prod.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_revoke_made_here_leads_to_the_key_and_any_other_to_the_instance()
    {
        var revoked = Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.VersionDisabled));

        Assert.Equal("/keys/kv-contoso-prod/kek-dps-prod", Assert.Single(Attention.Rank([revoked], Some.KeyList(), [], [Some.Revocation()], Some.Now)).Address);
        Assert.Equal("/instances/dps-contoso-prod", Assert.Single(Attention.Rank([revoked], Some.KeyList(), [], [], Some.Now)).Address);
    }

    [Theory]
    [InlineData(30, 1)]
    [InlineData(31, 0)]
    public void A_key_needs_somebody_thirty_days_before_it_expires(int days, int items) =>
        Assert.Equal(items, Attention.Rank([], Some.KeyList(Some.KeyOverview(Some.KeyDetail(expires: Some.Now.AddDays(days)))), [], [], Some.Now).Count);

    [Fact]
    public void An_empty_portal_shows_how_to_start()
    {
        Role = PortalRole.DpsOperator;

        Assert.Contains("Three steps to start", TextOf(Open<DashboardPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_healthy_portal_says_that_nothing_needs_anybody_in_Spanish()
    {
        Speak("es");
        Fake.Instances.Add(Some.Instance());
        Fake.Keys.Add(Some.KeyDetail());

        Assert.Contains("Nada requiere su atención ahora", TextOf(Open<DashboardPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_rejected_operations_of_the_last_quarter_of_an_hour_count()
    {
        Fake.Rejected.Add(Some.Rejected(1));
        Fake.Rejected.Add(Some.Rejected(2) with { At = Some.Now.AddMinutes(-16) });

        Fake.Rejected.AddRange(Enumerable.Range(3, 240).Select(number => Some.Rejected(number)));

        Assert.Contains("241 rejected operations in 15 min", TextOf(Open<DashboardPage>()), StringComparison.Ordinal);
    }

    [Fact]
    public void When_everything_fails_every_card_says_so_by_itself()
    {
        Fake.Failure = new HttpRequestException();

        Assert.Equal(6, Open<DashboardPage>().FindAll("[role=alert]").Count);
    }

    [Theory]
    [InlineData(PortalRole.Auditor, true, "See details")]
    [InlineData(PortalRole.Approver, true, "See and restore")]
    [InlineData(PortalRole.Approver, false, "See cause")]
    public void Only_who_may_restore_is_offered_to_and_only_what_was_revoked_here(PortalRole role, bool here, string action)
    {
        Role = role;
        Fake.Revocations.AddRange(here ? [Some.Revocation()] : []);
        Fake.Instances.Add(Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing)));

        Assert.Equal($"{action}: dps-contoso-prod", Button(Open<DashboardPage>(), action).GetAttribute("aria-label"));
    }
}
