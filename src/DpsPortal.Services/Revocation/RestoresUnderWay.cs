using DpsPortal.Services.Operations;

namespace DpsPortal.Services.Revocation;

/// <summary>Restores that have not ended: who is without access on their account needs nobody's help yet.</summary>
internal sealed class RestoresUnderWay(OperationStore operations)
{
    /// <returns>By the instances that they are for; of several the newest.</returns>
    public async Task<IReadOnlyDictionary<string, Guid>> ReadAsync(CancellationToken cancellationToken)
    {
        var running = await operations.ListAsync(rows => rows.Where(row => row.Kind == OperationKind.Restore && row.FinishedAt == null), cancellationToken);
        return running.Where(run => !run.IsDamaged).SelectMany(run => run.Intent<RestoreIntent>().Instances, (run, instance) => (Instance: instance, run.Id))
            .DistinctBy(one => one.Instance, StringComparer.OrdinalIgnoreCase).ToDictionary(one => one.Instance, one => one.Id, StringComparer.OrdinalIgnoreCase);
    }
}
