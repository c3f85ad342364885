using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;

namespace DpsPortal.Provisioning.ServiceApi;

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
