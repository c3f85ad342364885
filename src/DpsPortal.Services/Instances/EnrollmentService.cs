using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;
using DpsPortal.Services.Verification;

namespace DpsPortal.Services.Instances;

internal sealed class EnrollmentService(
    IEnrollments enrollments,
    IInstanceSettings settings,
    IProvisioningEvents events,
    ActivityLog activity,
    RecordVerifications verifications,
    DpsChange changes,
    GroupCertificates certificates,
    Guard guard) : IEnrollmentService
{
    public async Task<RecordPage> ListAsync(Person person, string instance, RecordQuery query, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance, cancellationToken).ConfigureAwait(false);
        return await enrollments.ListAsync(person.AsCaller(), instance, query, cancellationToken).ConfigureAwait(false);
    }

    public Task<Outcome<RecordRead<EnrollmentGroup>>> ReadGroupAsync(Person person, string instance, string id, CancellationToken cancellationToken) =>
        ReadAsync(person, instance, caller => enrollments.ReadGroupAsync(caller, instance, id, cancellationToken), cancellationToken);

    public Task<Outcome<RecordRead<IndividualEnrollment>>> ReadIndividualAsync(
        Person person, string instance, string id, CancellationToken cancellationToken) =>
        ReadAsync(person, instance, caller => enrollments.ReadIndividualAsync(caller, instance, id, cancellationToken), cancellationToken);

    public Task<Outcome<RecordRead<RegistrationRecord>>> ReadRegistrationAsync(
        Person person, string instance, string id, CancellationToken cancellationToken) =>
        ReadAsync(person, instance, caller => enrollments.ReadRegistrationAsync(caller, instance, id, cancellationToken), cancellationToken);

    public Task<Outcome<RecordRead<Attestation>>> RevealAsync(
        Person person, string instance, RecordKind kind, string id, CancellationToken cancellationToken) =>
        guard.RunAsync<RecordRead<Attestation>>(
            person,
            Permission.RevealEnrollmentKeys,
            ActivityCodes.AttestationRevealed,
            instance,
            async () =>
            {
                var read = await enrollments.RevealAttestationAsync(person.AsCaller(), instance, kind, id, cancellationToken).ConfigureAwait(false);

                // Before the secret is answered: if it cannot be logged, it is not shown.
                var result = read is RecordRead<Attestation>.Found ? ActivityResult.Succeeded : ActivityResult.Failed;
                await activity.WriteAsync(
                    new NewActivity(ActivityCodes.AttestationRevealed, instance, result, person, [kind.ToString(), id]), cancellationToken)
                        .ConfigureAwait(false);
                return read;
            },
            cancellationToken,
            [kind.ToString(), id]);

    public Task<Outcome<RecordRead<SymmetricKeyAttestation>>> RevealDeviceKeyAsync(
        Person person, string instance, string groupId, string registrationId, CancellationToken cancellationToken) =>
        guard.RunAsync(
            person,
            Permission.RevealEnrollmentKeys,
            ActivityCodes.DeviceKeyRevealed,
            instance,
            async () =>
            {
                var answer = await enrollments.RevealDeviceKeyAsync(person.AsCaller(), instance, groupId, registrationId, cancellationToken)
                    .ConfigureAwait(false);
                if (answer is Outcome<RecordRead<SymmetricKeyAttestation>>.Done(var read))
                {
                    // Before the key is answered: if it cannot be logged, it is not shown.
                    var result = read is RecordRead<SymmetricKeyAttestation>.Found ? ActivityResult.Succeeded : ActivityResult.Failed;
                    await activity.WriteAsync(
                        new NewActivity(ActivityCodes.DeviceKeyRevealed, instance, result, person, [groupId, registrationId]), cancellationToken)
                            .ConfigureAwait(false);
                }

                return answer;
            },
            cancellationToken,
            [groupId, registrationId]);

    public Task<Outcome<RecordSummary>> PutGroupAsync(
        Person person, string instance, EnrollmentGroup group, string? ifMatch, CancellationToken cancellationToken) =>
        changes.RunAsync(
            person,
            Permission.EditEnrollments,
            ActivityCodes.EnrollmentWritten,
            instance,
            [nameof(RecordKind.EnrollmentGroup), group.EnrollmentGroupId],
            async (caller, uncancelled) =>
            {
                var fault = FaultOf(group.Attestation, ifMatch)
                    ?? await FaultOfHubsAsync(
                        caller,
                        instance,
                        group.IotHubs,
                        async () => HubsOf(await GroupAsync(caller, instance, group, uncancelled).ConfigureAwait(false), found => found.IotHubs),
                        uncancelled)
                        .ConfigureAwait(false);
                return fault is null ? await enrollments.PutGroupAsync(caller, instance, group, ifMatch, uncancelled).ConfigureAwait(false) : fault;
            },
            async (caller, written, uncancelled) =>
                ReadBack.FaultOf(group, "enrollmentGroupId", written, await GroupAsync(caller, instance, group, uncancelled).ConfigureAwait(false)),
            cancellationToken);

    public Task<Outcome<RecordSummary>> PutIndividualAsync(
        Person person, string instance, IndividualEnrollment enrollment, string? ifMatch, CancellationToken cancellationToken) =>
        changes.RunAsync(
            person,
            Permission.EditEnrollments,
            ActivityCodes.EnrollmentWritten,
            instance,
            [nameof(RecordKind.IndividualEnrollment), enrollment.RegistrationId],
            async (caller, uncancelled) =>
            {
                var fault = FaultOf(enrollment.Attestation, ifMatch)
                    ?? await FaultOfHubsAsync(
                        caller,
                        instance,
                        enrollment.IotHubs,
                        async () => HubsOf(await IndividualAsync(caller, instance, enrollment, uncancelled).ConfigureAwait(false), found => found.IotHubs),
                        uncancelled)
                        .ConfigureAwait(false);
                return fault is null ? await enrollments.PutIndividualAsync(caller, instance, enrollment, ifMatch, uncancelled).ConfigureAwait(false) : fault;
            },
            async (caller, written, uncancelled) =>
                ReadBack.FaultOf(enrollment, "registrationId", written, await IndividualAsync(caller, instance, enrollment, uncancelled).ConfigureAwait(false)),
            cancellationToken);

    public Task<Outcome<bool>> DeleteAsync(Person person, string instance, RecordKind kind, string id, string? ifMatch, CancellationToken cancellationToken) =>
        changes.RunAsync(
            person,
            Permission.EditEnrollments,
            ActivityCodes.EnrollmentDeleted,
            instance,
            [kind.ToString(), id],
            (caller, uncancelled) => enrollments.DeleteAsync(caller, instance, kind, id, ifMatch, uncancelled),
            async (caller, _, uncancelled) =>
                await IsThereAsync(caller, instance, kind, id, uncancelled).ConfigureAwait(false) ? new Refusal(ServiceRefusals.StillThere, null, id) : null,
            cancellationToken);

    public Task<Outcome<VerificationRun>> VerifyAsync(
        Person person, string instance, IProgress<RecordVerification>? progress, CancellationToken cancellationToken) => guard.RunAsync<VerificationRun>(
        person,
        Permission.VerifyRecords,
        ActivityCodes.RecordsVerified,
        instance,
        async () => await verifications.RunAsync(person, instance, progress, cancellationToken).ConfigureAwait(false),
        cancellationToken);

    public async Task<IReadOnlyList<VerificationRun>> ListVerificationsAsync(Person person, string instance, int count, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance, cancellationToken).ConfigureAwait(false);
        return await verifications.ListAsync(instance, count, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<RejectedOperation>> ListRejectedAsync(
        Person person, string? instance, KeyAccessCause? cause, long? before, int count, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance ?? "", cancellationToken).ConfigureAwait(false);
        var entries = await events.ListOperationsAsync(instance, new OperationFilter(Rejected: true, cause), before, count, cancellationToken)
            .ConfigureAwait(false);
        return [.. entries.Select(entry => entry.Rejection).OfType<RejectedOperation>()];
    }

    public async Task<RejectionSummary> SummarizeRejectedAsync(Person person, string? instance, TimeSpan recent, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance ?? "", cancellationToken).ConfigureAwait(false);
        return await events.SummarizeRejectedAsync(instance, recent, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<OperationEntry>> ListOperationsAsync(
        Person person, string? instance, OperationFilter filter, long? before, int count, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance ?? "", cancellationToken).ConfigureAwait(false);
        return await events.ListOperationsAsync(instance, filter, before, count, cancellationToken).ConfigureAwait(false);
    }

    public Task<Outcome<IReadOnlyList<GroupCertificate>>> ListGroupCertificatesAsync(Person person, CancellationToken cancellationToken) =>
        guard.RunAsync<IReadOnlyList<GroupCertificate>>(
            person,
            Permission.ReadEnrollmentContents,
            null,
            "",
            async () =>
                new Outcome<IReadOnlyList<GroupCertificate>>.Done(await certificates.ListAsync(person.AsCaller(), cancellationToken).ConfigureAwait(false)),
            cancellationToken);

    private Task<Outcome<RecordRead<T>>> ReadAsync<T>(
        Person person, string instance, Func<Caller, Task<RecordRead<T>>> read, CancellationToken cancellationToken) => guard.RunAsync<RecordRead<T>>(
        person, Permission.ReadEnrollmentContents, null, instance, async () => await read(person.AsCaller()).ConfigureAwait(false), cancellationToken);

    private Task<RecordRead<EnrollmentGroup>> GroupAsync(Caller caller, string instance, EnrollmentGroup group, CancellationToken cancellationToken) =>
        enrollments.ReadGroupAsync(caller, instance, group.EnrollmentGroupId, cancellationToken);

    private Task<RecordRead<IndividualEnrollment>> IndividualAsync(
        Caller caller, string instance, IndividualEnrollment enrollment, CancellationToken cancellationToken) =>
        enrollments.ReadIndividualAsync(caller, instance, enrollment.RegistrationId, cancellationToken);

    /// <summary>What does not open, or is refused, is there.</summary>
    private async Task<bool> IsThereAsync(Caller caller, string instance, RecordKind kind, string id, CancellationToken cancellationToken) => kind switch
    {
        RecordKind.EnrollmentGroup =>
            await enrollments.ReadGroupAsync(caller, instance, id, cancellationToken).ConfigureAwait(false) is not RecordRead<EnrollmentGroup>.NotFound,
        RecordKind.IndividualEnrollment =>
            await enrollments.ReadIndividualAsync(caller, instance, id, cancellationToken)
                .ConfigureAwait(false) is not RecordRead<IndividualEnrollment>.NotFound,
        _ =>
            await enrollments.ReadRegistrationAsync(caller, instance, id, cancellationToken)
                .ConfigureAwait(false) is not RecordRead<RegistrationRecord>.NotFound,
    };

    /// <summary>Of what is put back the certificates are not asked about again: what is there must stay changeable.</summary>
    private static Refusal? FaultOf(Attestation attestation, string? ifMatch) => ifMatch is null ? GivenCertificates.FaultOf(attestation) : null;

    private static IReadOnlyList<string>? HubsOf<T>(RecordRead<T> before, Func<T, IReadOnlyList<string>?> hubs) =>
        before is RecordRead<T>.Found found ? hubs(found.Content) : null;

    /// <summary>A hub that the enrollment has named before may stay, though its link is gone: what it says otherwise must stay changeable.</summary>
    private async Task<Refusal?> FaultOfHubsAsync(
        Caller caller, string instance, IReadOnlyList<string>? hubs, Func<Task<IReadOnlyList<string>?>> before, CancellationToken cancellationToken)
    {
        if (hubs is not { Count: > 0 })
        {
            return null;
        }

        var linked = await settings.ListHubsAsync(caller, instance, cancellationToken).ConfigureAwait(false);
        var others = hubs.Except(linked.Select(hub => hub.HostName), StringComparer.OrdinalIgnoreCase).ToList();
        return others.Count > 0 && others.Except(await before().ConfigureAwait(false) ?? [], StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } foreign
            ? new Refusal(ServiceRefusals.HubNotLinked, nameof(EnrollmentGroup.IotHubs), foreign)
            : null;
    }
}
