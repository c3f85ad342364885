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
    Func<T, T> Complete,
    Func<T, T> WithoutKeys,
    Func<T, bool> HasKeys,
    Func<Caller, string, string, CancellationToken, Task<RecordRead<T>>> ReadAsync,
    Func<Caller, string, T, string?, CancellationToken, Task<Outcome<RecordSummary>>> PutAsync,
    Func<Caller, string, T, string?, bool, CancellationToken, Task<Outcome<Written<T>>>> WriteAsync)
    where T : class
{
    public JsonObject Describe(T content, RecordSummary summary) => DescribeWithKeys(WithoutKeys(content), summary);

    /// <summary>For who wrote it, and nobody else.</summary>
    public JsonObject DescribeWithKeys(T content, RecordSummary summary)
    {
        var body = (JsonObject)JsonSerializer.SerializeToNode(content, Json)!;
        body["etag"] = summary.ETag;
        body["createdDateTimeUtc"] = HttpJson.Time(summary.CreatedAt);
        body["lastUpdatedDateTimeUtc"] = HttpJson.Time(summary.UpdatedAt);
        return body;
    }
}

internal static class EnrollmentResources
{
    public static EnrollmentResource<IndividualEnrollment> Individual(EnrollmentStore enrollments) => new(
        RecordKind.IndividualEnrollment, "enrollments", "Enrollment", "registrationId", RecordJson.Default.IndividualEnrollment,
        enrollment => enrollment.RegistrationId,
        enrollment => [.. enrollment.IotHubs ?? [], .. enrollment.IotHubHostName is { } hub ? [hub] : Array.Empty<string>()],
        enrollment => enrollment with { Attestation = CertificateInfo.Complete(enrollment.Attestation) },
        enrollment => enrollment with { Attestation = AttestationRules.WithoutKeys(enrollment.Attestation) },
        enrollment => enrollment.Attestation.Type == AttestationRules.SymmetricKeyType,
        enrollments.ReadIndividualAsync,
        enrollments.PutIndividualAsync,
        enrollments.WriteIndividualAsync);

    public static EnrollmentResource<EnrollmentGroup> Group(EnrollmentStore enrollments) => new(
        RecordKind.EnrollmentGroup, "enrollmentGroups", "EnrollmentGroup", "enrollmentGroupId", RecordJson.Default.EnrollmentGroup,
        group => group.EnrollmentGroupId,
        group => [.. group.IotHubs ?? [], .. group.IotHubHostName is { } hub ? [hub] : Array.Empty<string>()],
        group => group with { Attestation = CertificateInfo.Complete(group.Attestation) },
        group => group with { Attestation = AttestationRules.WithoutKeys(group.Attestation) },
        group => group.Attestation.Type == AttestationRules.SymmetricKeyType,
        enrollments.ReadGroupAsync,
        enrollments.PutGroupAsync,
        enrollments.WriteGroupAsync);
}
