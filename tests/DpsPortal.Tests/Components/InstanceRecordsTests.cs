using Bunit;
using DpsPortal.Common;
using DpsPortal.Features.Instances;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.People;
using DpsPortal.Services.Verification;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

/// <summary>The tabs of an instance's page that show its records: lists, readings of all of them, and what was rejected.</summary>
public sealed class InstanceRecordsTests : PageTests
{
    private IRenderedComponent<InstancePage> OpenInstance(string tab = "overview", string name = "dps-contoso-prod", string query = "")
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/instances/{name}?tab={tab}{query}");
        return Open<InstancePage>(page => page.Add(it => it.Name, name));
    }

    [Fact]
    public void Rejected_operations_appear_as_they_happen_and_stop_while_paused()
    {
        Fake.Instances.Add(Some.Instance());
        var page = OpenInstance("rejected");
        Assert.Contains("No rejected operations", TextOf(page), StringComparison.Ordinal);

        Fake.Rejected.Add(Some.Rejected(1, id: "meter-1"));
        Fake.Announce(PortalChangeKind.RejectedOperation, "dps-contoso-prod");
        page.WaitForAssertion(() => Assert.Contains("meter-1", TextOf(page), StringComparison.Ordinal));

        Button(page, "Pause").Click();
        Fake.Rejected.Add(Some.Rejected(2, id: "meter-2"));
        Fake.Announce(PortalChangeKind.RejectedOperation, "dps-contoso-prod");
        Assert.DoesNotContain("meter-2", TextOf(page), StringComparison.Ordinal);

        Button(page, "Resume").Click();
        page.WaitForAssertion(() => Assert.Contains("meter-2", TextOf(page), StringComparison.Ordinal));
    }

    [Fact]
    public void Operations_of_devices_appear_as_they_happen_with_code_cause_and_latency()
    {
        Fake.Instances.Add(Some.Instance());
        var page = OpenInstance("rejected");
        Assert.Contains("No operations yet", TextOf(page), StringComparison.Ordinal);

        Fake.DpsOperations.Add(Some.DpsOperation(1, "meter-1", 202, null, null));
        Fake.DpsOperations.Add(Some.DpsOperation(2, "meter-2", 401, 401002, null));
        Fake.DpsOperations.Add(Some.DpsOperation(3, "meter-3", 503, 503011, KeyAccessCause.RoleMissing));
        Fake.Announce(PortalChangeKind.DpsOperation, "dps-contoso-prod");

        page.WaitForAssertion(() => Assert.Contains("meter-2", TextOf(page), StringComparison.Ordinal));
        foreach (var expected in (string[])["initialAssignment, hashed", "401002", "HTTP 202", "2.5 ms"])
        {
            Assert.Contains(expected, TextOf(page), StringComparison.Ordinal);
        }

        // What was rejected because of the key is among the rejected operations, and not here once more.
        Assert.DoesNotContain("meter-3", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Rejections_are_counted_by_cause_with_one_remedy_each_and_shown_page_by_page()
    {
        Fake.Instances.Add(Some.Instance());
        Fake.LogBegins = Some.Now.AddHours(-3);
        Fake.Rejected.AddRange(Enumerable.Range(1, 200).Select(number => Some.Rejected(number, id: $"meter-{number:000}")));
        Fake.Rejected.Add(Some.Rejected(201, KeyAccessCause.RoleMissing, id: "meter-201"));
        var page = OpenInstance("rejected");

        var cards = page.FindAll(".causes li").Select(card => Collapse(card.TextContent)).ToList();
        Assert.Equal(2, cards.Count);
        Assert.StartsWith("200 rejected: ", cards[0], StringComparison.Ordinal);
        Assert.Contains("40 per minute in the last 5 minutes · 200 devices affected · 403011", cards[0], StringComparison.Ordinal);
        Assert.Single(cards, card => card.Contains("Restore the role assignment", StringComparison.Ordinal));
        Assert.Contains("DPS keeps only its newest operations. These numbers begin at", TextOf(page), StringComparison.Ordinal);

        Assert.Equal(10, page.FindAll("tbody tr").Count);
        Assert.Contains("meter-201", TextOf(page), StringComparison.Ordinal);
        Button(page, "Next page").Click();
        page.WaitForAssertion(() => Assert.Contains("meter-190", TextOf(page), StringComparison.Ordinal));
        Button(page, "Previous page").Click();
        page.WaitForAssertion(() => Assert.Contains("meter-201", TextOf(page), StringComparison.Ordinal));
        page.FindAll(".causes li button")[1].Click();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
        Assert.Equal(2, page.FindAll(".causes li").Count);
    }

    [Fact]
    public void Demo_traffic_is_switched_on_for_the_instance_and_off_again()
    {
        Role = PortalRole.DpsOperator;
        Fake.Instances.Add(Some.Instance());
        var page = OpenInstance("rejected");

        page.Find(".traffic input[type=checkbox]").Change(true);
        Assert.Equal(new TrafficSettings("dps-contoso-prod"), Fake.Traffic.Running);
        page.Find(".traffic input[type=checkbox]").Change(false);
        Assert.Null(Fake.Traffic.Running);
    }

    [Fact]
    public void A_reading_is_compared_record_by_record_with_the_one_before_whoever_made_it()
    {
        var with = new ComparedReading(1, Some.Now, Some.Person(PortalRole.KeyCustodian));
        Fake.Instances.Add(Some.Instance());
        Fake.VerificationRuns.Add(new(1, "dps-contoso-prod", with.By, Some.Now, new RecordVerification(20_876, 0, 0, null, Some.Now), null));
        Fake.Verifications.Enqueue(
            new(2, "dps-contoso-prod", Some.Person(PortalRole.DpsOperator), Some.Now, new RecordVerification(0, 20_876, 0, null, Some.Now), null));
        Fake.Verifications.Enqueue(new(3, "dps-contoso-prod", Some.Person(PortalRole.Approver), Some.Now, new RecordVerification(20_947, 0, 0, null, Some.Now),
            new RecordComparison(with, 20_927, 12, 8, 0, 0, 0, 0, 0, [])));
        Fake.Verifications.Enqueue(new(4, "dps-contoso-prod", Some.Person(PortalRole.Auditor), Some.Now, new RecordVerification(20_945, 0, 0, null, Some.Now),
            new RecordComparison(with, 20_944, 0, 0, 0, 1, 25, 0, 0, [new(RecordFindingKind.Lost, RecordKind.RegistrationRecord, "meter-4711")])));
        var page = OpenInstance("verify");

        // The tab of the same name is a link.
        void Run() => page.FindAll("button").First(button => Collapse(button.TextContent) == "Read every record").Click();
        Assert.Contains("Every record was read.", TextOf(page), StringComparison.Ordinal);
        Run();
        Assert.Contains("Every record was rejected", TextOf(page), StringComparison.Ordinal);
        Run();
        Assert.Contains("Nothing is lost", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("20,927 unchanged · 8 new · 0 lost · 0 changed · 12 rewritten by DPS since", TextOf(page), StringComparison.Ordinal);
        Run();
        Assert.Contains("Records are lost or were changed", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("Lost: Registration record meter-4711", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("and 25 more", TextOf(page), StringComparison.Ordinal);
        Assert.Equal(4, page.FindAll("table tbody tr").Count);
    }

    [Fact]
    public void Kind_group_and_page_of_the_records_are_in_the_address()
    {
        Fake.Instances.Add(Some.Instance());
        Fake.Records[RecordKind.EnrollmentGroup] = [new(RecordKind.EnrollmentGroup, "eg-norte", null, "enabled", "AAAAAAAAAAE=", Some.Now, Some.Now)];
        Fake.Records[RecordKind.RegistrationRecord] =
            [.. Enumerable.Range(1, 21)
                .Select(number => new RecordSummary(
                    RecordKind.RegistrationRecord, $"meter-{number:00}", "eg-norte", "assigned", "AAAAAAAAAAE=", Some.Now, Some.Now))];
        var navigation = Services.GetRequiredService<NavigationManager>();
        var page = OpenInstance("enrollments");

        var registrations = page.Find("a[aria-label='Registrations of eg-norte']").GetAttribute("href")!;
        Assert.Equal("/instances/dps-contoso-prod?tab=enrollments&kind=registrations&group=eg-norte", registrations);
        navigation.NavigateTo(registrations);

        page.WaitForAssertion(() => Assert.Contains("Only devices of the group eg-norte", TextOf(page), StringComparison.Ordinal));
        Assert.Contains("meter-01 Assigned eg-norte", TextOf(page), StringComparison.Ordinal);
        Button(page, "Next page").Click();

        Assert.EndsWith("&kind=registrations&group=eg-norte&after=meter-20", navigation.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("meter-21", TextOf(page), StringComparison.Ordinal));
        Assert.DoesNotContain("meter-20", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("21 records", TextOf(page), StringComparison.Ordinal);
        Button(page, "Previous page").Click();

        Assert.EndsWith("&kind=registrations&group=eg-norte&before=meter-21", navigation.Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("meter-20", TextOf(page), StringComparison.Ordinal));
    }

    [Fact]
    public void Records_are_searched_filtered_and_sorted_and_the_address_says_how()
    {
        Fake.Instances.Add(Some.Instance());
        Fake.Records[RecordKind.RegistrationRecord] =
        [
            new(RecordKind.RegistrationRecord, "meter-1", "eg-norte", "assigned", "AAAAAAAAAAE=", Some.Now, Some.Now),
            new(RecordKind.RegistrationRecord, "pump-1", "eg-norte", "failed", "AAAAAAAAAAE=", Some.Now, Some.Now),
        ];
        var navigation = Services.GetRequiredService<NavigationManager>();
        var page = OpenInstance("enrollments", query: "&kind=registrations&status=enabled");

        page.Find(".toolbar input").Change(" pump ");
        page.WaitForAssertion(() => Assert.DoesNotContain("meter-1", TextOf(page), StringComparison.Ordinal));
        page.Find("th[aria-sort] button").Click();

        Assert.EndsWith("kind=registrations&search=pump&status=enabled&order=descending", navigation.Uri, StringComparison.Ordinal);
        Assert.Equal(new RecordQuery(RecordKind.RegistrationRecord, null, "pump", null, true), Fake.RecordQueries[^1]);
        page.WaitForAssertion(() => Assert.Equal("descending", page.Find("th[aria-sort]").GetAttribute("aria-sort")));
        Assert.Contains("A part in the middle is not found.", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_of_a_device_is_shown_after_a_reveal_and_goes_with_another_id()
    {
        Role = PortalRole.DpsOperator;
        Enrollment(id => new RecordRead<EnrollmentGroup>.Found(
            new EnrollmentGroup { EnrollmentGroupId = id, Attestation = new Attestation("symmetricKey") }, Fake.Records[RecordKind.EnrollmentGroup][0]));
        Fake.DeviceKey = new RecordRead<SymmetricKeyAttestation>.Found(
            new SymmetricKeyAttestation("ZGVyaXZlZA==", "b3RoZXI="), Fake.Records[RecordKind.EnrollmentGroup][0]);
        var page = OpenInstance("enrollments");

        page.Find("button[aria-label='Read eg-norte']").Click();
        page.Find(".device-key input").Input(" Meter-7 ");
        Assert.DoesNotContain("ZGVyaXZlZA==", page.Markup, StringComparison.Ordinal);
        Button(page, "Reveal device key").Click();

        Assert.Contains("ZGVyaXZlZA==", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("Keys of meter-7.", TextOf(page), StringComparison.Ordinal);
        Assert.Equal(["read eg-norte", "device key Meter-7 of eg-norte"], Fake.Calls);
        page.Find(".device-key input").Input("meter-8");
        Assert.DoesNotContain("ZGVyaXZlZA==", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_leads_to_the_kind_that_it_names()
    {
        Fake.Instances.Add(Some.Instance());
        Fake.Records[RecordKind.IndividualEnrollment] = [
            new(RecordKind.IndividualEnrollment, "substation-01", null, "disabled", "AAAAAAAAAAE=", Some.Now, Some.Now),
        ];

        Assert.Contains("substation-01 Disabled", TextOf(OpenInstance("enrollments", query: "&kind=individuals")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_enrollment_without_symmetric_keys_offers_none_to_reveal()
    {
        Role = PortalRole.DpsOperator;
        Enrollment(id => new RecordRead<EnrollmentGroup>.Found(
            new EnrollmentGroup { EnrollmentGroupId = id, Attestation = new Attestation("x509") }, Fake.Records[RecordKind.EnrollmentGroup][0]));
        var page = OpenInstance("enrollments");

        page.Find("button[aria-label='Read eg-norte']").Click();

        Assert.DoesNotContain("Reveal keys", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("/instances/dps-contoso-prod/enrollments/groups/eg-norte", Button(page, "Edit…").GetAttribute("href"));
    }

    private void Enrollment(Func<string, RecordRead<EnrollmentGroup>> read)
    {
        Fake.Instances.Add(Some.Instance());
        Fake.Records[RecordKind.EnrollmentGroup] = [new(RecordKind.EnrollmentGroup, "eg-norte", null, "enabled", "AAAAAAAAAAE=", Some.Now, Some.Now)];
        Fake.ReadGroup = read;
    }
}
