using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Http;

/// <summary>What the store says, in the protocols' words.</summary>
internal static class RecordAnswers
{
    public static DpsError ErrorOf(Refusal refusal, OperationTrail trail, string id) => refusal.Code switch
    {
        _ when trail.Denial is { } denial =>
            trail.Category == OperationCategory.DeviceOperations ? DpsError.DeviceDenied(denial) : DpsError.ServiceDenied(denial),
        ProvisioningRefusals.RecordNotFound => NotFound(trail.Kind, id),
        ProvisioningRefusals.RecordExists => DpsError.Exists(id),
        ProvisioningRefusals.ETagMismatch => DpsError.ETagMismatch(id),
        ProvisioningRefusals.RecordTooLarge => DpsError.TooLarge,
        ProvisioningRefusals.RecordCorrupt => DpsError.Corrupt(trail.Kind ?? RecordKind.RegistrationRecord, id),
        ProvisioningRefusals.GroupLimitReached or ProvisioningRefusals.RecordLimitReached =>
            DpsError.LimitReached($"The instance has {refusal.Arguments[0]} of these already, and may not have more. Delete some first."),
        ProvisioningRefusals.RecordIdInvalid =>
            DpsError.Invalid($"'{id}' is no id: up to {RecordId.Longest} letters, digits and - . _ : that end in a letter, a digit or a hyphen."),
        ProvisioningRefusals.DeviceIdInvalid =>
            DpsError.Invalid("The deviceId is none that an IoT hub takes: up to 128 letters, digits and - . % _ * ? ! ( ) , : = @ $ ' without spaces. " +
                "Leave it out to use the registration id."),
        ProvisioningRefusals.CustomAllocationIncomplete =>
            DpsError.Invalid("The custom allocation needs its definition: customAllocationDefinition with webhookUrl and apiVersion, for example 2021-10-01."),
        ProvisioningRefusals.RecordFieldInvalid => DpsError.BadRequest($"{Member(refusal.Field)} must be one of: {string.Join(", ", refusal.Arguments)}."),
        ProvisioningRefusals.AttestationInvalid =>
            DpsError.BadRequest($"The attestation is not complete, or has more than its type allows: see {refusal.Arguments[0]}."),
        _ => DpsError.BadRequest($"The request was refused: {refusal.Code}."),
    };

    /// <summary>The error of a read that found nothing it could return.</summary>
    public static DpsError ErrorOf<T>(RecordRead<T> read, OperationTrail trail, string id) => read switch
    {
        RecordRead<T>.Corrupt corrupt => DpsError.Corrupt(corrupt.Kind, corrupt.Id),
        RecordRead<T>.Rejected when trail.Denial is { } denial =>
            trail.Category == OperationCategory.DeviceOperations ? DpsError.DeviceDenied(denial) : DpsError.ServiceDenied(denial),
        _ => NotFound(trail.Kind, id),
    };

    private static DpsError NotFound(RecordKind? kind, string id) =>
        kind == RecordKind.RegistrationRecord ? DpsError.UnknownRegistration(id) : DpsError.UnknownEnrollment(id);

    private static string Member(string? field) => field is { Length: > 0 } ? char.ToLowerInvariant(field[0]) + field[1..] : "A member";
}
