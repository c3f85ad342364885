using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Audit;

/// <summary>
/// Which operation made here is behind something that DPS noticed. It is found in what is stored, so it is the same after a restart and
/// however late DPS notices: a role takes minutes, and a poll may come first.
/// </summary>
internal sealed class AccessCauses(OperationStore operations, RevocationStandings standings, PortalDatabase database)
{
    /// <param name="version">What wraps the instance key.</param>
    /// <param name="lost">Access was lost; otherwise it came back.</param>
    /// <param name="closedBy">What the vault denied it for, at the loss or until now.</param>
    /// <param name="noticedAt">When DPS had asked.</param>
    public async Task<AccessCause> OfAccessAsync(
        string instance, KeyIdentifier version, bool lost, KeyAccessCause closedBy, DateTimeOffset noticedAt, CancellationToken cancellationToken)
    {
        var cause = await OfOperationAsync(instance, lost, closedBy, noticedAt, cancellationToken).ConfigureAwait(false);
        return cause.IsElsewhere
            && (await IsSwitchedHereAsync(instance, version, lost, cancellationToken).ConfigureAwait(false)
                || (!lost && await IsRestoredHereAsync(instance, version, cancellationToken).ConfigureAwait(false)))
            ? AccessCause.NotKnown
            : cause;
    }

    private async Task<AccessCause> OfOperationAsync(
        string instance, bool lost, KeyAccessCause closedBy, DateTimeOffset noticedAt, CancellationToken cancellationToken)
    {
        // From the newest on that touched this instance: one whose effect is on record has overtaken those before it, and so has a revoke the
        // restores before it. A damaged one may be it: then nobody is named, also not somebody elsewhere.
        var name = $"\"{instance}\"";
        var touching = await operations.ListAsync(
            rows =>
                rows.Where(row => (row.Kind == OperationKind.Revoke || row.Kind == OperationKind.Restore || row.Kind >= OperationKind.Unknown || row.Kind < 0)
                && row.Intent.Contains(name)),
            cancellationToken).ConfigureAwait(false);
        var restores = new Dictionary<Guid, OperationRun>();
        var isOvertaken = false;
        foreach (
            var run in touching.Where(run => run.IsDamaged ? run.State != OperationState.Failed : Concerns(run, instance) && (!run.Ended || HasChanged(run))))
        {
            var opposes = run.Kind == (lost ? OperationKind.Restore : OperationKind.Revoke);
            if (opposes && run.IsDamaged)
            {
                return AccessCause.NotKnown;
            }

            if (opposes && !lost)
            {
                return AccessCause.Elsewhere;
            }

            if (await IsOnRecordAsync(run, instance, cancellationToken).ConfigureAwait(false))
            {
                if (!opposes)
                {
                    return AccessCause.Elsewhere;
                }

                // A restore gives back what its own revocation took: one that stands beside it takes the access all the same, once it counts.
                isOvertaken = true;
            }

            if (run.IsDamaged)
            {
                return run.Id != Guid.Empty && run.Kind is (OperationKind.Revoke or OperationKind.Restore) && WasUnderWay(run, noticedAt)
                    ? AccessCause.Of(run.Id)
                    : AccessCause.NotKnown;
            }

            if (opposes)
            {
                restores.TryAdd(run.Intent<RestoreIntent>().Revocation, run);
                continue;
            }

            // A restore overtakes its own revocation once it has given access back, and leaves what another one has taken. While it runs, what
            // comes late is the revocation's; of one that ended without seeing access again it is not known whether it had come back.
            var restore = restores.GetValueOrDefault(run.Id);
            if (restore?.State is OperationState.Succeeded)
            {
                continue;
            }

            if (await IsBehindAsync(run, instance, lost, closedBy, noticedAt, restore is not null, isOvertaken, cancellationToken).ConfigureAwait(false))
            {
                return restore is { Ended: true } ? AccessCause.NotKnown : AccessCause.Of(run.Id);
            }

            // Its grant is there again, and what it removed may be what counts late: then nobody can tell whose the loss is.
            if (lost
                && closedBy is KeyAccessCause.RoleMissing
                && MethodOf(run) is RevocationMethod.RemoveRole
                && noticedAt - run.StartedAt < Rehearsal.LongestPropagation)
            {
                return AccessCause.NotKnown;
            }
        }

        return AccessCause.Elsewhere;
    }

    /// <param name="isBeingUndone">Then the vault shows no more what the operation did, and its late effect is seen all the same.</param>
    /// <param name="isOvertaken">Access has come back since, so what it took must be off still.</param>
    private async Task<bool> IsBehindAsync(
        OperationRun run, string instance, bool lost, KeyAccessCause closedBy, DateTimeOffset noticedAt, bool isBeingUndone, bool isOvertaken,
        CancellationToken cancellationToken) =>
        !IsHeldByAnother(run, instance)
        && ((!lost && !(run.FinishedAt < noticedAt)) || IsAbout(MethodOf(run), closedBy))
        && (isBeingUndone
            || (run.State is not (OperationState.Unconfirmed or OperationState.Partial) && !isOvertaken)
            || await StillHoldsAsync(run, cancellationToken).ConfigureAwait(false));

    /// <summary>By its times, if they can be read: while it ran it is more likely the cause than somebody elsewhere. What it took is not known.</summary>
    private static bool WasUnderWay(OperationRun run, DateTimeOffset noticedAt) =>
        run.ToOperation(null) is var told && told.StartedAt > DateTimeOffset.UnixEpoch && told.StartedAt <= noticedAt
        && (told.FinishedAt is not { } finished || finished >= noticedAt);

    /// <returns>The rotation that made the version.</returns>
    public async Task<Guid?> OfVersionAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        var (key, made) = (version.Subject(), version.Version!);
        var rotations = await operations.ListAsync(
            rows => rows.Where(
                row => row.Kind == OperationKind.Rotate && row.Subject == key && row.Facts != null && row.Facts.Contains(made)), cancellationToken)
                .ConfigureAwait(false);
        return rotations.FirstOrDefault(run => run.IsDamaged || RewrapProcedure.FactsOf(run)?.To == version)?.Id;
    }

    private static bool Concerns(OperationRun run, string instance) => run.Kind is OperationKind.Revoke
        ? run.Intent<RevokeIntent>().Concerns(instance)
        : run.Intent<RestoreIntent>().Instances.Contains(instance, StringComparer.OrdinalIgnoreCase);

    private static RevocationMethod MethodOf(OperationRun run) =>
        run.Kind is OperationKind.Revoke ? run.Intent<RevokeIntent>().Target.Method : run.Intent<RestoreIntent>().Target.Method;

    /// <summary>
    /// Where the vault denies for something that the operation does not touch, others have taken it before. And as the last step of an
    /// operation DPS has asked the vault: if the denial then was for such a thing, it is not what brings the change that comes after.
    /// </summary>
    private static bool IsAbout(RevocationMethod method, KeyAccessCause denial) => denial switch
    {
        KeyAccessCause.RoleMissing => method is RevocationMethod.RemoveRole,
        KeyAccessCause.VersionDisabled => method is not RevocationMethod.RemoveRole,
        KeyAccessCause.DeniedOtherwise => true,
        _ => false,
    };

    private static bool HasChanged(OperationRun run) => run.Kind is OperationKind.Revoke ? RevokeProcedure.HasChanged(run) : RestoreProcedure.HasChanged(run);

    /// <summary>A restore that left an instance to another revocation is not what gives it access later.</summary>
    private static bool IsHeldByAnother(OperationRun run, string instance) => run.Failure?.Code == ServiceRefusals.HeldByAnotherRevocation
        && run.Steps.Any(step => step is { Code: StepCodes.ConfirmRestored, State: StepState.Failed } && step.Arguments[0] == instance);

    /// <summary>One operation takes an instance's access away, or gives it back, once; and a change by others since has overtaken it.</summary>
    private async Task<bool> IsOnRecordAsync(OperationRun run, string instance, CancellationToken cancellationToken)
    {
        // What came after one whose beginning cannot be read is not known.
        var told = run.ToOperation(null).StartedAt;
        var (operation, began) = (run.Id, told == DateTimeOffset.UnixEpoch ? long.MaxValue : told.UtcTicks);
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await context.Activity.AnyAsync(
            entry => entry.Subject == instance
                && ((entry.Operation == operation && (entry.Code == ActivityCodes.AccessLost || entry.Code == ActivityCodes.AccessRegained))
                    || (entry.At > began && (entry.Code == ActivityCodes.AccessLostOutside || entry.Code == ActivityCodes.AccessRegainedOutside))),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// To retire a version, or to enable it, is no operation, and has an entry of its own that says by whom. An enabling under way may be
    /// noticed before it ends. A retirement takes access only with a backup of DPS that is put back later.
    /// </summary>
    private async Task<bool> IsSwitchedHereAsync(string instance, KeyIdentifier version, bool lost, CancellationToken cancellationToken)
    {
        var (subject, arguments) = (version.Subject(), Stored.Write<string[]>([version.Version ?? ""]));
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var newest = await context.Activity.AsNoTracking()
            .Where(entry => entry.Subject == subject && entry.Arguments == arguments
                && (entry.Code == ActivityCodes.VersionEnabled || (entry.Code == ActivityCodes.VersionRetired && entry.Result == ActivityResult.Succeeded)))
            .OrderByDescending(entry => entry.Sequence)
                .Select(entry => new { entry.Code, entry.Sequence })
                .FirstOrDefaultAsync(cancellationToken)
                .ConfigureAwait(false);
        return newest?.Code == (lost ? ActivityCodes.VersionRetired : ActivityCodes.VersionEnabled)
            && (lost || !await context.Activity.AnyAsync(
                entry =>
                    entry.Subject == instance
                        && entry.Sequence > newest.Sequence
                        && (entry.Code == ActivityCodes.AccessLost || entry.Code == ActivityCodes.AccessLostOutside),
                cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// A restore asks only about those that its revocation cut off. Who was without a role besides needs the version all the same: then it
    /// and whoever gave the role back both had a part.
    /// </summary>
    private async Task<bool> IsRestoredHereAsync(string instance, KeyIdentifier version, CancellationToken cancellationToken)
    {
        var key = version.Subject();
        var restores = (await operations.ListAsync(rows => rows.Where(row => row.Kind == OperationKind.Restore && row.Subject == key), cancellationToken)
            .ConfigureAwait(false))
            .Where(run => !run.IsDamaged && RestoreProcedure.HasChanged(run) && run.Intent<RestoreIntent>().Versions.Any(version.IsSameVersionAs))
            .Select(run => (Guid?)run.Id).ToList();
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);

        // Since its loss, by the order of the log: DPS and the portal may go by different clocks.
        var lost = await context.Activity.Where(
            entry => entry.Subject == instance && (entry.Code == ActivityCodes.AccessLost || entry.Code == ActivityCodes.AccessLostOutside))
            .MaxAsync(entry => (long?)entry.Sequence, cancellationToken).ConfigureAwait(false) ?? 0;
        return await context.Activity.AnyAsync(entry => restores.Contains(entry.Operation) && entry.Subject == key && entry.Sequence > lost, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The effect of one that was not seen in time may never come, because others have undone it since.</summary>
    private async Task<bool> StillHoldsAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var revocation = run.Kind is OperationKind.Revoke ? run.Id : run.Intent<RestoreIntent>().Revocation;
        var key = run.Kind is OperationKind.Revoke ? run.Intent<RevokeIntent>().Target.Key : run.Intent<RestoreIntent>().Target.Key;
        var standing = (await standings.ReadAsync(key, cancellationToken).ConfigureAwait(false)).FirstOrDefault(other => other.Run.Id == revocation);
        return run.Kind is OperationKind.Revoke
            ? standing?.Holdings.Any(holding => holding.State is not HoldState.Undone) is true
            : standing?.Holdings.Any(holding => holding.State is HoldState.Undone or HoldState.Unknown) is not false;
    }
}
