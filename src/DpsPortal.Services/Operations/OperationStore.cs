using System.Collections.Concurrent;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;
using DpsPortal.Services.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Services.Operations;

/// <summary>Operations in the database. Each change and its entry in the activity log are one transaction.</summary>
internal sealed partial class OperationStore(
    PortalDatabase database, ActivityLog activity, DomainClock clock, PortalChanges changes, ILogger<OperationStore> logger)
{
    private readonly ConcurrentDictionary<long, bool> _named = new();

    /// <summary>Makes the operation durable. The caller has its turn and has seen that nothing else holds the same.</summary>
    /// <exception cref="DbUpdateException">Something does; the unique index would not have two.</exception>
    public async Task<OperationRun> BeginAsync(NewOperation operation, Func<OperationRun, NewActivity> intent, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
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
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        Announce(run, entry);
        return run;
    }

    public async Task<OperationRun?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return (await ReadAsync(context, context.Operations.Where(row => row.Id == id), cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }

    /// <returns>No operation has the sequence that stands for one that is not known.</returns>
    public async Task<long?> FindSequenceAsync(Guid? id, CancellationToken cancellationToken)
    {
        if (id is not { } known)
        {
            return null;
        }

        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await context.Operations.Where(row => row.Id == known).Select(row => row.Sequence).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<int> CountAsync(Func<IQueryable<OperationRow>, IQueryable<OperationRow>> select, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await select(context.Operations).CountedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Operations that <paramref name="select"/> leaves, newest first, with those that are damaged.</summary>
    public Task<IReadOnlyList<OperationRun>> ListAsync(
        Func<IQueryable<OperationRow>, IQueryable<OperationRow>> select, CancellationToken cancellationToken) =>
        ListAsync(context => select(context.Operations), cancellationToken);

    /// <summary>The same, where the activity log has a say in it.</summary>
    public async Task<IReadOnlyList<OperationRun>> ListAsync(
        Func<PortalContext, IQueryable<OperationRow>> select, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(context, select(context), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends one that is damaged: nobody can go on with it, and it must not hold for ever what it held. What it did stays
    /// unknown: it counts as stopped, so that a restore is not taken for one that gave everything back.</summary>
    public async Task EndDamagedAsync(OperationRun run, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        using var transaction = await context.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var entry = new NewActivity(ActivityCodes.OperationUnreadable, run.Subject, ActivityResult.Noticed, null, Operation: run.Id);
        var now = clock.Now.UtcTicks;
        await context.Operations.Where(row => row.Sequence == run.Sequence && row.FinishedAt == null)
            .ExecuteUpdateAsync(
                row =>
                    row.SetProperty(one => one.FinishedAt, now).SetProperty(one => one.State, OperationState.Unconfirmed).SetProperty(one => one.Stopped, true),
                cancellationToken).ConfigureAwait(false);
        activity.Add(context, entry);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        changes.Publish(PortalChangeKind.Operation, run.Id.ToString());
        changes.Publish(PortalChangeKind.Key, run.Subject);
        activity.Announce(entry);
    }

    /// <summary>Changes the stored operation and, in the same transaction, writes the entry that goes with it.</summary>
    public async Task<OperationRun> ChangeAsync(
        Guid id, Action<OperationRow> change, Func<OperationRun, NewActivity>? describe, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var row = await context.Operations.Include(operation => operation.Steps)
            .SingleAsync(operation => operation.Id == id, cancellationToken)
            .ConfigureAwait(false);
        change(row);
        var run = new OperationRun(row);
        var entry = describe?.Invoke(run);
        if (entry is not null)
        {
            activity.Add(context, entry);
        }

        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        Announce(run, entry);
        return run;
    }

    public async Task<bool> AnyUnfinishedAsync(CancellationToken cancellationToken) =>
        await database.NumberAsync("SELECT COUNT(*) FROM Operations WHERE FinishedAt IS NULL", cancellationToken).ConfigureAwait(false) > 0;

    /// <summary>Names of the instances that creations here have made, or may have.</summary>
    /// <param name="known">Names that are not asked for, as they are spelled.</param>
    public async Task<IReadOnlyList<string>> CreatedAsync(IReadOnlyList<string> known, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await context.Operations.Where(row => row.Kind == OperationKind.CreateInstance
            && row.FinishedAt != null
            && row.State != OperationState.Failed
            && row.State != OperationState.Partial)
            // One parameter, however many they are.
            .Where(row => !EF.Parameter(known).Contains(row.Subject))
            .Select(row => row.Subject).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> IsHeldAsync(string holds, CancellationToken cancellationToken)
    {
        using var context = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await context.Operations.AnyAsync(row => row.Holds == holds && row.FinishedAt == null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<OperationRun>> ReadAsync(PortalContext context, IQueryable<OperationRow> which, CancellationToken cancellationToken)
    {
        var rows = which.AsNoTracking().Include(row => row.Steps).OrderByDescending(row => row.Sequence);
        var runs = (
            await DamagedRows.ToListAsync(rows, sequence => StandInAsync(context, sequence, cancellationToken), cancellationToken).ConfigureAwait(false))
            .ConvertAll(row => new OperationRun(row));
        foreach (var damaged in runs.Where(run => run.IsDamaged && _named.TryAdd(run.Sequence, true)))
        {
            LogDamaged(logger, damaged.Id, damaged.Sequence, damaged.Subject);
        }

        return runs;
    }

    /// <summary>What can be read of a row that cannot be read as a whole: an id that is none leaves the rest.</summary>
    private static async Task<OperationRow> StandInAsync(PortalContext context, long sequence, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Operations.AsNoTracking().Where(row => row.Sequence == sequence).Select(row => new OperationRow
            {
                Sequence = row.Sequence, Kind = row.Kind, Subject = row.Subject, Holds = row.Holds, State = row.State, Intent = "", StartedAt = row.StartedAt,
                FinishedAt = row.FinishedAt, Reason = row.Reason,
                By = new PersonColumns { ObjectId = row.By.ObjectId, DisplayName = row.By.DisplayName, Role = row.By.Role },
            }).SingleAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (DamagedRows.IsOfContent(fault))
        {
            return new OperationRow { Sequence = sequence, Kind = OperationKind.Unknown, Subject = "", Holds = "", Intent = "",
                By = PersonColumns.Of(new Person("", "", default)) };
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Operation {Operation} (row {Row}) about {Subject} is damaged in the store. Put the store back from a backup, if there is one from " +
            "after it.")]
    private static partial void LogDamaged(ILogger logger, Guid operation, long row, string subject);

    private void Announce(OperationRun run, NewActivity? entry)
    {
        changes.Publish(PortalChangeKind.Operation, run.Id.ToString());
        if (run.Ended)
        {
            changes.Publish(
                run.Kind is OperationKind.CreateInstance or OperationKind.Rekey or OperationKind.Reencrypt ? PortalChangeKind.Instance : PortalChangeKind.Key,
                run.Subject);
        }

        if (entry is not null)
        {
            activity.Announce(entry);
        }
    }
}
