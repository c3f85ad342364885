using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>What differs between individual enrollments and enrollment groups on the wire; everything else is one.</summary>
/// <param name="Path">First segment of the addresses; also the member of a bulk operation, and the source in a query.</param>
/// <param name="ItemType">Value of x-ms-item-type.</param>
/// <param name="IdMember">JSON name of the id.</param>
internal sealed record EnrollmentResource<T>(
    RecordKind Kind,
    string Path,
    string ItemType,
    string IdMember,
    JsonTypeInfo<T> Json,
    Func<T, string> IdOf,
    Func<T, IEnumerable<string>> HubsOf,
    Func<T, T> Normalize,
    Func<T, T> WithoutKeys,
    Func<Caller, string, string, CancellationToken, Task<RecordRead<T>>> ReadAsync,
    Func<Caller, string, T, string?, CancellationToken, Task<Outcome<RecordSummary>>> PutAsync)
    where T : class
{
    public JsonObject Describe(T content, RecordSummary summary)
    {
        var body = (JsonObject)JsonSerializer.SerializeToNode(WithoutKeys(content), Json)!;
        body["etag"] = summary.ETag;
        body["createdDateTimeUtc"] = HttpJson.Time(summary.CreatedAt);
        body["lastUpdatedDateTimeUtc"] = HttpJson.Time(summary.UpdatedAt);
        return body;
    }
}

internal static class EnrollmentResources
{
    public static EnrollmentResource<IndividualEnrollment> Individual(IEnrollments enrollments) => new(
        RecordKind.IndividualEnrollment, "enrollments", "Enrollment", "registrationId", RecordJson.Default.IndividualEnrollment,
        enrollment => enrollment.RegistrationId,
        enrollment => [.. enrollment.IotHubs ?? [], .. enrollment.IotHubHostName is { } hub ? [hub] : Array.Empty<string>()],
        enrollment => enrollment with { RegistrationId = RecordRules.Normalize(enrollment.RegistrationId), Attestation = CertificateInfo.Complete(enrollment.Attestation) },
        enrollment => enrollment with { Attestation = AttestationRules.WithoutKeys(enrollment.Attestation) },
        enrollments.ReadIndividualAsync,
        enrollments.PutIndividualAsync);

    public static EnrollmentResource<EnrollmentGroup> Group(IEnrollments enrollments) => new(
        RecordKind.EnrollmentGroup, "enrollmentGroups", "EnrollmentGroup", "enrollmentGroupId", RecordJson.Default.EnrollmentGroup,
        group => group.EnrollmentGroupId,
        group => [.. group.IotHubs ?? [], .. group.IotHubHostName is { } hub ? [hub] : Array.Empty<string>()],
        group => group with { EnrollmentGroupId = RecordRules.Normalize(group.EnrollmentGroupId), Attestation = CertificateInfo.Complete(group.Attestation) },
        group => group with { Attestation = AttestationRules.WithoutKeys(group.Attestation) },
        enrollments.ReadGroupAsync,
        enrollments.PutGroupAsync);
}
