using System.Threading.Channels;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Operations;

/// <summary>
/// The operations log. Answering never waits for it: entries go through a bounded queue, many to a commit, and when the queue is
/// full the oldest is dropped and counted. The latest <see cref="Kept"/> are kept.
/// </summary>
internal sealed partial class OperationLog : BackgroundService
{
    public const int Kept = 20_000;
    private const int QueueSize = 4096;
    private const int PerCommit = 512;

    private readonly DpsDatabase _database;
    private readonly EventFeed _events;
    private readonly ILogger<OperationLog> _logger;
    private readonly Channel<OperationEntry> _queue;
    private long _sequence;
    private long _dropped;

    public OperationLog(DpsDatabase database, EventFeed events, ILogger<OperationLog> logger)
    {
        _database = database;
        _events = events;
        _logger = logger;
        _queue = Channel.CreateBounded<OperationEntry>(
            new BoundedChannelOptions(QueueSize) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        using var statements = new OperationStatements(database.Open());
        _sequence = statements.LastSequence();
    }

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Numbers and queues an entry.</summary>
    public OperationEntry Add(OperationEntry entry)
    {
        var numbered = entry with { Sequence = Interlocked.Increment(ref _sequence), Caller = entry.Caller with { Denied = null } };
        _queue.Writer.TryWrite(numbered);
        return numbered;
    }

    public async Task<IReadOnlyList<OperationEntry>> ListAsync(
        string? instance, OperationFilter filter, long? before, int count, CancellationToken cancellationToken)
    {
        using var context = _database.NewContext();
        var rows = Of(context, instance);
        rows = filter.Rejected is { } rejected ? rows.Where(row => (row.Access != null) == rejected) : rows;
        rows = filter.Cause is { } cause ? rows.Where(row => row.Access != null && row.Cause == cause) : rows;
        rows = filter.Record is { Length: > 0 } wanted && RecordRules.Normalize(wanted) is var part ? rows.Where(row => row.RecordId.Contains(part)) : rows;
        rows = before is null ? rows : rows.Where(row => row.Sequence < before);
        var page = await rows.OrderByDescending(row => row.Sequence).Take(PageSize.Within(count)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. page.Select(RowMapping.ToEntry)];
    }

    public async Task<RejectionSummary> SummarizeAsync(string? instance, DateTimeOffset recentSince, CancellationToken cancellationToken)
    {
        using var context = _database.NewContext();
        var (rejected, since) = (Of(context, instance).Where(row => row.Access != null && row.Cause != null), recentSince.UtcTicks);
        var causes = await rejected.GroupBy(row => row.Cause!.Value)
            .Select(group => new
            {
                Cause = group.Key,
                Total = group.LongCount(),
                Recent = group.LongCount(row => row.At >= since),
                First = group.Min(row => row.At),
                Last = group.Max(row => row.At),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var devices = await rejected.Where(row => row.Category == OperationCategory.DeviceOperations && row.RecordId != "")
            .Select(row => new { row.Cause, row.Instance, row.RecordId }).Distinct().GroupBy(row => row.Cause!.Value)
            .Select(group => new { group.Key, Count = group.LongCount() })
                .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken)
                .ConfigureAwait(false);
        var answers = await rejected.Select(row => new { row.Cause, row.Instance, row.ErrorCode })
            .Distinct()
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return new RejectionSummary(
            [
                .. causes.OrderByDescending(cause => cause.Total).ThenBy(cause => cause.Cause).Select(cause => new RejectionCause(
                    cause.Cause, cause.Total, cause.Recent, Time(cause.First), Time(cause.Last), devices.GetValueOrDefault(cause.Cause),
                    [.. answers.Where(answer => answer.Cause == cause.Cause)
                        .Select(answer => answer.Instance)
                        .Distinct()
                        .Order(StringComparer.OrdinalIgnoreCase)],
                    [.. answers.Where(answer => answer.Cause == cause.Cause).Select(answer => answer.ErrorCode).OfType<int>().Distinct().Order()])),
            ],
            await OldestKeptAsync(context, cancellationToken).ConfigureAwait(false),
            Dropped);
    }

    private static IQueryable<OperationRow> Of(DpsDbContext context, string? instance) =>
        instance is null ? context.Operations.AsNoTracking() : context.Operations.AsNoTracking().Where(row => row.Instance == instance);

    /// <summary>Once entries have been let go of, the log does not begin with the first.</summary>
    private static async Task<DateTimeOffset?> OldestKeptAsync(DpsDbContext context, CancellationToken cancellationToken) =>
        await context.Operations.OrderBy(row => row.Sequence)
            .Select(row => new { row.Sequence, row.At })
            .FirstOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false)
            is { Sequence: > 1 } oldest
            ? Time(oldest.At)
            : null;

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var statements = new OperationStatements(_database.Open());
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
            {
                await WriteQueuedAsync(statements).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // An orderly stop loses nothing.
            await WriteQueuedAsync(statements).ConfigureAwait(false);
        }
    }

    private async Task WriteQueuedAsync(OperationStatements statements)
    {
        var batch = new List<OperationEntry>(PerCommit);
        while (_queue.Reader.TryRead(out var entry))
        {
            batch.Add(entry);
            if (batch.Count == PerCommit || !_queue.Reader.TryPeek(out _))
            {
                await WriteAsync(statements, batch).ConfigureAwait(false);
                batch.Clear();
            }
        }
    }

    private async Task WriteAsync(OperationStatements statements, List<OperationEntry> batch)
    {
        try
        {
            using var turn = await _database.BeginWritingAsync(CancellationToken.None).ConfigureAwait(false);
            statements.Write(batch, Kept);
        }
        catch (SqliteException failure)
        {
            Interlocked.Add(ref _dropped, batch.Count);
            LogNotWritten(failure, batch.Count);
        }

        foreach (var entry in batch)
        {
            if (entry.Rejection is { } rejected)
            {
                _events.Publish(new ProvisioningEvent.OperationRejected(rejected));
            }

            _events.Publish(new ProvisioningEvent.OperationLogged(entry));
        }
    }

    [LoggerMessage(LogLevel.Error, "{Count} operations could not be written to the operations log.")]
    private partial void LogNotWritten(Exception failure, int count);
}
