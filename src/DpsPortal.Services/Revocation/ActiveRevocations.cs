using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>
/// Revocations that changed something and have not been restored, as they are on record. What of it still holds only the vault can
/// say: <see cref="RevocationStandings"/>.
/// </summary>
internal sealed class ActiveRevocations(OperationStore operations)
{
    /// <summary>Those that can be read.</summary>
    public async Task<IReadOnlyList<OperationRun>> ListAsync(CancellationToken cancellationToken)
    {
        var ended = await operations.ListAsync(
            context => Unrestored(context).Where(row => row.Kind == OperationKind.Revoke && row.FinishedAt != null), cancellationToken).ConfigureAwait(false);
        return [.. ended.Where(run => !run.IsDamaged && RevokeProcedure.HasChanged(run))];
    }

    /// <summary>
    /// Operations on this key that are damaged in the store and may be revocations that stand: what they took is not known. That a record
    /// cannot be read does not mean that there is none.
    /// </summary>
    public async Task<IReadOnlyList<OperationRun>> DamagedAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        var subject = key.Subject();
        var runs = await operations.ListAsync(
            context => Unrestored(context).Where(row => (row.Subject == subject || row.Subject == "") && row.State != OperationState.Failed
                && (row.Kind == OperationKind.Revoke || row.Kind >= OperationKind.Unknown || row.Kind < 0)),
            cancellationToken).ConfigureAwait(false);
        return [.. runs.Where(run => run.IsDamaged)];
    }

    /// <summary>
    /// Those that others alone can have given back: no restore here has ended one, is about to, or has stopped half-way. And of what it is
    /// not certain that it was ever taken, nobody can say that it was given back.
    /// </summary>
    public async Task<HashSet<Guid>> GivenBackByNobodyHereAsync(CancellationToken cancellationToken) =>
        (await operations.ListAsync(
            context => Unrestored(context).Where(row => row.Kind == OperationKind.Revoke
                && !context.Operations.Any(restore => restore.Restores == row.Id && restore.State != OperationState.Failed)),
            cancellationToken).ConfigureAwait(false))
                .Where(run => !run.IsDamaged && RevokeProcedure.HasChangedForCertain(run))
                .Select(run => run.Id)
                .ToHashSet();

    /// <returns>The active revocation that wants this version off, or may.</returns>
    public async Task<OperationRun?> DisablingAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        var active = await ListAsync(cancellationToken).ConfigureAwait(false);
        return active.FirstOrDefault(run => WantsOff(run).Versions.Any(disabled => disabled.IsSameVersionAs(version)))
            ?? await AnyDamagedAsync(version, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The revocation that wants this principal's role on this key off: that took it, may have, or is about to. A damaged one may be it.</returns>
    public async Task<OperationRun?> HoldingRoleAsync(string principalId, KeyIdentifier key, CancellationToken cancellationToken)
    {
        // Those under way first: one that ends between the two is seen at least once.
        var running = await RunningAsync(cancellationToken).ConfigureAwait(false);
        var ended = await ListAsync(cancellationToken).ConfigureAwait(false);
        return running.Select(run => (Run: run, run.Intent<RevokeIntent>().Assignments)).Concat(ended.Select(run => (Run: run, ChangedBy(run).Assignments)))
            .FirstOrDefault(held => held.Assignments.Any(assignment => assignment.IsFor(principalId) && assignment.IsOn(key))).Run
            ?? await AnyDamagedAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>The active revocation that took this key as a whole, and the versions that it wants off.</returns>
    public async Task<(OperationRun Run, IReadOnlyList<KeyIdentifier> Versions)?> HoldingKeyAsync(KeyIdentifier key, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(run =>
            run.Intent<RevokeIntent>().Target is { Method: RevocationMethod.DisableKey } target && target.Key.IsSameKeyAs(key)) is { } run
            ? (run, WantsOff(run).Versions)
            : null;

    /// <returns>The active revocation that cut this instance off from this key, or may have.</returns>
    public async Task<OperationRun?> HoldingInstanceAsync(string instance, KeyIdentifier key, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(run =>
            run.Intent<RevokeIntent>() is var intent && intent.Target.Key.IsSameKeyAs(key) && intent.Concerns(instance))
        ?? await AnyDamagedAsync(key, cancellationToken).ConfigureAwait(false);

    /// <returns>A revocation under way that is about to cut this instance off from this key.</returns>
    public async Task<OperationRun?> BeginningAsync(string instance, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var running = await RunningAsync(cancellationToken).ConfigureAwait(false);
        return running.FirstOrDefault(run => run.Intent<RevokeIntent>() is var intent && intent.Target.Key.IsSameKeyAs(key) && intent.Concerns(instance));
    }

    /// <returns>One of <see cref="DamagedAsync"/>.</returns>
    public async Task<OperationRun?> AnyDamagedAsync(KeyIdentifier key, CancellationToken cancellationToken) =>
        await DamagedAsync(key, cancellationToken).ConfigureAwait(false) is [var newest, ..] ? newest : null;

    private async Task<IEnumerable<OperationRun>> RunningAsync(CancellationToken cancellationToken) => (await operations.ListAsync(
        context => context.Operations.Where(row => row.Kind == OperationKind.Revoke && row.FinishedAt == null), cancellationToken).ConfigureAwait(false))
            .Where(run => !run.IsDamaged);

    /// <summary>A restore that was not stopped has given back all that no other revocation wants; whether DPS has seen it is another matter.</summary>
    private static IQueryable<OperationRow> Unrestored(PortalContext context) => context.Operations.Where(row =>
        !context.Operations.Any(restore => restore.Restores == row.Id && !restore.Stopped
            && (restore.State == OperationState.Succeeded || restore.State == OperationState.Partial || restore.State == OperationState.Unconfirmed))
        && !context.Activity.Any(entry => entry.Operation == row.Id && entry.Code == ActivityCodes.RevocationUndoneOutside));

    /// <summary>What a revocation changed, or may have: it can have been stopped half-way.</summary>
    public static RevokeIntent ChangedBy(OperationRun run) => Only(run.Intent<RevokeIntent>(), RevokeProcedure.Changed(run));

    /// <summary>The same without what it may have changed.</summary>
    public static RevokeIntent CertainlyChangedBy(OperationRun run) => Only(run.Intent<RevokeIntent>(), RevokeProcedure.ChangedForCertain(run));

    private static RevokeIntent Only(RevokeIntent intent, IReadOnlySet<string> changed) => intent with
    {
        Versions = [.. intent.Versions.Where(version => changed.Contains(version.ToString()))],
        Assignments = [.. intent.Assignments.Where(assignment => changed.Contains(assignment.Id))],
    };

    /// <summary>What a revocation changed, and what was off already and is to stay off for its sake.</summary>
    public static RevokeIntent WantsOff(OperationRun run)
    {
        var changed = ChangedBy(run);
        return changed with { Versions = [.. changed.Versions.Concat(changed.AlsoOff ?? []).Distinct()] };
    }
}
