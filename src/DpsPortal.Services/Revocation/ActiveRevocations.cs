using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;

namespace DpsPortal.Services.Revocation;

/// <summary>Revocations that changed something and have not been restored.</summary>
internal sealed class ActiveRevocations(OperationStore operations)
{
    public async Task<IReadOnlyList<OperationRun>> ListAsync(CancellationToken cancellationToken)
    {
        var ended = await operations.ListAsync(
            rows => rows.Where(row => row.Kind == OperationKind.Revoke && row.FinishedAt != null
                && !rows.Any(restore => restore.Restores == row.Id && restore.State == OperationState.Succeeded)),
            cancellationToken);
        return [.. ended.Where(RevokeProcedure.HasChanged)];
    }

    public async Task<Guid?> NewestOfAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        var active = await ListAsync(cancellationToken);
        return active.FirstOrDefault(run => run.Intent<RevokeIntent>().Target.Key.IsSameKeyAs(key))?.Id;
    }

    /// <returns>The active revocation that disabled this version.</returns>
    public async Task<Guid?> DisablingAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        var active = await ListAsync(cancellationToken);
        return active.FirstOrDefault(run => ChangedBy(run).Versions.Any(disabled => disabled.IsSameVersionAs(version)))?.Id;
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

    public static ActiveRevocation ToContract(OperationRun run)
    {
        var changed = ChangedBy(run);
        return new ActiveRevocation(
            run.Id,
            changed.Target,
            run.Reason ?? "",
            run.By,
            run.StartedAt,
            changed.Instances,
            [
                .. changed.Versions.Select(version => new VaultChange(VaultChangeKind.DisableVersion, version.ToString())),
                .. changed.Assignments.Select(assignment => ImpactCalculator.ChangeOf(assignment, changed.Identity!, changed.Target.Key)),
            ]);
    }
}
