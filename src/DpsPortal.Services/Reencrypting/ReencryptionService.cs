using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Reencrypting;

internal sealed class ReencryptionService(
    IProvisioningInstances instances, OperationEngine engine, OperationStore operations, Guard guard, TimeProvider clock) : IReencryptionService
{
    public Task<Outcome<ReencryptionReading>> GetAsync(Person person, string instance, CancellationToken cancellationToken) =>
        guard.RunAsync(person, Permission.View, null, instance, () => ReadAsync(person.AsCaller(), instance, cancellationToken), cancellationToken);

    public Task<Outcome<Guid>> StartAsync(Person person, string instance, string reason, CancellationToken cancellationToken) => guard.RunAsync<Guid>(
        person,
        Permission.ReencryptRecords,
        ActivityCodes.Reencryption,
        instance,
        async () =>
        {
            if (ReasonBounds.FaultOf(reason) is { } fault)
            {
                return fault;
            }

            return await engine.BeginAsync(
                HoldOf(instance),
                instance,
                async () =>
                    (await ReadAsync(person.AsCaller(), instance, cancellationToken).ConfigureAwait(false))
                        .Then(reading => OperationOf(person, reading, reason.Trim())),
                cancellationToken).ConfigureAwait(false) switch
            {
                Outcome<Guid>.Refused({ Code: ServiceRefusals.OperationInProgress }) => InProgress(instance),
                var begun => begun,
            };
        },
        cancellationToken);

    /// <summary>Pure.</summary>
    public static ReencryptionState StateOf(Reencryption? latest, KeyAccessStatus access, DateTimeOffset now) => (latest, access) switch
    {
        (null, _) => ReencryptionState.Never,
        ({ FinishedAt: not null }, _) => ReencryptionState.Finished,
        _ when access.RecordsAt(now) == RecordAccess.Refused => ReencryptionState.Waiting,
        _ => ReencryptionState.Running,
    };

    private static Outcome<NewOperation> OperationOf(Person person, ReencryptionReading reading, string reason) => reading switch
    {
        { State: ReencryptionState.Running or ReencryptionState.Waiting } => InProgress(reading.Instance),
        { Access: var access } when access.RecordsAt(reading.ReadAt) == RecordAccess.Refused =>
            KeyRejection.RefusalOf(access.Access, access.Cause, access.VaultErrorCode),
        _ => new NewOperation(OperationKind.Reencrypt, reading.Instance, HoldOf(reading.Instance), person, new ReencryptionIntent(reading.Records), reason),
    };

    /// <summary>Not the instance itself: one that waits for access must not keep anybody from another key.</summary>
    private static string HoldOf(string instance) => $"records of {InstanceService.HoldOf(instance)}";

    internal static Refusal InProgress(string instance) => new(ServiceRefusals.ReencryptionInProgress, null, instance);

    private async Task<Outcome<ReencryptionReading>> ReadAsync(Caller caller, string name, CancellationToken cancellationToken)
    {
        if (await instances.GetAsync(caller, name, cancellationToken).ConfigureAwait(false) is not { } instance)
        {
            return new Refusal(ProvisioningRefusals.InstanceUnknown, null, name);
        }

        if (instance.Encryption is not InstanceEncryption.CustomerManagedKey { Access: var access })
        {
            return new Refusal(ProvisioningRefusals.NotCustomerManaged, null, name);
        }

        var latest = await instances.GetReencryptionAsync(caller, name, cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        var run = latest is null ? null : await operations.FindAsync(latest.OperationId, cancellationToken).ConfigureAwait(false);

        // One that DPS has not begun yet; of one that it has finished the operation ends a moment later.
        var begins = latest is not { FinishedAt: null }
            && run is not { Ended: false }
            && await operations.IsHeldAsync(HoldOf(instance.Name), cancellationToken).ConfigureAwait(false);
        return begins
            ? new ReencryptionReading(instance.Name, ReencryptionState.Running, null, access, instance.Records.Total, now)
            : new ReencryptionReading(instance.Name, StateOf(latest, access, now), latest, access, instance.Records.Total, now)
            {
                Operation = run is { Kind: OperationKind.Reencrypt } ? run.Id : null,
            };
    }
}
