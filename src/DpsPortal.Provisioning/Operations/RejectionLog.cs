using System.Threading.Channels;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Operations;

/// <summary>
/// The operations log of rejections. Rejecting never waits for it: entries go through a bounded queue, many to a commit, and
/// when the queue is full the oldest is dropped and counted. The latest <see cref="Kept"/> are kept.
/// </summary>
internal sealed partial class RejectionLog : BackgroundService
{
    public const int Kept = 10_000;
    private const int QueueSize = 4096;
    private const int PerCommit = 512;

    private readonly DpsDatabase _database;
    private readonly EventFeed _events;
    private readonly ILogger<RejectionLog> _logger;
    private readonly Channel<RejectedRead> _queue;
    private long _sequence;
    private long _dropped;

    public RejectionLog(DpsDatabase database, EventFeed events, ILogger<RejectionLog> logger)
    {
        _database = database;
        _events = events;
        _logger = logger;
        _queue = Channel.CreateBounded<RejectedRead>(
            new BoundedChannelOptions(QueueSize) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        using var statements = new RejectionStatements(database.Open());
        _sequence = statements.LastSequence();
    }

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Numbers and queues a rejection.</summary>
    public RejectedRead Add(RejectedRead rejected)
    {
        var numbered = rejected with { Sequence = Interlocked.Increment(ref _sequence) };
        _queue.Writer.TryWrite(numbered);
        return numbered;
    }

    public async Task<IReadOnlyList<RejectedRead>> ListAsync(string? instance, long? before, int count, CancellationToken cancellationToken)
    {
        await using var context = _database.NewContext();
        IQueryable<RejectedReadRow> rows = context.RejectedReads.AsNoTracking();
        rows = instance is null ? rows : rows.Where(row => row.Instance == instance);
        rows = before is null ? rows : rows.Where(row => row.Sequence < before);
        var page = await rows.OrderByDescending(row => row.Sequence).Take(Math.Clamp(count, 1, 200)).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. page.Select(Read)];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var statements = new RejectionStatements(_database.Open());
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

    private async Task WriteQueuedAsync(RejectionStatements statements)
    {
        var batch = new List<RejectedRead>(PerCommit);
        while (_queue.Reader.TryRead(out var rejected))
        {
            batch.Add(rejected);
            if (batch.Count == PerCommit || !_queue.Reader.TryPeek(out _))
            {
                await WriteAsync(statements, batch).ConfigureAwait(false);
                batch.Clear();
            }
        }
    }

    private async Task WriteAsync(RejectionStatements statements, List<RejectedRead> batch)
    {
        try
        {
            using var turn = await _database.BeginWritingAsync(CancellationToken.None).ConfigureAwait(false);
            statements.Write(batch, Kept);
        }
        catch (SqliteException failure)
        {
            LogNotWritten(failure, batch.Count);
        }

        foreach (var rejected in batch)
        {
            _events.Publish(new ProvisioningEvent.ReadRejected(rejected));
        }
    }

    [LoggerMessage(LogLevel.Error, "{Count} rejected operations could not be written to the operations log.")]
    private partial void LogNotWritten(Exception failure, int count);

    private static RejectedRead Read(RejectedReadRow row) => new(
        row.Sequence,
        new DateTimeOffset(row.At, TimeSpan.Zero),
        row.Instance,
        row.Operation,
        row.Kind,
        row.RecordId,
        row.StatusCode,
        row.ErrorCode,
        row.Access,
        row.Cause,
        row.VaultErrorCode,
        row.KeyVersion is null ? null : KeyIdentifier.Parse(row.KeyVersion),
        new Caller(row.CallerId, row.CallerName),
        new TimeSpan(row.Latency));
}
