using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Rotation;

internal sealed class RotationService(
    AllowedVaults vaults,
    KeyReader reader,
    WayIn wayIn,
    KeyAbsences absences,
    ActiveRevocations revocations,
    OperationEngine engine,
    OperationStore operations,
    Guard guard,
    TimeProvider clock) : IRotationService
{
    public Task<Outcome<RotationPlan>> PlanAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken) =>
        guard.RunAsync<RotationPlan>(
            person,
            Permission.View,
            null,
            key.Subject(),
            async () => await (await ReadAsync(person, key, cancellationToken).ConfigureAwait(false)).ThenAsync<RotationPlan>(
                async reading => PlanOf(reading, await wayIn.ShutAsync(reading, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false),
            cancellationToken);

    public Task<Outcome<Guid>> StartAsync(Person person, KeyIdentifier key, string expectedCurrent, CancellationToken cancellationToken) =>
        BeginAsync(
            person,
            ActivityCodes.Rotation,
            key,
            reading => (reading.Uncertain ?? reading.SuccessorFault) is { } fault ? fault
                : reading.CurrentId.Version == expectedCurrent
                ? OperationOf(person, OperationKind.Rotate, reading, reading.Dependents.Where(dependent => !dependent.Pinned))
                : new Refusal(ServiceRefusals.CurrentVersionChanged, null, reading.CurrentId.Version ?? ""),
            cancellationToken);

    public Task<Outcome<Guid>> StartPickupAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken) => BeginAsync(
        person,
        ActivityCodes.PickUp,
        key,
        reading =>
        {
            var lagging = reading.Dependents.Where(dependent => dependent.LagsBehind(reading.CurrentId)).ToList();
            return lagging.Count > 0 && reading.CurrentFault is { } fault ? fault
                : lagging.Count > 0 ? OperationOf(person, OperationKind.PickUp, reading, lagging)
                : new Refusal(ServiceRefusals.NothingToPickUp);
        },
        cancellationToken);

    public async Task<IReadOnlyList<RotationRecord>> HistoryAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, key.Subject(), cancellationToken).ConfigureAwait(false);
        var subject = key.Subject();
        var rotations = await operations.ListAsync(rows => rows.Where(row => row.Kind == OperationKind.Rotate && row.Subject == subject), cancellationToken)
            .ConfigureAwait(false);
        return RotationHistory.Of(rotations, await FindAsync(person, key, cancellationToken).ConfigureAwait(false));
    }

    private Task<Outcome<Guid>> BeginAsync(
        Person person, string recordAs, KeyIdentifier key, Func<KeyReading, Outcome<NewOperation>> decide, CancellationToken cancellationToken) =>
        guard.RunAsync(
            person,
            Permission.RotateKey,
            recordAs,
            key.Subject(),
            () => engine.BeginAsync(
                key.Hold(), key.Subject(), async () => (await ReadAsync(person, key, cancellationToken).ConfigureAwait(false)).Then(decide), cancellationToken),
            cancellationToken);

    private async Task<Outcome<KeyReading>> ReadAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken) =>
        await (await vaults.FindAsync(key.Vault, cancellationToken).ConfigureAwait(false)).ThenAsync<KeyReading>(async _ =>
            await reader.ReadAsync(person.AsCaller(), key, cancellationToken).ConfigureAwait(false) is not { } reading
                ? await absences.RefuseAsync(key, null, cancellationToken).ConfigureAwait(false)
                : await FaultOfAuthorityAsync(reading, cancellationToken).ConfigureAwait(false) is { } taken ? taken
                : reading).ConfigureAwait(false);

    /// <summary>
    /// Whoever revoked a whole key wants nothing wrapped by it. A new version would be enabled: instances could be created on it, and
    /// one that DPS still has in memory, because it could not see the revoke, would be re-wrapped under it and read for good.
    /// </summary>
    private async Task<Refusal?> FaultOfAuthorityAsync(KeyReading reading, CancellationToken cancellationToken) =>
        await revocations.HoldingKeyAsync(reading.Key, cancellationToken).ConfigureAwait(false) is (var revocation, var versions)
        && reading.Versions.Any(version => version.Availability is KeyAvailability.Disabled && versions.Any(version.Id.IsSameVersionAs))
            ? RevocationRefusals.KeyIsRevoked(revocation, reading.Key)
            : await revocations.AnyDamagedAsync(reading.Key, cancellationToken).ConfigureAwait(false) is { } damaged ? RevocationRefusals.Unreadable(damaged)
            : null;

    private static NewOperation OperationOf(Person person, OperationKind kind, KeyReading reading, IEnumerable<Dependent> dependents) => new(
        kind,
        reading.Key.Subject(),
        reading.Key.Hold(),
        person,
        new RewrapIntent(reading.CurrentId, [.. dependents.Select(dependent => dependent.Name)]));

    private RotationPlan PlanOf(KeyReading reading, IReadOnlyDictionary<string, KeyAccessCause> shut)
    {
        var following = reading.Dependents.Where(dependent => !dependent.Pinned).ToLookup(PartOf, Describe);
        return new RotationPlan(
            reading.Key,
            reading.CurrentVersion,
            [.. following[Part.Follows]],
            [.. reading.Dependents.Where(dependent => dependent.Pinned).Select(dependent => dependent.ToContract(shut))],
            [.. following[Part.Blocked]],
            clock.GetUtcNow())
        {
            Doubtful = [.. following[Part.Doubtful]],
            Unmatched = reading.Unmatched,
            Fault = reading.SuccessorFault,
            PickupFault = reading.CurrentFault,
        };

        KeyDependent Describe(Dependent dependent) => dependent.ToContract(shut);

        // What DPS still has in memory it may wrap again, though the vault would deny it by now; and what it has refused until now it
        // tries, and may find open.
        Part PartOf(Dependent dependent) => (CanRewrap(dependent), shut.ContainsKey(dependent.Name)) switch
        {
            (true, false) => Part.Follows,
            (false, true) => Part.Blocked,
            _ => Part.Doubtful,
        };
    }

    /// <summary>
    /// A re-wrap begins with the instance key in clear, so the instance must reach the version that wraps it now. Where that is not known it
    /// is tried.
    /// </summary>
    private static bool CanRewrap(Dependent dependent) => dependent.Access.Access is KeyAccess.Accessible or KeyAccess.Degraded or KeyAccess.NotVerified;

    /// <summary>A vault that does not answer fails the history: a list without the rotations made elsewhere would say that there are none.</summary>
    private async Task<KeyReading?> FindAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken) =>
        await vaults.FindAsync(key.Vault, cancellationToken).ConfigureAwait(false) is Outcome<Vault>.Done
            ? await reader.ReadAsync(person.AsCaller(), key, cancellationToken).ConfigureAwait(false)
            : null;

    private enum Part
    {
        Follows,
        Doubtful,
        Blocked,
    }
}
