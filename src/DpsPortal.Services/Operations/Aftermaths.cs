using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Rekeying;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Operations;

/// <summary>
/// What has become of operations since they ended: a page that is opened later must not repeat what was true then. Read back from
/// DPS, from what was done here since, and for a restore of which nothing has been seen from the vault.
/// </summary>
internal sealed class Aftermaths(
    PortalDatabase database, OperationStore operations, RevocationStandings standings, IProvisioningInstances instances, TimeProvider clock)
{
    public async Task<IReadOnlyList<Operation>> ReadAsync(Caller caller, IReadOnlyList<OperationRun> page, CancellationToken cancellationToken)
    {
        // What a damaged one did is not known, so what became of it is not either.
        var runs = page.Where(run => !run.IsDamaged).ToList();
        var ended = runs.Where(run => run.Ended && run.Kind is OperationKind.Revoke).Select(run => run.Id).ToList();
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var restores = ended.Count == 0 ? [] : await context.Operations.AsNoTracking()
            .Where(row => row.Restores != null
                && ended.Contains(row.Restores.Value)
                && row.FinishedAt != null
                && row.State != OperationState.Failed
                && !row.Stopped)
            .Select(row => new { row.Id, row.Restores, row.State, row.Sequence }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var undone = ended.Count == 0 ? [] : await context.Activity.AsNoTracking()
            .Where(entry => entry.Code == ActivityCodes.RevocationUndoneOutside && entry.Operation != null && ended.Contains(entry.Operation.Value))
            .Select(entry => entry.Operation).ToListAsync(cancellationToken).ConfigureAwait(false);
        var all = runs.Any(run => IsOpen(run) || Touches(run).Count > 0) ? await instances.ListAsync(caller, cancellationToken).ConfigureAwait(false) : [];
        var preparing = runs.Where(run => IsOpen(run) && run.Kind is OperationKind.CreateInstance or OperationKind.Rekey).Select(run => run.Id).ToList();
        var leftOver = preparing.Count == 0
            ? []
            : await context.Prepared.Where(row => preparing.Contains(row.Owner)).Select(row => row.Owner).ToListAsync(cancellationToken).ConfigureAwait(false);
        var effects = await EffectsAsync(context, [.. runs.Where(IsOpen)], cancellationToken).ConfigureAwait(false);
        var fences = runs.Any(run => IsOpen(run) && Unlifted(run).Any())
            ? await instances.ListFencesAsync(caller, cancellationToken).ConfigureAwait(false)
            : [];
        var unseen = runs.Where(run => run is { Kind: OperationKind.Restore, Stopped: false }
            && IsOpen(run)
            && !IsFenced(run, fences)
            && !HasComeAbout(run, all)
            && !WasSeen(run, effects))
            .ToList();

        // The vault first: a revoke that begins here meanwhile is then among those that are read after it.
        var shut = await ShutAsync(unseen, all, cancellationToken).ConfigureAwait(false);
        var later = await RevocationsOfAsync([.. unseen.Select(run => run.Subject).Distinct()], cancellationToken).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        return [
            .. page.Select(run => run.IsDamaged
                ? run.ToOperation(null)
                : run.ToOperation(AftermathOf(run)) with { Touched = [.. Touches(run).Select(name => new TouchedInstance(name, AccessOf(name, all)))] }),
        ];

        Aftermath? AftermathOf(OperationRun run) =>
            restores.Where(restore => restore.Restores == run.Id)
                .MaxBy(restore => restore.Sequence) is { } restore ? new Aftermath(AftermathKind.Restored, now, restore.Id)
            : undone.Contains(run.Id) ? new Aftermath(AftermathKind.UndoneOutside, now)
            : run is { State: OperationState.Partial } && preparing.Contains(run.Id) && !leftOver.Contains(run.Id) ? new Aftermath(AftermathKind.TakenBack, now)
            : IsLeftToAnother(run) && !IsFenced(run, fences) ? null
            : !IsOpen(run) ? null
            : IsFenced(run, fences) ? new Aftermath(AftermathKind.Open, now)
            : HasComeAbout(run, all) || WasSeen(run, effects) ? new Aftermath(AftermathKind.EffectCame, now)
            : later.FirstOrDefault(revoke => HasTakenAgain(revoke, run)) is { } again ? new Aftermath(AftermathKind.RevokedAgain, now, again.Id)
            : shut[run.Id].Any(name => !later.Any(revoke => MayHaveTaken(revoke, run, name))) ? new Aftermath(AftermathKind.TakenOutside, now)
            : new Aftermath(AftermathKind.Open, now);
    }

    /// <summary>For whom what a restore gave back is off again at the vault: then it does not come by itself. Each key is asked about once.</summary>
    private async Task<ILookup<Guid, string>> ShutAsync(
        IReadOnlyList<OperationRun> restores, IReadOnlyList<ProvisioningInstance> all, CancellationToken cancellationToken)
    {
        var looks = await standings.LookAsync([.. restores.Select(restore => (restore, restore.Intent<RestoreIntent>().AsTaken()))], cancellationToken)
            .ConfigureAwait(false);
        return (from look in looks
                from instance in all
                where Touches(look.Run).Contains(instance.Name, StringComparer.OrdinalIgnoreCase) && look.CutsOffWholly(instance)
                select (look.Run.Id, instance.Name)).ToLookup(one => one.Id, one => one.Name);
    }

    /// <summary>Also those that are under way or cannot be read: what they take is not taken outside.</summary>
    /// <param name="keys">The subjects of restores of which nothing has been seen.</param>
    private async Task<IReadOnlyList<OperationRun>> RevocationsOfAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => keys.Count == 0 ? []
        : await operations.ListAsync(
            rows => rows.Where(row => (row.Kind == OperationKind.Revoke || row.Kind >= OperationKind.Unknown || row.Kind < 0)
                && (keys.Contains(row.Subject) || row.Subject == "")), cancellationToken)
                .ConfigureAwait(false);

    private static bool MayHaveTaken(OperationRun revoke, OperationRun restore, string instance) =>
        revoke.Sequence > restore.Sequence && (revoke.IsDamaged || revoke.Intent<RevokeIntent>().Concerns(instance));

    /// <summary>All whom a restore was for, and all of it: what they are without since is that revocation's.</summary>
    private static bool HasTakenAgain(OperationRun revoke, OperationRun restore) =>
        restore.Kind is OperationKind.Restore
            && revoke is { IsDamaged: false, Ended: true, Stopped: false }
            && revoke.Sequence > restore.Sequence
            && RevokeProcedure.HasChangedForCertain(revoke)
        && Touches(restore) is { Count: > 0 } touched && touched.All(revoke.Intent<RevokeIntent>().Concerns);

    private static IReadOnlyList<string> Touches(OperationRun run) => run switch
    {
        { Ended: true, Kind: OperationKind.Revoke } when run.Intent<RevokeIntent>() is var intent => [.. intent.Instances, .. intent.AlsoAsked],
        { Ended: true, Kind: OperationKind.Restore } => run.Intent<RestoreIntent>().Instances,
        _ => [],
    };

    private static KeyAccessStatus? AccessOf(string name, IReadOnlyList<ProvisioningInstance> all) =>
        (all.FirstOrDefault(
            instance => instance.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Encryption as InstanceEncryption.CustomerManagedKey)?.Access;

    /// <summary>A restore that left an instance to another revocation has nothing to wait for but its fences: that one stands, and is shown as such.</summary>
    private static bool IsOpen(OperationRun run) =>
        run.Ended && run.State is OperationState.Unconfirmed or OperationState.Partial && (!IsLeftToAnother(run) || Unlifted(run).Any());

    private static bool IsLeftToAnother(OperationRun run) => run.Failure?.Code == ServiceRefusals.HeldByAnotherRevocation;

    private static IEnumerable<string> Unlifted(OperationRun run) =>
        run.Steps.Where(step => step is { Code: StepCodes.LiftFence, State: StepState.Failed }).Select(step => step.Arguments[0]);

    /// <summary>A restore that gave access back and left a fence is not done while that stands.</summary>
    private static bool IsFenced(OperationRun run, IReadOnlyList<FencedVersion> fences) =>
        Unlifted(run).Any(version => fences.Any(fence => fence.Version == KeyIdentifier.Parse(version)));

    /// <summary>What came about once is not missing again because something else has happened since.</summary>
    private static bool WasSeen(OperationRun run, ILookup<Guid?, string> effects) =>
        !run.Stopped && Touches(run) is { Count: > 0 } touched && touched.All(name => effects[run.Id].Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Also what came by the hands of others counts for a restore: access was back, and what was lost since is another matter.</summary>
    private static async Task<ILookup<Guid?, string>> EffectsAsync(PortalContext context, IReadOnlyList<OperationRun> runs, CancellationToken cancellationToken)
    {
        var operations = runs.Select(run => run.Id).ToList();
        var restores = runs.Where(run => run is { Kind: OperationKind.Restore, FinishedAt: not null }).ToList();
        var names = restores.SelectMany(Touches).Distinct().ToList();
        var regained = names.Count == 0 ? [] : await context.Activity.AsNoTracking()
            .Where(entry => entry.Code == ActivityCodes.AccessRegainedOutside && names.Contains(entry.Subject))
                .Select(entry => new { entry.Subject, entry.At })
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
        var back = from restore in restores
                   from entry in regained
                   where entry.At >= restore.FinishedAt!.Value.UtcTicks && Touches(restore).Contains(entry.Subject, StringComparer.OrdinalIgnoreCase)
                   select (Operation: (Guid?)restore.Id, entry.Subject);
        var seen = operations.Count == 0 ? [] : await context.Activity.AsNoTracking()
            .Where(entry => entry.Operation != null && operations.Contains(entry.Operation.Value)
                && (entry.Code == ActivityCodes.AccessLost || entry.Code == ActivityCodes.AccessRegained))
            .Select(entry => new { entry.Operation, entry.Subject }).ToListAsync(cancellationToken).ConfigureAwait(false);
        return seen.Select(entry => (entry.Operation, entry.Subject)).Concat(back).ToLookup(entry => entry.Operation, entry => entry.Subject);
    }

    /// <summary>Pure.</summary>
    private static bool HasComeAbout(OperationRun run, IReadOnlyList<ProvisioningInstance> all) => run switch
    {
        // What was stopped half-way has not changed everything that it should have; no later look makes that good.
        { Stopped: true } => false,
        { Kind: OperationKind.Revoke } => All(Touches(run), all, key => key.Access.Access is KeyAccess.Revoked),
        { Kind: OperationKind.Restore } => All(run.Intent<RestoreIntent>().Instances, all, IsOpen),
        { Kind: OperationKind.Rotate or OperationKind.PickUp } when RewrapProcedure.FactsOf(run) is { } facts =>
            // Under that version, or wrapped anew since by a later one.
            All(facts.Instances, all, key => key.EffectiveKey == facts.To || key.WrappedKeys.All(form => form.WrappedAt > run.FinishedAt)),
        { Kind: OperationKind.Rekey } when run.Intent<RekeyIntent>() is var intent =>
            All(
                [run.Subject],
                all,
                key => IsOpen(key) && key.ConfiguredKey == intent.Key && key.WrappedKeys is [var only] && only.WrappedBy.IsSameKeyAs(intent.Key)),
        _ => false,
    };

    private static bool IsOpen(InstanceEncryption.CustomerManagedKey key) => key.Access.Access is KeyAccess.Accessible or KeyAccess.Degraded;

    /// <summary>An instance that is not found is not known to be as it should.</summary>
    private static bool All(IReadOnlyList<string> names, IReadOnlyList<ProvisioningInstance> all, Func<InstanceEncryption.CustomerManagedKey, bool> isSo) =>
        names.Count > 0 && names.All(name => all.Any(instance =>
            instance.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && instance.Encryption is InstanceEncryption.CustomerManagedKey key && isSo(key)));
}
