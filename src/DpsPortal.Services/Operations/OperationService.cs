using DpsPortal.Services.People;
using DpsPortal.Services.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Operations;

internal sealed class OperationService(OperationStore store, OperationEngine engine, Aftermaths aftermaths, Guard guard) : IOperationService
{
    private const int LongestPage = 200;

    public async Task<Operation?> GetAsync(Person person, Guid id, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, id.ToString(), cancellationToken).ConfigureAwait(false);
        return await store.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } run
            ? await ReadAsync(person, run, cancellationToken).ConfigureAwait(false)
            : null;
    }

    public async Task<IReadOnlyList<Operation>> ListAsync(Person person, Guid? before, int count, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        var page = await store.ListAsync(
            rows => Earlier(rows, before).OrderByDescending(row => row.Sequence).Take(Math.Clamp(count, 1, LongestPage)), cancellationToken)
                .ConfigureAwait(false);
        return await aftermaths.ReadAsync(person.AsCaller(), page, cancellationToken).ConfigureAwait(false);
    }

    public async Task<LogPage<Operation>> FindAsync(Person person, OperationQuery query, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        var count = Math.Clamp(query.Count, 1, LongestPage);
        var (before, after) = (
            await store.FindSequenceAsync(query.Before, cancellationToken).ConfigureAwait(false),
            await store.FindSequenceAsync(query.After, cancellationToken).ConfigureAwait(false));
        var page = await store.ListAsync(rows => Narrowed(rows, query).Page(before, after, count), cancellationToken).ConfigureAwait(false);
        var total = await store.CountAsync(rows => Narrowed(rows, query), cancellationToken).ConfigureAwait(false);
        var read = await aftermaths.ReadAsync(person.AsCaller(), page, cancellationToken).ConfigureAwait(false);

        // The store gives the newest first, whichever way it was read.
        return (before is null && after is not null ? read.Reverse() : read).ToPage(before, after, count, total);
    }

    public async Task<Operation?> WaitAsync(Person person, Guid id, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, id.ToString(), cancellationToken).ConfigureAwait(false);
        return await engine.WaitAsync(id, cancellationToken).ConfigureAwait(false) is { } run
            ? await ReadAsync(person, run, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<Operation> ReadAsync(Person person, OperationRun run, CancellationToken cancellationToken) =>
        (await aftermaths.ReadAsync(person.AsCaller(), [run], cancellationToken).ConfigureAwait(false))[0];

    private static IQueryable<OperationRow> Narrowed(IQueryable<OperationRow> rows, OperationQuery query)
    {
        rows = query.Kind is { } kind ? rows.Where(row => row.Kind == kind) : rows;
        rows = query.State is { } state ? rows.Where(row => row.State == state) : rows;
        return rows.Search(query.Search, part => row => EF.Functions.Like(row.Subject, part, "\\") || EF.Functions.Like(row.By.DisplayName, part, "\\"));
    }

    private static IQueryable<OperationRow> Earlier(IQueryable<OperationRow> rows, Guid? before) =>
        before is { } id ? rows.Where(row => row.Sequence < rows.Single(limit => limit.Id == id).Sequence) : rows;
}
