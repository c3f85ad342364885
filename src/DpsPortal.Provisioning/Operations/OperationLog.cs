using System.Threading.Channels;
using DpsPortal.Provisioning.Contract;
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
        var numbered = entry with { Sequence = Interlocked.Increment(ref _sequence), Caller = entry.Caller with { Trail = null } };
        _queue.Writer.TryWrite(numbered);
        return numbered;
    }

    /// <param name="rejectedOnly">Only what failed because of the key.</param>
    public async Task<IReadOnlyList<OperationEntry>> ListAsync(string? instance, bool rejectedOnly, long? before, int count, CancellationToken cancellationToken)
    {
        await using var context = _database.NewContext();
        IQueryable<OperationRow> rows = context.Operations.AsNoTracking();
        rows = rejectedOnly ? rows.Where(row => row.Access != null) : rows;
        rows = instance is null ? rows : rows.Where(row => row.Instance == instance);
        rows = before is null ? rows : rows.Where(row => row.Sequence < before);
        var page = await rows.OrderByDescending(row => row.Sequence).Take(Math.Clamp(count, 1, 200)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. page.Select(RowMapping.ToEntry)];
    }

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
                _events.Publish(new ProvisioningEvent.ReadRejected(rejected));
            }

            _events.Publish(new ProvisioningEvent.OperationLogged(entry));
        }
    }

    [LoggerMessage(LogLevel.Error, "{Count} operations could not be written to the operations log.")]
    private partial void LogNotWritten(Exception failure, int count);
}
