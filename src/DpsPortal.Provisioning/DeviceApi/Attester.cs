using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>Finds the enrollment of a device and lets the device prove that it is the one enrolled.</summary>
internal sealed class Attester(RecordReads reads, Rejections rejections, TimeProvider systemClock)
{
    public async ValueTask<(EnrollmentTerms? Terms, DpsError? Refusal)> AttestAsync(DeviceRequest request)
    {
        if (!request.Credentials.Present)
        {
            return (
                null,
                DpsError.Unauthorized("The request has neither a shared access signature nor a client certificate. Send what the device was enrolled with."));
        }

        var call = rejections.Begin(request.Trail.Calling, Rejections.Get, RecordKind.IndividualEnrollment, request.RegistrationId);
        return await reads.ReadAsync(request.InstanceName, call, RecordJson.Default.IndividualEnrollment, request.Aborted).ConfigureAwait(false) switch
        {
            RecordRead<IndividualEnrollment>.Found(var enrollment, _) => Judge(request, enrollment),
            RecordRead<IndividualEnrollment>.NotFound => await FindGroupAsync(request).ConfigureAwait(false),
            var failed => (null, RecordAnswers.ErrorOf(failed, request.Trail, request.RegistrationId)),
        };
    }

    private (EnrollmentTerms?, DpsError?) Judge(DeviceRequest request, IndividualEnrollment enrollment)
    {
        var credentials = request.Credentials;
        var proven = enrollment.Attestation switch
        {
            { SymmetricKey: { } keys } => credentials.AreOf(keys),
            { X509.ClientCertificates: { } certificates } => credentials.IsEnrolled(certificates) && credentials.IsNamed(request.RegistrationId),
            { Tpm: not null } => (bool?)null,
            _ => false,
        };
        if (proven is null)
        {
            return (
                null,
                DpsError.BadRequest("The device is enrolled with a TPM. TPM attestation is not simulated: enroll it with a symmetric key or a certificate."));
        }

        return proven.Value && Fault(request) is var fault
            ? (fault is null ? Terms(enrollment) : null, fault)
            : (null, NotProven(enrollment.Attestation.Type));
    }

    private async ValueTask<(EnrollmentTerms?, DpsError?)> FindGroupAsync(DeviceRequest request)
    {
        var call = rejections.Begin(request.Trail.Calling, Rejections.Query, RecordKind.EnrollmentGroup, "*");
        var (page, failure) = await reads.ReadPageAsync(
            request.InstanceName, call, null, "", RecordRules.MaxGroups, RecordJson.Default.EnrollmentGroup, request.Aborted).ConfigureAwait(false);
        if (page is null)
        {
            return (null, RecordAnswers.ErrorOf(failure!, request.Trail, request.RegistrationId));
        }

        var candidates = page.Records.Select(record => record.Content).Where(group => IsOfKind(request.Credentials, group.Attestation)).ToList();
        if (candidates.Find(group => IsProven(request, group.Attestation)) is { } match)
        {
            return Fault(request) is { } fault ? (null, fault) : (Terms(match), null);
        }

        // Whether a group that cannot be read would have let the device in is unknown, so that it is not told that none does.
        return (null, page.Corrupt is [var corrupt, ..] ? DpsError.Corrupt(RecordKind.EnrollmentGroup, corrupt)
            : candidates.Count > 0 ? NotProven(candidates[0].Attestation.Type)
            // With a certificate not 404, at which clients begin anew.
            : request.Credentials.Certificate is not null ? NotProven(AttestationRules.X509Type)
            : DpsError.UnknownRegistration(request.RegistrationId));
    }

    private bool IsProven(DeviceRequest request, Attestation attestation) => attestation switch
    {
        { SymmetricKey: { } keys } => request.Credentials.AreDerivedFrom(keys, request.RegistrationId),
        { X509.SigningCertificates: { } signing } =>
            request.Credentials.DescendsFrom(signing, systemClock.GetUtcNow()) && request.Credentials.IsNamed(request.RegistrationId),
        _ => false,
    };

    private static bool IsOfKind(DeviceCredentials credentials, Attestation attestation) =>
        (attestation.SymmetricKey is not null && credentials.Token is not null) || (attestation.X509 is not null && credentials.Certificate is not null);

    /// <summary>What else is wrong with a token whose signature is right.</summary>
    private DpsError? Fault(DeviceRequest request)
    {
        if (request.Credentials.Token is not { } token)
        {
            return null;
        }

        if (token.Expires <= systemClock.GetUtcNow())
        {
            return DpsError.Unauthorized($"The device's shared access signature expired at {token.Expires:u}. Check the device's clock.");
        }

        return string.Equals(token.Resource, request.Resource, StringComparison.OrdinalIgnoreCase)
            ? null
            : DpsError.Unauthorized($"The device's shared access signature is for another resource (sr). It must be {request.Resource}.");
    }

    private static DpsError NotProven(string type) => DpsError.Unauthorized(type == AttestationRules.SymmetricKeyType
        ? "The device's shared access signature is not valid: check its key. The key of a device in a group is derived from the group's and the " +
            "registration id in lower case."
        : "The device's certificate is not the one enrolled, does not descend from the group's signing certificate, came without the chain up to " +
            "that, is not valid now, or has another common name than the registration id, or none.");

    private static EnrollmentTerms Terms(IndividualEnrollment enrollment) => new(
        null, enrollment.DeviceId, enrollment.Attestation.Type, enrollment.ProvisioningStatus == "disabled", enrollment.AllocationPolicy,
        Named(enrollment.IotHubs, enrollment.IotHubHostName), enrollment.ReprovisionPolicy, enrollment.CustomAllocationDefinition,
        () => (JsonObject)JsonSerializer.SerializeToNode(
            enrollment with { Attestation = AttestationRules.WithoutKeys(enrollment.Attestation) }, RecordJson.Default.IndividualEnrollment)!);

    private static EnrollmentTerms Terms(EnrollmentGroup group) => new(
        group.EnrollmentGroupId, null, group.Attestation.Type, group.ProvisioningStatus == "disabled", group.AllocationPolicy,
        Named(group.IotHubs, group.IotHubHostName), group.ReprovisionPolicy, group.CustomAllocationDefinition,
        () => (JsonObject)JsonSerializer.SerializeToNode(
            group with { Attestation = AttestationRules.WithoutKeys(group.Attestation) }, RecordJson.Default.EnrollmentGroup)!);

    private static IReadOnlyList<string> Named(IReadOnlyList<string>? hubs, string? single) => hubs is { Count: > 0 } ? hubs : single is null ? [] : [single];
}
