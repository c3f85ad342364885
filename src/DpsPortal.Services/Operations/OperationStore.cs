using DpsPortal.Services.Audit;
using DpsPortal.Services.People;
using DpsPortal.Services.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Operations;

/// <param name="Holds">What no other running operation may hold.</param>
/// <param name="Id">When something was prepared under it before; otherwise it gets a new one.</param>
internal sealed record NewOperation(
    OperationKind Kind, string Subject, string Holds, Person By, object Intent, string? Reason = null, Guid? Restores = null, Guid? Id = null);

/// <summary>Operations in the database. Each change and its entry in the activity log are one transaction.</summary>
internal sealed class OperationStore(PortalDatabase database, ActivityLog activity, DomainClock clock, PortalChanges changes)
{
    /// <summary>Makes the operation durable. The caller has its turn and has seen that nothing else holds the same.</summary>
    /// <exception cref="DbUpdateException">Something does; the unique index would not have two.</exception>
    public async Task<OperationRun> BeginAsync(NewOperation operation, Func<OperationRun, NewActivity> intent, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var row = new OperationRow
        {
            Id = operation.Id ?? Guid.CreateVersion7(),
            Kind = operation.Kind,
            Subject = operation.Subject,
            Holds = operation.Holds,
            State = OperationState.Running,
            By = PersonColumns.Of(operation.By),
            Reason = operation.Reason,
            Intent = Stored.Write(operation.Intent),
            Restores = operation.Restores,
            StartedAt = clock.Now.UtcTicks,
        };
        context.Operations.Add(row);
        var run = new OperationRun(row);
        var entry = intent(run);
        activity.Add(context, entry);
        await context.SaveChangesAsync(cancellationToken);
        Announce(run, entry);
        return run;
    }

    public async Task<OperationRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        return await context.Operations.AsNoTracking().Include(row => row.Steps).SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is { } row
            ? new OperationRun(row)
            : null;
    }

    /// <summary>Operations that <paramref name="select"/> leaves, newest first.</summary>
    public Task<IReadOnlyList<OperationRun>> ListAsync(
        Func<IQueryable<OperationRow>, IQueryable<OperationRow>> select, CancellationToken cancellationToken) =>
        ListAsync(context => select(context.Operations), cancellationToken);

    /// <summary>The same, where the activity log has a say in it.</summary>
    public async Task<IReadOnlyList<OperationRun>> ListAsync(
        Func<PortalContext, IQueryable<OperationRow>> select, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var rows = await select(context).AsNoTracking().Include(row => row.Steps).OrderByDescending(row => row.Sequence).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new OperationRun(row))];
    }

    /// <summary>Changes the stored operation and, in the same transaction, writes the entry that goes with it.</summary>
    public async Task<OperationRun> ChangeAsync(
        Guid id, Action<OperationRow> change, Func<OperationRun, NewActivity>? describe, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var row = await context.Operations.Include(operation => operation.Steps).SingleAsync(operation => operation.Id == id, cancellationToken);
        change(row);
        var run = new OperationRun(row);
        var entry = describe?.Invoke(run);
        if (entry is not null)
        {
            activity.Add(context, entry);
        }

        await context.SaveChangesAsync(cancellationToken);
        Announce(run, entry);
        return run;
    }

    public async Task<bool> AnyUnfinishedAsync(CancellationToken cancellationToken) =>
        await database.NumberAsync("SELECT COUNT(*) FROM Operations WHERE FinishedAt IS NULL", cancellationToken) > 0;

    public async Task<bool> IsHeldAsync(string holds, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        return await context.Operations.AnyAsync(row => row.Holds == holds && row.FinishedAt == null, cancellationToken);
    }

    private void Announce(OperationRun run, NewActivity? entry)
    {
        changes.Publish(PortalChangeKind.Operation, run.Id.ToString());
        if (run.Ended)
        {
            changes.Publish(run.Kind is OperationKind.CreateInstance or OperationKind.Rekey ? PortalChangeKind.Instance : PortalChangeKind.Key, run.Subject);
        }

        if (entry is not null)
        {
            activity.Announce(entry);
        }
    }
}
