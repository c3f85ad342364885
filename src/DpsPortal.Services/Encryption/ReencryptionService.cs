using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Encryption;

internal sealed class ReencryptionService(
    IProvisioningInstances instances, ActivityLog activity, PortalChanges changes, Guard guard, TimeProvider clock) : IReencryptionService
{
    public Task<Outcome<ReencryptionReading>> GetAsync(Person person, string instance, CancellationToken cancellationToken) =>
        guard.RunAsync(person, Permission.View, null, instance, () => ReadAsync(person.AsCaller(), instance, cancellationToken), cancellationToken);

    public Task<Outcome<ReencryptionReading>> StartAsync(Person person, string instance, CancellationToken cancellationToken) => guard.RunAsync(
        person,
        Permission.ReencryptRecords,
        ActivityCodes.ReencryptionStarted,
        instance,
        async () => await ReadAsync(person.AsCaller(), instance, cancellationToken) switch
        {
            Outcome<ReencryptionReading>.Done { Value: { State: not (ReencryptionState.Running or ReencryptionState.Waiting) } before } =>
                await StartAsync(person, before, cancellationToken),
            Outcome<ReencryptionReading>.Done => InProgress(instance),
            var refused => refused,
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

    private async Task<Outcome<ReencryptionReading>> StartAsync(Person person, ReencryptionReading before, CancellationToken cancellationToken)
    {
        // DPS is another store: what is intended is written down before it is called, and from then on nothing is cancelled.
        var intent = new NewActivity(ActivityCodes.ReencryptionStarted, before.Instance, ActivityResult.Intent, person);
        await activity.WriteAsync(intent, cancellationToken);
        var operation = Guid.CreateVersion7();
        switch (await instances.StartReencryptionAsync(person.AsCaller(), before.Instance, operation, CancellationToken.None))
        {
            case Outcome<Reencryption>.Done(var started) when started.OperationId == operation:
                await activity.WriteAsync(intent with { Result = ActivityResult.Succeeded }, CancellationToken.None);
                changes.Publish(PortalChangeKind.Reencryption, before.Instance);
                return await ReadAsync(person.AsCaller(), before.Instance, CancellationToken.None);
            case Outcome<Reencryption>.Refused(var refusal):
                return refusal;
            default:
                // Somebody else's began in between.
                return InProgress(before.Instance);
        }
    }

    private static Refusal InProgress(string instance) => new(ServiceRefusals.ReencryptionInProgress, null, instance);

    private async Task<Outcome<ReencryptionReading>> ReadAsync(Caller caller, string name, CancellationToken cancellationToken)
    {
        if (await instances.GetAsync(caller, name, cancellationToken) is not { } instance)
        {
            return new Refusal(ProvisioningRefusals.InstanceUnknown, null, name);
        }

        if (instance.Encryption is not InstanceEncryption.CustomerManagedKey { Access: var access })
        {
            return new Refusal(ProvisioningRefusals.NotCustomerManaged, null, name);
        }

        var latest = await instances.GetReencryptionAsync(caller, name, cancellationToken);
        var now = clock.GetUtcNow();
        return new ReencryptionReading(instance.Name, StateOf(latest, access, now), latest, access, instance.Records.Total, now);
    }
}
