using System.Text.Json.Serialization.Metadata;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.DeviceApi;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>The data plane: validates, normalises, and hands to reads and writes.</summary>
internal sealed class EnrollmentStore(
    RecordReads reads, RecordWrites writes, RegistrationImport import, RecordVerifier verifier, Rejections rejections, ControlLog log) : IEnrollments
{
    public Task<RecordPage> ListAsync(
        Caller caller, string instance, RecordKind kind, string? group, string? continuation, int pageSize, CancellationToken cancellationToken) =>
        Task.FromResult(reads.List(instance, kind, group, continuation, pageSize));

    public Task<RecordPage> ListAsync(Caller caller, string instance, RecordQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(reads.List(instance, query));

    public async Task<RecordRead<EnrollmentGroup>> ReadGroupAsync(Caller caller, string instance, string groupId, CancellationToken cancellationToken)
    {
        var call = Begin(caller, Rejections.Get, RecordKind.EnrollmentGroup, groupId);
        var read = await reads.ReadAsync(instance, call, RecordJson.Default.EnrollmentGroup, cancellationToken).ConfigureAwait(false);
        return read is RecordRead<EnrollmentGroup>.Found found
            ? found with { Content = found.Content with { Attestation = AttestationRules.WithoutKeys(found.Content.Attestation) } }
            : read;
    }

    public async Task<RecordRead<IndividualEnrollment>> ReadIndividualAsync(
        Caller caller, string instance, string registrationId, CancellationToken cancellationToken)
    {
        var call = Begin(caller, Rejections.Get, RecordKind.IndividualEnrollment, registrationId);
        var read = await reads.ReadAsync(instance, call, RecordJson.Default.IndividualEnrollment, cancellationToken).ConfigureAwait(false);
        return read is RecordRead<IndividualEnrollment>.Found found
            ? found with { Content = found.Content with { Attestation = AttestationRules.WithoutKeys(found.Content.Attestation) } }
            : read;
    }

    public Task<RecordRead<RegistrationRecord>> ReadRegistrationAsync(
        Caller caller, string instance, string registrationId, CancellationToken cancellationToken) =>
        reads.ReadAsync(
            instance, Begin(caller, Rejections.Get, RecordKind.RegistrationRecord, registrationId), RecordJson.Default.RegistrationRecord, cancellationToken);

    public async Task<RecordRead<Attestation>> RevealAttestationAsync(
        Caller caller, string instance, RecordKind kind, string id, CancellationToken cancellationToken)
    {
        var call = Begin(caller, Rejections.GetAttestationMechanism, kind, id);
        var read = kind switch
        {
            RecordKind.EnrollmentGroup => Attestation(
                await reads.ReadAsync(instance, call, RecordJson.Default.EnrollmentGroup, cancellationToken).ConfigureAwait(false), group => group.Attestation),
            RecordKind.IndividualEnrollment => Attestation(
                await reads.ReadAsync(instance, call, RecordJson.Default.IndividualEnrollment, cancellationToken)
                    .ConfigureAwait(false), enrollment => enrollment.Attestation),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Registration records have no attestation."),
        };
        if (read is RecordRead<Attestation>.Found)
        {
            // Durable before the answer; rejections are logged where they happen.
            await log.AddAsync(instance, call.Operation, $"{kind} {call.Id}", caller, cancellationToken).ConfigureAwait(false);
        }

        return read;
    }

    public async Task<Outcome<RecordRead<SymmetricKeyAttestation>>> RevealDeviceKeyAsync(
        Caller caller, string instance, string groupId, string registrationId, CancellationToken cancellationToken)
    {
        if (RecordRules.CheckId(registrationId) is { } invalid)
        {
            return invalid;
        }

        var call = Begin(caller, Rejections.DeriveDeviceKey, RecordKind.EnrollmentGroup, groupId);
        var device = RecordRules.Normalize(registrationId);
        var read = await reads.ReadAsync(instance, call, RecordJson.Default.EnrollmentGroup, cancellationToken).ConfigureAwait(false);
        if (read is not RecordRead<EnrollmentGroup>.Found found)
        {
            return Without<EnrollmentGroup, SymmetricKeyAttestation>(read);
        }

        if (found.Content.Attestation.SymmetricKey is not { } keys)
        {
            return new Refusal(ProvisioningRefusals.GroupWithoutKeys, null, call.Id);
        }

        // Durable before the answer.
        await log.AddAsync(instance, call.Operation, $"{call.Kind} {call.Id} {device}", caller, cancellationToken).ConfigureAwait(false);
        return new RecordRead<SymmetricKeyAttestation>.Found(
            new SymmetricKeyAttestation(DeviceKeys.Derive(keys.PrimaryKey, device), DeviceKeys.Derive(keys.SecondaryKey, device)), found.Summary);
    }

    public async Task<Outcome<RecordSummary>> PutGroupAsync(
        Caller caller, string instance, EnrollmentGroup group, string? ifMatch, CancellationToken cancellationToken) =>
        SummaryOf(await WriteGroupAsync(caller, instance, group, ifMatch, handsOutKeys: false, cancellationToken).ConfigureAwait(false));

    public async Task<Outcome<RecordSummary>> PutIndividualAsync(
        Caller caller, string instance, IndividualEnrollment enrollment, string? ifMatch, CancellationToken cancellationToken) =>
        SummaryOf(await WriteIndividualAsync(caller, instance, enrollment, ifMatch, handsOutKeys: false, cancellationToken).ConfigureAwait(false));

    /// <summary>As the contract's, and returns what was stored.</summary>
    /// <param name="handsOutKeys">Whether the caller gets its keys; the log then has that with the write.</param>
    public async Task<Outcome<Written<EnrollmentGroup>>> WriteGroupAsync(
        Caller caller, string instance, EnrollmentGroup group, string? ifMatch, bool handsOutKeys, CancellationToken cancellationToken)
    {
        if (RecordRules.Check(group) is { } refusal)
        {
            return refusal;
        }

        var normal = group with { EnrollmentGroupId = RecordRules.Normalize(group.EnrollmentGroupId) };
        var draft = Draft(RecordKind.EnrollmentGroup, normal.EnrollmentGroupId, normal.ProvisioningStatus, normal.Attestation, handsOutKeys);
        return await WriteAsync(
            caller, instance, draft, stored => normal with { Attestation = AttestationRules.Complete(normal.Attestation, stored?.Attestation) },
            RecordJson.Default.EnrollmentGroup, ifMatch, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="WriteGroupAsync"/>
    public async Task<Outcome<Written<IndividualEnrollment>>> WriteIndividualAsync(
        Caller caller, string instance, IndividualEnrollment enrollment, string? ifMatch, bool handsOutKeys, CancellationToken cancellationToken)
    {
        if (RecordRules.Check(enrollment) is { } refusal)
        {
            return refusal;
        }

        var normal = RecordRules.Normalize(enrollment);
        var draft = Draft(RecordKind.IndividualEnrollment, normal.RegistrationId, normal.ProvisioningStatus, normal.Attestation, handsOutKeys);
        return await WriteAsync(
            caller, instance, draft, stored => normal with { Attestation = AttestationRules.Complete(normal.Attestation, stored?.Attestation) },
            RecordJson.Default.IndividualEnrollment, ifMatch, cancellationToken).ConfigureAwait(false);
    }

    public Task<Outcome<RecordSummary>> PutRegistrationAsync(
        Caller caller, string instance, RegistrationRecord registration, CancellationToken cancellationToken) =>
        PutRegistrationAsync(caller, instance, registration, WriteRule.Always, null, cancellationToken);

    /// <summary>Only if nobody has written or deleted it since it had this etag.</summary>
    public Task<Outcome<RecordSummary>> ReplaceRegistrationAsync(
        Caller caller, string instance, RegistrationRecord registration, string etag, CancellationToken cancellationToken) =>
        PutRegistrationAsync(caller, instance, registration, WriteRule.ByETag, etag, cancellationToken);

    public Task<Outcome<int>> ImportRegistrationsAsync(
        Caller caller, string instance, IEnumerable<RegistrationRecord> registrations, CancellationToken cancellationToken) =>
        import.ImportAsync(instance, Begin(caller, Rejections.Upsert, RecordKind.RegistrationRecord, "*"), registrations, cancellationToken);

    public Task<Outcome<bool>> DeleteAsync(Caller caller, string instance, RecordKind kind, string id, string? ifMatch, CancellationToken cancellationToken) =>
        writes.DeleteAsync(instance, Begin(caller, Rejections.Delete, kind, id), ifMatch, cancellationToken);

    public Task<RecordVerification> VerifyAsync(
        Caller caller,
        string instance,
        Func<IReadOnlyList<RecordReading>, CancellationToken, ValueTask>? readings,
        IProgress<RecordVerification>? progress,
        CancellationToken cancellationToken) =>
        Task.Run(() => verifier.VerifyAsync(caller, instance, readings, progress, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<RecordDeletion>> FindDeletionsAsync(
        Caller caller, string instance, IReadOnlyCollection<RecordName> records, CancellationToken cancellationToken) =>
        Task.FromResult(reads.FindDeletions(instance, records));

    private Task<Outcome<RecordSummary>> PutRegistrationAsync(
        Caller caller, string instance, RegistrationRecord registration, WriteRule rule, string? etag, CancellationToken cancellationToken)
    {
        if (RecordRules.Check(registration) is { } refusal)
        {
            return Task.FromResult<Outcome<RecordSummary>>(refusal);
        }

        var normal = RecordRules.Normalize(registration);
        var draft = new RecordDraft(
            RecordKind.RegistrationRecord, normal.RegistrationId, normal.EnrollmentGroupId, normal.Status, NeedsStored: false,
            (content, _) => RecordJson.Write(content, normal, RecordJson.Default.RegistrationRecord));
        return writes.PutAsync(instance, Begin(caller, Rejections.Upsert, draft.Kind, draft.Id), draft, rule, etag, cancellationToken);
    }

    private static RecordDraft Draft(RecordKind kind, string id, string status, Attestation attestation, bool handsOutKeys) => new(
        kind, id, null, status, AttestationRules.LacksKeys(attestation), (_, _) => { }, handsOutKeys && attestation.Type == AttestationRules.SymmetricKeyType);

    private async Task<Outcome<Written<T>>> WriteAsync<T>(
        Caller caller, string instance, RecordDraft draft, Func<T?, T> complete, JsonTypeInfo<T> type, string? ifMatch, CancellationToken cancellationToken)
        where T : class
    {
        T? written = null;
        var whole = draft with
        {
            Write = (content, stored) =>
            {
                written = complete(stored is null ? null : RecordJson.Read(stored.Written, type));
                RecordJson.Write(content, written, type);
            },
        };
        var call = Begin(caller, Rejections.Upsert, draft.Kind, draft.Id);
        return (await writes.PutAsync(instance, call, whole, WriteRule.ByETag, ifMatch, cancellationToken).ConfigureAwait(false))
            .Then<Written<T>>(summary => new Written<T>(written!, summary));
    }

    private static Outcome<RecordSummary> SummaryOf<T>(Outcome<Written<T>> outcome) => outcome.Then<RecordSummary>(written => written.Summary);

    private RecordCall Begin(Caller caller, string operation, RecordKind kind, string id) =>
        rejections.Begin(caller, operation, kind, RecordRules.Normalize(id));

    private static RecordRead<Attestation> Attestation<T>(RecordRead<T> read, Func<T, Attestation> attestation) => read switch
    {
        RecordRead<T>.Found found => new RecordRead<Attestation>.Found(attestation(found.Content), found.Summary),
        _ => Without<T, Attestation>(read),
    };

    /// <summary>Why there is nothing to answer.</summary>
    private static RecordRead<TAnswer> Without<T, TAnswer>(RecordRead<T> read) => read switch
    {
        RecordRead<T>.Rejected rejected => new RecordRead<TAnswer>.Rejected(rejected.Read),
        RecordRead<T>.Corrupt corrupt => new RecordRead<TAnswer>.Corrupt(corrupt.Kind, corrupt.Id),
        _ => new RecordRead<TAnswer>.NotFound(),
    };
}
