using DpsPortal.Services.People;
using DpsPortal.Services.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Operations;

internal sealed class OperationService(OperationStore store, OperationEngine engine, Aftermaths aftermaths, Guard guard) : IOperationService
{
    private const int LongestPage = 200;

    public async Task<Operation?> GetAsync(Person person, Guid id, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, id.ToString(), cancellationToken);
        return await store.FindAsync(id, cancellationToken) is { } run ? await ReadAsync(person, run, cancellationToken) : null;
    }

    public async Task<IReadOnlyList<Operation>> ListAsync(Person person, Guid? before, int count, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken);
        var page = await store.ListAsync(
            rows => Earlier(rows, before).OrderByDescending(row => row.Sequence).Take(Math.Clamp(count, 1, LongestPage)), cancellationToken);
        return await aftermaths.ReadAsync(person.AsCaller(), page, cancellationToken);
    }

    public async Task<LogPage<Operation>> FindAsync(Person person, OperationQuery query, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken);
        var count = Math.Clamp(query.Count, 1, LongestPage);
        var (before, after) = (await store.FindSequenceAsync(query.Before, cancellationToken), await store.FindSequenceAsync(query.After, cancellationToken));
        var page = await store.ListAsync(rows => Narrowed(rows, query).Page(before, after, count), cancellationToken);
        var total = await store.CountAsync(rows => Narrowed(rows, query), cancellationToken);
        var read = await aftermaths.ReadAsync(person.AsCaller(), page, cancellationToken);

        // The store gives the newest first, whichever way it was read.
        return (before is null && after is not null ? read.Reverse() : read).ToPage(before, after, count, total);
    }

    public async Task<Operation?> WaitAsync(Person person, Guid id, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, id.ToString(), cancellationToken);
        return await engine.WaitAsync(id, cancellationToken) is { } run ? await ReadAsync(person, run, cancellationToken) : null;
    }

    private async Task<Operation> ReadAsync(Person person, OperationRun run, CancellationToken cancellationToken) =>
        (await aftermaths.ReadAsync(person.AsCaller(), [run], cancellationToken))[0];

    private static IQueryable<OperationRow> Narrowed(IQueryable<OperationRow> rows, OperationQuery query)
    {
        rows = query.Kind is { } kind ? rows.Where(row => row.Kind == kind) : rows;
        rows = query.State is { } state ? rows.Where(row => row.State == state) : rows;
        return rows.Search(query.Search, part => row => EF.Functions.Like(row.Subject, part, "\\") || EF.Functions.Like(row.By.DisplayName, part, "\\"));
    }

    private static IQueryable<OperationRow> Earlier(IQueryable<OperationRow> rows, Guid? before) =>
        before is { } id ? rows.Where(row => row.Sequence < rows.Single(limit => limit.Id == id).Sequence) : rows;
}
