using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Instances;

internal sealed class EnrollmentService(
    IEnrollments enrollments, IProvisioningEvents events, ActivityLog activity, DpsChange changes, Guard guard) : IEnrollmentService
{
    public async Task<RecordPage> ListAsync(
        Person person, string instance, RecordKind kind, string? group, string? continuation, int pageSize, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance, cancellationToken);
        return await enrollments.ListAsync(person.AsCaller(), instance, kind, group, continuation, pageSize, cancellationToken);
    }

    public Task<Outcome<RecordRead<EnrollmentGroup>>> ReadGroupAsync(Person person, string instance, string id, CancellationToken cancellationToken) =>
        ReadAsync(person, instance, caller => enrollments.ReadGroupAsync(caller, instance, id, cancellationToken), cancellationToken);

    public Task<Outcome<RecordRead<IndividualEnrollment>>> ReadIndividualAsync(Person person, string instance, string id, CancellationToken cancellationToken) =>
        ReadAsync(person, instance, caller => enrollments.ReadIndividualAsync(caller, instance, id, cancellationToken), cancellationToken);

    public Task<Outcome<RecordRead<RegistrationRecord>>> ReadRegistrationAsync(Person person, string instance, string id, CancellationToken cancellationToken) =>
        ReadAsync(person, instance, caller => enrollments.ReadRegistrationAsync(caller, instance, id, cancellationToken), cancellationToken);

    public Task<Outcome<RecordRead<Attestation>>> RevealAsync(Person person, string instance, RecordKind kind, string id, CancellationToken cancellationToken) =>
        guard.RunAsync<RecordRead<Attestation>>(
            person,
            Permission.RevealEnrollmentKeys,
            ActivityCodes.AttestationRevealed,
            instance,
            [kind.ToString(), id],
            async () =>
            {
                var read = await enrollments.RevealAttestationAsync(person.AsCaller(), instance, kind, id, cancellationToken);

                // Before the secret is answered: if it cannot be logged, it is not shown.
                var result = read is RecordRead<Attestation>.Found ? ActivityResult.Succeeded : ActivityResult.Failed;
                await activity.WriteAsync(
                    new NewActivity(ActivityCodes.AttestationRevealed, instance, result, person, [kind.ToString(), id]), cancellationToken);
                return read;
            },
            cancellationToken);

    public Task<Outcome<RecordSummary>> PutGroupAsync(
        Person person, string instance, EnrollmentGroup group, string? ifMatch, CancellationToken cancellationToken) =>
        changes.RunAsync(
            person,
            Permission.EditEnrollments,
            ActivityCodes.EnrollmentWritten,
            instance,
            [nameof(RecordKind.EnrollmentGroup), group.EnrollmentGroupId],
            (caller, uncancelled) => enrollments.PutGroupAsync(caller, instance, group, ifMatch, uncancelled),
            cancellationToken);

    public Task<Outcome<RecordSummary>> PutIndividualAsync(
        Person person, string instance, IndividualEnrollment enrollment, string? ifMatch, CancellationToken cancellationToken) =>
        changes.RunAsync(
            person,
            Permission.EditEnrollments,
            ActivityCodes.EnrollmentWritten,
            instance,
            [nameof(RecordKind.IndividualEnrollment), enrollment.RegistrationId],
            (caller, uncancelled) => enrollments.PutIndividualAsync(caller, instance, enrollment, ifMatch, uncancelled),
            cancellationToken);

    public Task<Outcome<bool>> DeleteAsync(Person person, string instance, RecordKind kind, string id, string? ifMatch, CancellationToken cancellationToken) =>
        changes.RunAsync(
            person,
            Permission.EditEnrollments,
            ActivityCodes.EnrollmentDeleted,
            instance,
            [kind.ToString(), id],
            (caller, uncancelled) => enrollments.DeleteAsync(caller, instance, kind, id, ifMatch, uncancelled),
            cancellationToken);

    public Task<Outcome<RecordVerification>> VerifyAsync(
        Person person, string instance, IProgress<RecordVerification>? progress, CancellationToken cancellationToken) => guard.RunAsync<RecordVerification>(
        person,
        Permission.VerifyRecords,
        ActivityCodes.RecordsVerified,
        instance,
        async () =>
        {
            var verified = await enrollments.VerifyAsync(person.AsCaller(), instance, progress, cancellationToken);
            string[] counts = [Number(verified.ReadOk), Number(verified.Rejected), Number(verified.Corrupt), verified.ContentHash ?? ""];
            await activity.WriteAsync(
                new NewActivity(ActivityCodes.RecordsVerified, instance, ActivityResult.Succeeded, person, counts), cancellationToken);
            return verified;
        },
        cancellationToken);

    public async Task<IReadOnlyList<RejectedRead>> ListRejectedAsync(
        Person person, string? instance, long? before, int count, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance ?? "", cancellationToken);
        return await events.ListRejectedAsync(instance, before, count, cancellationToken);
    }

    public async Task<IReadOnlyList<OperationEntry>> ListOperationsAsync(
        Person person, string? instance, long? before, int count, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance ?? "", cancellationToken);
        return await events.ListOperationsAsync(instance, before, count, cancellationToken);
    }

    private Task<Outcome<RecordRead<T>>> ReadAsync<T>(
        Person person, string instance, Func<Caller, Task<RecordRead<T>>> read, CancellationToken cancellationToken) => guard.RunAsync<RecordRead<T>>(
        person, Permission.ReadEnrollmentContents, null, instance, async () => await read(person.AsCaller()), cancellationToken);

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);
}
