using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Capabilities;

/// <summary>The data plane of the simulated DPS. Every content that is returned was decrypted for that call.</summary>
/// <remarks>
/// Ids are case-insensitive and stored in lower case. Of an unknown instance, reads find nothing, lists are empty, and writes
/// are refused with <see cref="ProvisioningRefusals.InstanceUnknown"/>. While the key denies it, deleting is refused like writing.
/// </remarks>
public interface IEnrollments
{
    /// <summary>A page of what is stored in clear, ordered by id. Works while the key is revoked.</summary>
    /// <param name="group">Of registration records: only those that came through this enrollment group.</param>
    /// <param name="continuation">From the previous page; <see langword="null"/> for the first.</param>
    /// <param name="pageSize">1 to <see cref="PageSize.Most"/>.</param>
    Task<RecordPage> ListAsync(
        Caller caller, string instance, RecordKind kind, string? group, string? continuation, int pageSize, CancellationToken cancellationToken);

    /// <summary>A page of what is stored in clear, found by what an index answers. Works while the key is revoked.</summary>
    Task<RecordPage> ListAsync(Caller caller, string instance, RecordQuery query, CancellationToken cancellationToken);

    /// <summary>Reads an enrollment group; its symmetric keys are left out.</summary>
    Task<RecordRead<EnrollmentGroup>> ReadGroupAsync(Caller caller, string instance, string groupId, CancellationToken cancellationToken);

    /// <summary>Reads an individual enrollment; its symmetric keys are left out.</summary>
    Task<RecordRead<IndividualEnrollment>> ReadIndividualAsync(Caller caller, string instance, string registrationId, CancellationToken cancellationToken);

    Task<RecordRead<RegistrationRecord>> ReadRegistrationAsync(Caller caller, string instance, string registrationId, CancellationToken cancellationToken);

    /// <summary>Reads an enrollment's attestation mechanism with its secrets; DPS's <c>attestationmechanism</c> call. Always logged.</summary>
    /// <param name="kind">An enrollment group or an individual enrollment.</param>
    Task<RecordRead<Attestation>> RevealAttestationAsync(Caller caller, string instance, RecordKind kind, string id, CancellationToken cancellationToken);

    /// <summary>
    /// Reads an enrollment group and derives the keys of one of its devices, for the id in lower case; the group's own keys are not in the
    /// answer. Always logged.
    /// </summary>
    /// <returns>Refused with <see cref="ProvisioningRefusals.GroupWithoutKeys"/> where the group's devices have certificates.</returns>
    Task<Outcome<RecordRead<SymmetricKeyAttestation>>> RevealDeviceKeyAsync(
        Caller caller, string instance, string groupId, string registrationId, CancellationToken cancellationToken);

    /// <summary>
    /// Creates (without <paramref name="ifMatch"/>) or replaces (with the current etag). Missing symmetric keys are generated, or
    /// when replacing, kept as stored: what a read returned can be changed and put back.
    /// </summary>
    Task<Outcome<RecordSummary>> PutGroupAsync(Caller caller, string instance, EnrollmentGroup group, string? ifMatch, CancellationToken cancellationToken);

    /// <inheritdoc cref="PutGroupAsync"/>
    Task<Outcome<RecordSummary>> PutIndividualAsync(
        Caller caller, string instance, IndividualEnrollment enrollment, string? ifMatch, CancellationToken cancellationToken);

    /// <summary>Stores or replaces what happened when a device registered; the latest stands.</summary>
    Task<Outcome<RecordSummary>> PutRegistrationAsync(Caller caller, string instance, RegistrationRecord registration, CancellationToken cancellationToken);

    /// <summary>
    /// Stores or replaces many registration records in few transactions; refused as a whole before the first when one is invalid
    /// or the key denies it. When access ends midway, the number stored until then is returned.
    /// </summary>
    Task<Outcome<int>> ImportRegistrationsAsync(
        Caller caller, string instance, IEnumerable<RegistrationRecord> registrations, CancellationToken cancellationToken);

    Task<Outcome<bool>> DeleteAsync(Caller caller, string instance, RecordKind kind, string id, string? ifMatch, CancellationToken cancellationToken);

    /// <summary>
    /// Reads and decrypts every record and counts what came of it. <see cref="RecordVerification.ContentHash"/> covers ids and contents
    /// in order, so that two runs with equal hashes saw the same data.
    /// </summary>
    Task<RecordVerification> VerifyAsync(Caller caller, string instance, IProgress<RecordVerification>? progress, CancellationToken cancellationToken) =>
        VerifyAsync(caller, instance, null, progress, cancellationToken);

    /// <inheritdoc cref="VerifyAsync(Caller, string, IProgress{RecordVerification}?, CancellationToken)"/>
    /// <param name="readings">Called with what came of each record, many at a time, ordered by kind and id (ordinal); waited for.</param>
    Task<RecordVerification> VerifyAsync(
        Caller caller,
        string instance,
        Func<IReadOnlyList<RecordReading>, CancellationToken, ValueTask>? readings,
        IProgress<RecordVerification>? progress,
        CancellationToken cancellationToken);

    /// <summary>The latest deletion of each of these records that DPS has on record. Works while the key is revoked.</summary>
    Task<IReadOnlyList<RecordDeletion>> FindDeletionsAsync(
        Caller caller, string instance, IReadOnlyCollection<RecordName> records, CancellationToken cancellationToken);
}
