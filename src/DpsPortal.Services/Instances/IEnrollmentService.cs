using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using DpsPortal.Services.Verification;

namespace DpsPortal.Services.Instances;

/// <summary>Enrollments and registration records of an instance, as far as the person may see or change them.</summary>
public interface IEnrollmentService
{
    /// <summary>What is stored in clear; also while the key is revoked.</summary>
    [Requires(Permission.View)]
    Task<RecordPage> ListAsync(Person person, string instance, RecordQuery query, CancellationToken cancellationToken);

    /// <summary>Reads an enrollment group without its keys. That the key denies it, or that it does not open, is an answer and no refusal.</summary>
    [Requires(Permission.ReadEnrollmentContents)]
    Task<Outcome<RecordRead<EnrollmentGroup>>> ReadGroupAsync(Person person, string instance, string id, CancellationToken cancellationToken);

    /// <inheritdoc cref="ReadGroupAsync"/>
    [Requires(Permission.ReadEnrollmentContents)]
    Task<Outcome<RecordRead<IndividualEnrollment>>> ReadIndividualAsync(Person person, string instance, string id, CancellationToken cancellationToken);

    /// <inheritdoc cref="ReadGroupAsync"/>
    [Requires(Permission.ReadEnrollmentContents)]
    Task<Outcome<RecordRead<RegistrationRecord>>> ReadRegistrationAsync(Person person, string instance, string id, CancellationToken cancellationToken);

    /// <summary>Reads the attestation with its keys. The reveal is in the activity log before it is answered.</summary>
    [Requires(Permission.RevealEnrollmentKeys)]
    Task<Outcome<RecordRead<Attestation>>> RevealAsync(Person person, string instance, RecordKind kind, string id, CancellationToken cancellationToken);

    /// <summary>Derives the keys of one device of a symmetric-key group. The reveal is in the activity log before it is answered.</summary>
    [Requires(Permission.RevealEnrollmentKeys)]
    Task<Outcome<RecordRead<SymmetricKeyAttestation>>> RevealDeviceKeyAsync(
        Person person, string instance, string groupId, string registrationId, CancellationToken cancellationToken);

    /// <summary>
    /// Done only when DPS, asked again, holds what was given; otherwise the refusal says what differs. Of a new one, what is given as
    /// certificates must be some, and hubs must be linked, unless the enrollment has named them before.
    /// </summary>
    [Requires(Permission.EditEnrollments)]
    Task<Outcome<RecordSummary>> PutGroupAsync(Person person, string instance, EnrollmentGroup group, string? ifMatch, CancellationToken cancellationToken);

    /// <inheritdoc cref="PutGroupAsync"/>
    [Requires(Permission.EditEnrollments)]
    Task<Outcome<RecordSummary>> PutIndividualAsync(
        Person person, string instance, IndividualEnrollment enrollment, string? ifMatch, CancellationToken cancellationToken);

    /// <summary>Deletes an enrollment or a registration record. Done only when DPS, asked again, does not have it.</summary>
    [Requires(Permission.EditEnrollments)]
    Task<Outcome<bool>> DeleteAsync(Person person, string instance, RecordKind kind, string id, string? ifMatch, CancellationToken cancellationToken);

    /// <summary>
    /// Reads every record, counts what came of it and compares each with the last reading, whoever made it: the proof behind "revoked" and
    /// "restored". The run is kept.
    /// </summary>
    [Requires(Permission.VerifyRecords)]
    Task<Outcome<VerificationRun>> VerifyAsync(Person person, string instance, IProgress<RecordVerification>? progress, CancellationToken cancellationToken);

    /// <summary>Readings of every record of the instance, newest first.</summary>
    [Requires(Permission.View)]
    Task<IReadOnlyList<VerificationRun>> ListVerificationsAsync(Person person, string instance, int count, CancellationToken cancellationToken);

    /// <summary>Operations rejected because of the key, newest first.</summary>
    /// <param name="instance">Only of this instance, or of all.</param>
    /// <param name="before">Only entries with a smaller sequence number; <see langword="null"/> for the newest.</param>
    [Requires(Permission.View)]
    Task<IReadOnlyList<RejectedOperation>> ListRejectedAsync(
        Person person, string? instance, KeyAccessCause? cause, long? before, int count, CancellationToken cancellationToken);

    /// <summary>All operations rejected because of the key that DPS's log has, counted by cause.</summary>
    /// <param name="recent">How far back <see cref="RejectionCause.Recent"/> reaches.</param>
    [Requires(Permission.View)]
    Task<RejectionSummary> SummarizeRejectedAsync(Person person, string? instance, TimeSpan recent, CancellationToken cancellationToken);

    /// <summary>DPS's operations log, newest first: what devices and services asked over its protocols, and what was rejected otherwise.</summary>
    /// <inheritdoc cref="ListRejectedAsync"/>
    [Requires(Permission.View)]
    Task<IReadOnlyList<OperationEntry>> ListOperationsAsync(
        Person person, string? instance, OperationFilter filter, long? before, int count, CancellationToken cancellationToken);

    /// <summary>
    /// When the certificates of enabled X.509 groups end, of every instance whose records can be read now; the others' are not known while
    /// that lasts. A group whose record does not open is left out.
    /// </summary>
    [Requires(Permission.ReadEnrollmentContents)]
    Task<Outcome<IReadOnlyList<GroupCertificate>>> ListGroupCertificatesAsync(Person person, CancellationToken cancellationToken);
}
