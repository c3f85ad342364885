using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;

namespace DpsPortal.Services.Revocation;

/// <summary>
/// Revocations that changed something and have not been restored, as they are on record. What of it still holds only the vault can
/// say: <see cref="RevocationStandings"/>.
/// </summary>
internal sealed class ActiveRevocations(OperationStore operations)
{
    public async Task<IReadOnlyList<OperationRun>> ListAsync(CancellationToken cancellationToken)
    {
        var ended = await operations.ListAsync(
            context => context.Operations.Where(row => row.Kind == OperationKind.Revoke && row.FinishedAt != null
                // A restore that is partly done and was not stopped has left to another revocation what that one wants.
                && !context.Operations.Any(restore => restore.Restores == row.Id
                    && (restore.State == OperationState.Succeeded || (restore.State == OperationState.Partial && !restore.Stopped)))
                && !context.Activity.Any(entry => entry.Operation == row.Id && entry.Code == ActivityCodes.RevocationUndoneOutside)),
            cancellationToken);
        return [.. ended.Where(RevokeProcedure.HasChanged)];
    }

    /// <returns>The active revocation that wants this version off.</returns>
    public async Task<Guid?> DisablingAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        var active = await ListAsync(cancellationToken);
        return active.FirstOrDefault(run => WantsOff(run).Versions.Any(disabled => disabled.IsSameVersionAs(version)))?.Id;
    }

    /// <summary>What a revocation changed, or may have: it can have been stopped half-way.</summary>
    public static RevokeIntent ChangedBy(OperationRun run)
    {
        var intent = run.Intent<RevokeIntent>();
        var changed = RevokeProcedure.Changed(run);
        return intent with
        {
            Versions = [.. intent.Versions.Where(version => changed.Contains(version.ToString()))],
            Assignments = [.. intent.Assignments.Where(assignment => changed.Contains(assignment.Id))],
        };
    }

    /// <summary>What a revocation changed, and what was off already and is to stay off for its sake.</summary>
    public static RevokeIntent WantsOff(OperationRun run)
    {
        var changed = ChangedBy(run);
        return changed with { Versions = [.. changed.Versions.Concat(changed.AlsoOff ?? []).Distinct()] };
    }
}
