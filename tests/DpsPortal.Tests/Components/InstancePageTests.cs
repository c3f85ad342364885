using Bunit;
using DpsPortal.Common;
using DpsPortal.Features.Instances;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Resources;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.People;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace DpsPortal.Tests.Components;

public sealed class InstancePageTests : PageTests
{
    public static TheoryData<KeyAccess, KeyAccessCause, string> States
    {
        get
        {
            var states = new TheoryData<KeyAccess, KeyAccessCause, string>();
            foreach (var access in Enum.GetValues<KeyAccess>())
            {
                foreach (var cause in Enum.GetValues<KeyAccessCause>())
                {
                    states.Add(access, cause, cause == KeyAccessCause.RoleMissing ? "es" : "en");
                }
            }

            return states;
        }
    }

    [Fact]
    public void Without_access_while_a_restore_is_under_way_the_page_leads_to_it_and_advises_nothing_else()
    {
        var restore = Guid.NewGuid();
        Fake.Instances.Add(Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing)) with { RestoredBy = restore });

        var page = OpenInstance();

        Assert.Contains("A restore made here is under way, and this waits for it.", TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Restore the role assignment", TextOf(page), StringComparison.Ordinal);
        Assert.Contains(page.FindAll("a"), link => link.GetAttribute("href") == $"/operations/{restore}");
    }

    private IRenderedComponent<InstancePage> OpenInstance(string tab = "overview", string name = "dps-contoso-prod", string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/instances/{name}?tab={tab}{query}");
        return Open<InstancePage>(page => page.Add(it => it.Name, name));
    }

    [Theory]
    [InlineData(KeyAccessCause.RoleMissing, "The role on the key is gone. The vault may honour it for some minutes more; until then reads and writes work.")]
    [InlineData(KeyAccessCause.VersionDisabled, "The vault would not open the key any more, and DPS has not noticed yet. Reads and writes still work.")]
    public void What_the_vault_would_not_open_any_more_is_not_shown_as_well(KeyAccessCause cause, string sentence)
    {
        Fake.Instances.Add(Some.Instance() with { ShutBy = cause });
        var words = new Words(Services.GetRequiredService<IStringLocalizer<Texts>>());

        var text = TextOf(OpenInstance());

        Assert.Contains(sentence, text, StringComparison.Ordinal);
        Assert.Contains($"The vault shows: {words.Of(cause)}. {words.Remedy(cause)}", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_of_access_is_shown_with_cause_remedy_and_times(KeyAccess access, KeyAccessCause cause, string culture)
    {
        Speak(culture);
        Fake.Instances.Add(Some.Instance(access: Some.Access(access, cause, "SomeCode")));
        var words = new Words(Services.GetRequiredService<IStringLocalizer<Texts>>());

        var text = TextOf(OpenInstance());

        var served = access is KeyAccess.Unavailable or KeyAccess.Misconfigured ? "_Served" : "";
        Assert.Contains(words[$"AccessSentence_{access}{served}", "09:08:00 UTC"], text, StringComparison.Ordinal);
        Assert.Contains(words["CheckedAt"], text, StringComparison.Ordinal);
        Assert.Contains(words["NextCheckAt"], text, StringComparison.Ordinal);
        Assert.Equal(cause != KeyAccessCause.None, text.Contains($"{words["WhatToDo"]} {words.Remedy(cause)}", StringComparison.Ordinal));
        Assert.Equal(cause != KeyAccessCause.None, text.Contains($"{words.Of(cause)}. {words["VaultAnswered"]} SomeCode", StringComparison.Ordinal));
        Assert.Equal(access is KeyAccess.Unavailable or KeyAccess.Misconfigured, text.Contains(words["LeaseEndsAt"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(KeyAccess.Unavailable, 8, "en", "The vault cannot be asked. Reads and writes are served from the lease until 09:08:00 UTC.")]
    [InlineData(KeyAccess.Unavailable, -2, "en", "The vault cannot be asked. The lease ended at 08:58:00 UTC: reads and writes are rejected.")]
    [InlineData(KeyAccess.Unavailable, null, "en", "and no unwrap has been verified since DPS started. Reads and writes are rejected.")]
    [InlineData(KeyAccess.Misconfigured, 8, "en", "not as this key's vault should. Reads and writes are served from the lease until 09:08:00 UTC.")]
    [InlineData(KeyAccess.Misconfigured, -2, "es", "La concesión terminó a las 08:58:00 UTC: se rechazan las lecturas y escrituras.")]
    [InlineData(KeyAccess.Misconfigured, 8, "es", "La concesión permite lecturas y escrituras hasta las 09:08:00 UTC.")]
    [InlineData(KeyAccess.NotVerified, null, "en", "Not verified since DPS started. The next read or write asks the vault first.")]
    [InlineData(KeyAccess.NotVerified, -2, "es", "Sin comprobar desde que terminó la concesión a las 08:58:00 UTC.")]
    public void The_sentence_says_what_happens_to_reads_and_writes_until_or_since_when(KeyAccess access, int? lease, string culture, string sentence)
    {
        Speak(culture);
        var status = Some.Access(access, KeyAccessCause.VaultTimedOut) with { LeaseEndsAt = lease is { } minutes ? Some.Now.AddMinutes(minutes) : null };
        Fake.Instances.Add(Some.Instance(access: status with { Records = lease > 0
            ? RecordAccess.Served
            : access == KeyAccess.NotVerified
            ? RecordAccess.AskedFirst
            : RecordAccess.Refused }));

        // The overview has it in its card, each other tab above its content.
        Assert.Contains(sentence, TextOf(OpenInstance(culture == "es" ? "connect" : "overview")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_stays_open_says_so_when_the_lease_has_ended()
    {
        Fake.Instances.Add(
            Some.Instance(access: Some.Access(KeyAccess.Unavailable, KeyAccessCause.VaultTimedOut) with { LeaseEndsAt = Some.Now.AddSeconds(3) }));
        var page = OpenInstance();
        Assert.Contains("served from the lease until 09:00:03 UTC", TextOf(page), StringComparison.Ordinal);

        Clock.Advance(TimeSpan.FromSeconds(5));

        page.WaitForAssertion(() => Assert.Contains("The lease ended at 09:00:03 UTC: reads and writes are rejected.", TextOf(page), StringComparison.Ordinal));
    }

    [Fact]
    public void A_stored_belief_is_shown_as_what_was_known_last_with_its_time()
    {
        Fake.Instances.Add(Some.Instance(access: Some.Access(
            KeyAccess.NotVerified, KeyAccessCause.NotVerifiedYet) with { LastKnown = KeyAccess.Accessible, CauseSeenAt = Some.Now.AddMinutes(-42) }));

        var text = TextOf(OpenInstance());

        Assert.Contains("Last known: Accessible · 23 Nov 2026, 08:18:00 UTC", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Reads and writes work", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cause_that_the_vault_has_not_repeated_keeps_its_own_time()
    {
        Fake.Instances.Add(Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.RoleMissing, "ForbiddenByRbac") with
        {
            CauseSeenAt = Some.Now.AddMinutes(-7),
            Unanswered = KeyAccessCause.VaultTimedOut,
            Since = Some.Now.AddMinutes(-20),
        }));

        var text = TextOf(OpenInstance());

        Assert.Contains(
            "has no role on the key. The vault answered ForbiddenByRbac . The vault last said so at 23 Nov 2026, 08:53:00 UTC .", text,
            StringComparison.Ordinal);
        Assert.Contains("Asked again: The vault did not answer in time · 23 Nov 2026, 08:59:48 UTC", text, StringComparison.Ordinal);
        Assert.Contains("In this state since 23 Nov 2026, 08:40:00 UTC", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vault_that_does_not_say_which_version_is_current_is_shown_with_why_and_what_it_said_last()
    {
        Fake.Instances.Add(Some.Instance(drift: VersionDrift.NotKnown) with
        {
            CurrentVersion = null,
            Absence = new KeyAbsence.VaultUnread(new VaultCondition.Silent(KeyAccessCause.VaultTimedOut, Some.Now.AddMinutes(-3))),
            LastSeen = new SeenVersion(Some.V3.Version!, Some.Now.AddMinutes(-3)),
        });

        var text = TextOf(OpenInstance());

        Assert.Contains("Current version Not known Last read: 3b8e2d2e", text, StringComparison.Ordinal);
        Assert.Contains("23 Nov 2026, 08:57:00 UTC", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_layers_are_drawn_for_a_customer_managed_key()
    {
        Fake.Instances.Add(Some.Instance());

        var customer = TextOf(OpenInstance());
        Assert.Contains("Platform layer", customer, StringComparison.Ordinal);
        Assert.Contains("Customer layer Under your key · AES-256-GCM kv-contoso-prod/kek-dps-prod", customer, StringComparison.Ordinal);
    }

    [Fact]
    public void An_instance_without_a_customer_managed_key_has_no_key_to_check()
    {
        Fake.Instances.Add(Some.MicrosoftManaged());

        var text = TextOf(OpenInstance(name: "dps-contoso-lab"));
        Assert.DoesNotContain("Customer layer", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Check now", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Change key", text, StringComparison.Ordinal);
        Assert.DoesNotContain("New keys for the records", text, StringComparison.Ordinal);
        Assert.Contains("A customer-managed key can be chosen only when an instance is created.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(VersionDrift.PinnedBehind, "A rotation does not reach it")]
    [InlineData(VersionDrift.NotPickedUp, "A newer version exists")]
    public void Drift_is_explained(VersionDrift drift, string text)
    {
        Fake.Instances.Add(Some.Instance(drift: drift));

        Assert.Contains(text, TextOf(OpenInstance()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PortalRole.KeyCustodian, false)]
    [InlineData(PortalRole.DpsOperator, true)]
    public void The_key_can_be_changed_from_the_overview_by_whoever_may(PortalRole role, bool shut)
    {
        Role = role;
        Fake.Instances.Add(Some.Instance());

        var button = Button(OpenInstance(), "Change key…");

        Assert.Equal((shut, shut ? null : "/instances/dps-contoso-prod/rekey"), (IsDisabled(button), button.GetAttribute("href")));
    }

    [Fact]
    public void Check_now_asks_the_vault_and_says_what_came_of_it()
    {
        Fake.Instances.Add(Some.Instance(access: Some.Access(KeyAccess.Revoked, KeyAccessCause.VersionDisabled)));
        var page = OpenInstance();

        Button(page, "Check now").Click();

        Assert.Equal(["recheck dps-contoso-prod"], Fake.Calls);
        Assert.Contains("Checked just now. The key is accessible. Reads and writes work.", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void An_auditor_cannot_check_now_and_reads_who_can()
    {
        Role = PortalRole.Auditor;
        Fake.Instances.Add(Some.Instance());
        var page = OpenInstance();

        Assert.Equal("Only the role Key custodian, DPS operator or Approver can do this.", Description(page, Button(page, "Check now")));
    }

    [Fact]
    public void An_unknown_instance_is_said_to_be_unknown() => Assert.Contains("No such instance", TextOf(OpenInstance()), StringComparison.Ordinal);

    [Fact]
    public void A_read_shows_the_content_and_keys_only_after_an_explicit_reveal()
    {
        Role = PortalRole.DpsOperator;
        Enrollment(id => new RecordRead<EnrollmentGroup>.Found(
            new EnrollmentGroup { EnrollmentGroupId = id, Attestation = new Attestation("symmetricKey") }, Fake.Records[RecordKind.EnrollmentGroup][0]));
        Fake.Revealed = new RecordRead<Attestation>.Found(
            new Attestation("symmetricKey", new SymmetricKeyAttestation("cHJpbWFyeQ==", "c2Vjb25kYXJ5")), Fake.Records[RecordKind.EnrollmentGroup][0]);
        var page = OpenInstance("enrollments");

        page.Find("button[aria-label='Read eg-norte']").Click();
        Assert.Contains("\"enrollmentGroupId\": \"eg-norte\"", TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("cHJpbWFyeQ==", page.Markup, StringComparison.Ordinal);

        Button(page, "Reveal keys").Click();
        Assert.Contains("cHJpbWFyeQ==", TextOf(page), StringComparison.Ordinal);
        Assert.Equal(["read eg-norte", "reveal eg-norte"], Fake.Calls);
    }

    [Fact]
    public void A_rejected_read_names_code_cause_and_remedy()
    {
        Role = PortalRole.Auditor;
        Enrollment(_ => new RecordRead<EnrollmentGroup>.Rejected(Some.Rejected(cause: KeyAccessCause.RoleMissing)));
        var page = OpenInstance("enrollments");

        page.Find("button[aria-label='Read eg-norte']").Click();

        var alert = Collapse(page.Find("[role=alert]").TextContent);
        Assert.StartsWith("Rejected: HTTP 403, code 403011 (simulated)Cause: The instance's identity has no role on the key.", alert, StringComparison.Ordinal);
        Assert.Contains("What to do: Restore the role assignment", alert, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corrupt_record_is_never_called_a_revoke()
    {
        Role = PortalRole.Auditor;
        Enrollment(id => new RecordRead<EnrollmentGroup>.Corrupt(RecordKind.EnrollmentGroup, id));
        var page = OpenInstance("enrollments");

        page.Find("button[aria-label='Read eg-norte']").Click();

        Assert.Contains("The stored record was altered", Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);
        Assert.DoesNotContain("403011", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_custodian_sees_what_is_in_clear_but_may_not_read_contents()
    {
        Enrollment(_ => new RecordRead<EnrollmentGroup>.NotFound());
        var page = OpenInstance("enrollments");

        var read = page.Find("button[aria-label='Read eg-norte']");
        Assert.True(IsDisabled(read));
        Assert.Equal("Only the role DPS operator or Auditor can do this.", Description(page, read));
    }

    private void Enrollment(Func<string, RecordRead<EnrollmentGroup>> read)
    {
        Fake.Instances.Add(Some.Instance());
        Fake.Records[RecordKind.EnrollmentGroup] = [new(RecordKind.EnrollmentGroup, "eg-norte", null, "enabled", "AAAAAAAAAAE=", Some.Now, Some.Now)];
        Fake.ReadGroup = read;
    }
}
