using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>The data plane: validates, normalises, and hands to reads and writes.</summary>
internal sealed class EnrollmentStore(
    RecordReads reads, RecordWrites writes, RegistrationImport import, RecordVerifier verifier, Rejections rejections, InstanceStore log) : IEnrollments
{
    public Task<RecordPage> ListAsync(
        Caller caller, string instance, RecordKind kind, string? group, string? continuation, int pageSize, CancellationToken cancellationToken) =>
        Task.FromResult(reads.List(instance, kind, group, continuation, pageSize));

    public async Task<RecordRead<EnrollmentGroup>> ReadGroupAsync(Caller caller, string instance, string groupId, CancellationToken cancellationToken)
    {
        var call = Begin(caller, Rejections.Get, RecordKind.EnrollmentGroup, groupId);
        var read = await reads.ReadAsync(instance, call, RecordJson.Default.EnrollmentGroup, cancellationToken).ConfigureAwait(false);
        return read is RecordRead<EnrollmentGroup>.Found found
            ? found with { Content = found.Content with { Attestation = AttestationRules.WithoutKeys(found.Content.Attestation) } }
            : read;
    }

    public async Task<RecordRead<IndividualEnrollment>> ReadIndividualAsync(Caller caller, string instance, string registrationId, CancellationToken cancellationToken)
    {
        var call = Begin(caller, Rejections.Get, RecordKind.IndividualEnrollment, registrationId);
        var read = await reads.ReadAsync(instance, call, RecordJson.Default.IndividualEnrollment, cancellationToken).ConfigureAwait(false);
        return read is RecordRead<IndividualEnrollment>.Found found
            ? found with { Content = found.Content with { Attestation = AttestationRules.WithoutKeys(found.Content.Attestation) } }
            : read;
    }

    public Task<RecordRead<RegistrationRecord>> ReadRegistrationAsync(Caller caller, string instance, string registrationId, CancellationToken cancellationToken) =>
        reads.ReadAsync(
            instance, Begin(caller, Rejections.Get, RecordKind.RegistrationRecord, registrationId), RecordJson.Default.RegistrationRecord, cancellationToken);

    public async Task<RecordRead<Attestation>> RevealAttestationAsync(Caller caller, string instance, RecordKind kind, string id, CancellationToken cancellationToken)
    {
        var call = Begin(caller, Rejections.GetAttestationMechanism, kind, id);
        var read = kind switch
        {
            RecordKind.EnrollmentGroup => Attestation(
                await reads.ReadAsync(instance, call, RecordJson.Default.EnrollmentGroup, cancellationToken).ConfigureAwait(false), group => group.Attestation),
            RecordKind.IndividualEnrollment => Attestation(
                await reads.ReadAsync(instance, call, RecordJson.Default.IndividualEnrollment, cancellationToken).ConfigureAwait(false), enrollment => enrollment.Attestation),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Registration records have no attestation."),
        };
        if (read is RecordRead<Attestation>.Found)
        {
            // Durable before the answer; rejections are logged where they happen.
            await log.LogAsync(instance, call.Operation, $"{kind} {call.Id}", caller, cancellationToken).ConfigureAwait(false);
        }

        return read;
    }

    public Task<Outcome<RecordSummary>> PutGroupAsync(Caller caller, string instance, EnrollmentGroup group, string? ifMatch, CancellationToken cancellationToken)
    {
        if (RecordRules.Check(group) is { } refusal)
        {
            return Task.FromResult<Outcome<RecordSummary>>(refusal);
        }

        var normal = group with { EnrollmentGroupId = RecordRules.Normalize(group.EnrollmentGroupId) };
        var draft = new RecordDraft(
            RecordKind.EnrollmentGroup, normal.EnrollmentGroupId, null, normal.ProvisioningStatus, AttestationRules.LacksKeys(normal.Attestation),
            (content, stored) => RecordJson.Write(
                content,
                normal with { Attestation = AttestationRules.Complete(normal.Attestation, stored is null ? null : RecordJson.Read(stored.Written, RecordJson.Default.EnrollmentGroup).Attestation) },
                RecordJson.Default.EnrollmentGroup));
        return writes.PutAsync(instance, Begin(caller, Rejections.Upsert, draft.Kind, draft.Id), draft, WriteRule.ByETag, ifMatch, cancellationToken);
    }

    public Task<Outcome<RecordSummary>> PutIndividualAsync(Caller caller, string instance, IndividualEnrollment enrollment, string? ifMatch, CancellationToken cancellationToken)
    {
        if (RecordRules.Check(enrollment) is { } refusal)
        {
            return Task.FromResult<Outcome<RecordSummary>>(refusal);
        }

        var normal = enrollment with { RegistrationId = RecordRules.Normalize(enrollment.RegistrationId) };
        var draft = new RecordDraft(
            RecordKind.IndividualEnrollment, normal.RegistrationId, null, normal.ProvisioningStatus, AttestationRules.LacksKeys(normal.Attestation),
            (content, stored) => RecordJson.Write(
                content,
                normal with { Attestation = AttestationRules.Complete(normal.Attestation, stored is null ? null : RecordJson.Read(stored.Written, RecordJson.Default.IndividualEnrollment).Attestation) },
                RecordJson.Default.IndividualEnrollment));
        return writes.PutAsync(instance, Begin(caller, Rejections.Upsert, draft.Kind, draft.Id), draft, WriteRule.ByETag, ifMatch, cancellationToken);
    }

    public Task<Outcome<RecordSummary>> PutRegistrationAsync(Caller caller, string instance, RegistrationRecord registration, CancellationToken cancellationToken)
    {
        if (RecordRules.Check(registration) is { } refusal)
        {
            return Task.FromResult<Outcome<RecordSummary>>(refusal);
        }

        var normal = RegistrationImport.Normalize(registration);
        var draft = new RecordDraft(
            RecordKind.RegistrationRecord, normal.RegistrationId, normal.EnrollmentGroupId, normal.Status, NeedsStored: false,
            (content, _) => RecordJson.Write(content, normal, RecordJson.Default.RegistrationRecord));
        return writes.PutAsync(instance, Begin(caller, Rejections.Upsert, draft.Kind, draft.Id), draft, WriteRule.Always, null, cancellationToken);
    }

    public Task<Outcome<int>> ImportRegistrationsAsync(Caller caller, string instance, IEnumerable<RegistrationRecord> registrations, CancellationToken cancellationToken) =>
        import.ImportAsync(instance, Begin(caller, Rejections.Upsert, RecordKind.RegistrationRecord, "*"), registrations, cancellationToken);

    public Task<Outcome<bool>> DeleteAsync(Caller caller, string instance, RecordKind kind, string id, string? ifMatch, CancellationToken cancellationToken) =>
        writes.DeleteAsync(instance, Begin(caller, Rejections.Delete, kind, id), ifMatch, cancellationToken);

    public Task<RecordVerification> VerifyAsync(Caller caller, string instance, IProgress<RecordVerification>? progress, CancellationToken cancellationToken) =>
        Task.Run(() => verifier.VerifyAsync(caller, instance, progress, cancellationToken), cancellationToken);

    private RecordCall Begin(Caller caller, string operation, RecordKind kind, string id) =>
        rejections.Begin(caller, operation, kind, RecordRules.Normalize(id));

    private static RecordRead<Attestation> Attestation<T>(RecordRead<T> read, Func<T, Attestation> attestation) => read switch
    {
        RecordRead<T>.Found found => new RecordRead<Attestation>.Found(attestation(found.Content), found.Summary),
        RecordRead<T>.Rejected rejected => new RecordRead<Attestation>.Rejected(rejected.Read),
        RecordRead<T>.Corrupt corrupt => new RecordRead<Attestation>.Corrupt(corrupt.Kind, corrupt.Id),
        _ => new RecordRead<Attestation>.NotFound(),
    };
}
