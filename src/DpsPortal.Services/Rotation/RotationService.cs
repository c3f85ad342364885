using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Rotation;

internal sealed class RotationService(
    AllowedVaults vaults, KeyReader reader, OperationEngine engine, OperationStore operations, Guard guard, TimeProvider clock) : IRotationService
{
    public Task<Outcome<RotationPlan>> PlanAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken) =>
        ReadAndRunAsync<RotationPlan>(person, Permission.View, null, key, reading => Task.FromResult<Outcome<RotationPlan>>(PlanOf(reading)), cancellationToken);

    public Task<Outcome<Guid>> StartAsync(Person person, KeyIdentifier key, string expectedCurrent, CancellationToken cancellationToken) =>
        ReadAndRunAsync<Guid>(
            person,
            Permission.RotateKey,
            ActivityCodes.Rotation,
            key,
            async reading => reading.CurrentId.Version == expectedCurrent
                ? await BeginAsync(person, OperationKind.Rotate, reading, reading.Dependents.Where(dependent => !dependent.Pinned), cancellationToken)
                : new Refusal(ServiceRefusals.CurrentVersionChanged, null, reading.CurrentId.Version ?? ""),
            cancellationToken);

    public Task<Outcome<Guid>> StartPickupAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken) => ReadAndRunAsync<Guid>(
        person,
        Permission.RotateKey,
        ActivityCodes.PickUp,
        key,
        async reading =>
        {
            var lagging = reading.Dependents.Where(dependent => dependent.LagsBehind(reading.CurrentId)).ToList();
            return lagging.Count > 0
                ? await BeginAsync(person, OperationKind.PickUp, reading, lagging, cancellationToken)
                : new Refusal(ServiceRefusals.NothingToPickUp);
        },
        cancellationToken);

    public async Task<IReadOnlyList<RotationRecord>> HistoryAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, key.Subject(), cancellationToken);
        var subject = key.Subject();
        var rotations = await operations.ListAsync(rows => rows.Where(row => row.Kind == OperationKind.Rotate && row.Subject == subject), cancellationToken);
        return RotationHistory.Of(rotations, await TryReadAsync(person, key, cancellationToken));
    }

    private Task<Outcome<T>> ReadAndRunAsync<T>(
        Person person, Permission permission, string? recordAs, KeyIdentifier key, Func<KeyReading, Task<Outcome<T>>> run, CancellationToken cancellationToken) =>
        guard.RunAsync<T>(
            person,
            permission,
            recordAs,
            key.Subject(),
            async () =>
            {
                if (await vaults.FindAsync(key.Vault, cancellationToken) is null)
                {
                    return new Refusal(ServiceRefusals.VaultUnknown, null, key.VaultName);
                }

                return await reader.ReadAsync(person.AsCaller(), key, cancellationToken) is { } reading
                    ? await run(reading)
                    : new Refusal(ProvisioningRefusals.KeyNotFound, null, key.Name);
            },
            cancellationToken);

    private Task<Outcome<Guid>> BeginAsync(
        Person person, OperationKind kind, KeyReading reading, IEnumerable<Dependent> dependents, CancellationToken cancellationToken)
    {
        var intent = new RewrapIntent(reading.CurrentId, [.. dependents.Select(dependent => dependent.Name)]);
        return engine.BeginAsync(new NewOperation(kind, reading.Key.Subject(), reading.Key.Hold(), person, intent), cancellationToken);
    }

    private RotationPlan PlanOf(KeyReading reading)
    {
        var following = reading.Dependents.Where(dependent => !dependent.Pinned).ToLookup(CanRewrap);
        return new RotationPlan(
            reading.Key,
            reading.CurrentVersion,
            [.. following[true].Select(dependent => dependent.ToContract())],
            [.. reading.Dependents.Where(dependent => dependent.Pinned).Select(dependent => dependent.ToContract())],
            [.. following[false].Select(dependent => dependent.ToContract())],
            clock.GetUtcNow());
    }

    /// <summary>A re-wrap begins with the instance key in clear, so the instance must reach the version that wraps it now.</summary>
    private static bool CanRewrap(Dependent dependent) => dependent.Access.Access is KeyAccess.Accessible or KeyAccess.Degraded;

    private async Task<KeyReading?> TryReadAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken)
    {
        try
        {
            return await vaults.FindAsync(key.Vault, cancellationToken) is null ? null : await reader.ReadAsync(person.AsCaller(), key, cancellationToken);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
        {
            return null;
        }
    }
}
