namespace DpsPortal.Provisioning.Contract;

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
    /// <param name="pageSize">1 to 200.</param>
    Task<RecordPage> ListAsync(Caller caller, string instance, RecordKind kind, string? group, string? continuation, int pageSize, CancellationToken cancellationToken);

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
    Task<Outcome<RecordSummary>> PutIndividualAsync(Caller caller, string instance, IndividualEnrollment enrollment, string? ifMatch, CancellationToken cancellationToken);

    /// <summary>Stores or replaces what happened when a device registered; the latest stands.</summary>
    Task<Outcome<RecordSummary>> PutRegistrationAsync(Caller caller, string instance, RegistrationRecord registration, CancellationToken cancellationToken);

    /// <summary>
    /// Stores or replaces many registration records in few transactions; refused as a whole before the first when one is invalid
    /// or the key denies it. When access ends midway, the number stored until then is returned.
    /// </summary>
    Task<Outcome<int>> ImportRegistrationsAsync(Caller caller, string instance, IEnumerable<RegistrationRecord> registrations, CancellationToken cancellationToken);

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

/// <summary>What came of reading one record.</summary>
public abstract record RecordRead<T>
{
    private RecordRead() { }

    public sealed record Found(T Content, RecordSummary Summary) : RecordRead<T>;

    public sealed record NotFound : RecordRead<T>;

    /// <summary>The instance has no access to its key; nothing was decrypted.</summary>
    public sealed record Rejected(RejectedOperation Read) : RecordRead<T>;

    /// <summary>The stored bytes are not what was written for this record. Never a sign of a revoke; nothing is returned.</summary>
    public sealed record Corrupt(RecordKind Kind, string Id) : RecordRead<T>;
}

/// <param name="ReadOk">Records decrypted.</param>
/// <param name="Rejected">Records refused because of the key.</param>
/// <param name="Corrupt">Records whose stored bytes were altered.</param>
/// <param name="ContentHash">SHA-256, hexadecimal; only when every record was read.</param>
public sealed record RecordVerification(long ReadOk, long Rejected, long Corrupt, string? ContentHash, DateTimeOffset At)
{
    public long Total => ReadOk + Rejected + Corrupt;

    /// <summary>Revision of the newest write in the instance when the reading began: whatever has a later one was written since.</summary>
    public long Since { get; init; }
}

/// <summary>What came of one record in a verification.</summary>
public enum RecordReadingResult
{
    Read = 1,
    Rejected = 2,
    Corrupt = 3,
}

/// <summary>One record of a verification: enough to tell later whether it is the same, and nothing of what is in it.</summary>
/// <param name="Revision">Its etag as a number. DPS gives every write of an instance a greater one, and contents are encrypted for it.</param>
/// <param name="Fingerprint">
/// Of everything that is stored of it but the encryption, keyed by the instance's own key; it stays the same when keys are rotated,
/// changed or renewed. Zero unless it was read.
/// </param>
public readonly record struct RecordReading(RecordKind Kind, string Id, long Revision, RecordReadingResult Result, UInt128 Fingerprint);

public readonly record struct RecordName(RecordKind Kind, string Id);

/// <param name="Revision">Later than every revision that the deleted record had.</param>
public sealed record RecordDeletion(RecordKind Kind, string Id, long Revision, DateTimeOffset At);
