using System.Collections.Immutable;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using DpsPortal.Services.Traffic;
using DpsPortal.Services.Verification;

namespace DpsPortal.Tests.Components.Fakes;

internal sealed partial class FakeServices
{
    Task<RecordPage> IEnrollmentService.ListAsync(Person person, string instance, RecordQuery query, CancellationToken cancellationToken) => Read(() =>
    {
        RecordQueries.Add(query);
        var all = (Records.GetValueOrDefault(query.Kind) ?? []).Where(record =>
            record.Id.StartsWith(query.Beginning ?? "", StringComparison.Ordinal) && (query.Status is null || record.Status == query.Status)).ToList();
        if (query.Descending)
        {
            all.Reverse();
        }

        var from = query.After is not null ? all.FindIndex(record => record.Id == query.After) + 1
            : query.Before is not null ? Math.Max(0, all.FindIndex(record => record.Id == query.Before) - query.PageSize) : 0;
        RecordSummary[] page = [.. all.Skip(from).Take(query.PageSize)];
        return new RecordPage(page, null) { HasPrevious = from > 0, HasNext = from + page.Length < all.Count, Total = all.Count };
    });

    Task<Outcome<RecordRead<EnrollmentGroup>>> IEnrollmentService.ReadGroupAsync(
        Person person, string instance, string id, CancellationToken cancellationToken) =>
        Ask($"read {id}", () => (Outcome<RecordRead<EnrollmentGroup>>)(ReadGroup?.Invoke(id) ?? new RecordRead<EnrollmentGroup>.NotFound()));

    Task<Outcome<RecordRead<IndividualEnrollment>>> IEnrollmentService.ReadIndividualAsync(
        Person person, string instance, string id, CancellationToken cancellationToken) =>
        Ask($"read {id}", () => (Outcome<RecordRead<IndividualEnrollment>>)new RecordRead<IndividualEnrollment>.NotFound());

    Task<Outcome<RecordRead<RegistrationRecord>>> IEnrollmentService.ReadRegistrationAsync(
        Person person, string instance, string id, CancellationToken cancellationToken) =>
        Ask($"read {id}", () => (Outcome<RecordRead<RegistrationRecord>>)(ReadRegistration?.Invoke(id) ?? new RecordRead<RegistrationRecord>.NotFound()));

    Task<Outcome<RecordRead<Attestation>>> IEnrollmentService.RevealAsync(
        Person person, string instance, RecordKind kind, string id, CancellationToken cancellationToken) =>
        Ask($"reveal {id}", () => (Outcome<RecordRead<Attestation>>)(Revealed ?? new RecordRead<Attestation>.NotFound()));

    Task<Outcome<RecordRead<SymmetricKeyAttestation>>> IEnrollmentService.RevealDeviceKeyAsync(
        Person person, string instance, string groupId, string registrationId, CancellationToken cancellationToken) =>
        Ask($"device key {registrationId} of {groupId}", () => DeviceKey);

    Task<Outcome<RecordSummary>> IEnrollmentService.PutGroupAsync(
        Person person, string instance, EnrollmentGroup group, string? ifMatch, CancellationToken cancellationToken) =>
        Ask($"put {group.EnrollmentGroupId}", () =>
        {
            PutGroups.Add((group, ifMatch));
            return (Outcome<RecordSummary>)new RecordSummary(
                RecordKind.EnrollmentGroup, group.EnrollmentGroupId, null, group.ProvisioningStatus, "AAAAAAAAAAI=", Some.Now, Some.Now);
        });

    Task<Outcome<RecordSummary>> IEnrollmentService.PutIndividualAsync(
        Person person, string instance, IndividualEnrollment enrollment, string? ifMatch, CancellationToken cancellationToken) =>
        Ask($"put {enrollment.RegistrationId}", () =>
        {
            PutIndividuals.Add(enrollment);
            return (Outcome<RecordSummary>)new RecordSummary(
                RecordKind.IndividualEnrollment, enrollment.RegistrationId, null, enrollment.ProvisioningStatus, "AAAAAAAAAAI=", Some.Now, Some.Now);
        });

    Task<Outcome<IReadOnlyList<GroupCertificate>>> IEnrollmentService.ListGroupCertificatesAsync(Person person, CancellationToken cancellationToken) =>
        Read(() => (Outcome<IReadOnlyList<GroupCertificate>>)new Outcome<IReadOnlyList<GroupCertificate>>.Done([.. Certificates]));

    Task<Outcome<bool>> IEnrollmentService.DeleteAsync(
        Person person, string instance, RecordKind kind, string id, string? ifMatch, CancellationToken cancellationToken) =>
        Ask($"delete {kind} {id}", () => (Outcome<bool>)(Records[kind].RemoveAll(record => record.Id == id) > 0));

    Task<Outcome<VerificationRun>> IEnrollmentService.VerifyAsync(
        Person person, string instance, IProgress<RecordVerification>? progress, CancellationToken cancellationToken) =>
        Ask("verify", () =>
        {
            VerificationRuns.Insert(0, Verifications.Dequeue());
            return (Outcome<VerificationRun>)VerificationRuns[0];
        });

    Task<IReadOnlyList<VerificationRun>> IEnrollmentService.ListVerificationsAsync(
        Person person, string instance, int count, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<VerificationRun>>(() => [.. VerificationRuns.Take(count)]);

    Task<IReadOnlyList<RejectedOperation>> IEnrollmentService.ListRejectedAsync(
        Person person, string? instance, KeyAccessCause? cause, long? before, int count, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<RejectedOperation>>(() => [.. Rejected.Where(
            read => (instance is null || read.Instance == instance) && (cause is null || read.Cause == cause) && read.Sequence < (before ?? long.MaxValue))
            .OrderByDescending(read => read.Sequence).Take(count)]);

    Task<RejectionSummary> IEnrollmentService.SummarizeRejectedAsync(
        Person person, string? instance, TimeSpan recent, CancellationToken cancellationToken) => Read(() => new RejectionSummary(
        [
            .. Rejected.Where(read => instance is null || read.Instance == instance)
                .GroupBy(read => read.Cause)
                .OrderByDescending(group => group.Count())
                .Select(group => new RejectionCause(
                    group.Key, group.Count(), group.Count(read => Some.Now - read.At <= recent), group.Min(read => read.At), group.Max(read => read.At),
                    group.Select(read => read.RecordId).Distinct().Count(), [.. group.Select(read => read.Instance).Distinct()],
                    [.. group.Select(read => read.ErrorCode).Distinct()])),
        ],
        LogBegins, 0));

    Task<TrafficStatus> ITrafficService.ReadAsync(Person person, CancellationToken cancellationToken) => Read(() => Traffic);

    Task<Outcome<TrafficStatus>> ITrafficService.StartAsync(Person person, TrafficSettings settings, CancellationToken cancellationToken) =>
        Ask<TrafficStatus>($"traffic at {settings.Instance}, {settings.Speed} times", () => Traffic = new TrafficStatus(settings, 0, 0));

    Task<Outcome<TrafficStatus>> ITrafficService.StopAsync(Person person, string instance, CancellationToken cancellationToken) =>
        Ask<TrafficStatus>($"no traffic at {instance}", () => Traffic = new TrafficStatus(null, 0, 0));

    Task<IReadOnlyList<OperationEntry>> IEnrollmentService.ListOperationsAsync(
        Person person, string? instance, OperationFilter filter, long? before, int count, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<OperationEntry>>(() => [.. DpsOperations.Where(entry => (instance is null || entry.Instance == instance)
            && (filter.Rejected is null || entry.Denial is not null == filter.Rejected)
            && entry.Sequence < (before ?? long.MaxValue))
            .OrderByDescending(entry => entry.Sequence).Take(count)]);
}
