using System.Diagnostics;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Audit;

/// <summary>
/// Group commit: events that wait together share one durable commit, and nobody is answered before theirs. A commit waits for
/// the requests that are being worked on, at most <see cref="Patience"/>, so that they share it; a request that is alone waits
/// for nobody. A thread of its own writes: a commit is mostly waiting for the disk, and must not take one of the pool's few
/// threads from the cryptography.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);
    private readonly VaultDatabase _database;
    private readonly AuditStatements _statements;
    private readonly Thread _writer;

    // Monitor and not Lock: the writer waits on it.
    private readonly object _gate = new();
    private List<Waiting> _waiting = [];
    private int _underWay;
    private bool _closing;

    public AuditLog(VaultDatabase database)
    {
        _database = database;
        _statements = new AuditStatements(database.Connect());
        _writer = new Thread(WriteAll) { IsBackground = true, Name = nameof(AuditLog) };
        _writer.Start();
    }

    /// <summary>Announces a request that will have an event, or none if it leaves its place unused.</summary>
    public Place TakePlace()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            _underWay++;
        }
        return new Place(this);
    }

    /// <summary>What waits is written first.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
        _writer.Join();
        _statements.Dispose();
    }

    private void Leave(Waiting? entry)
    {
        lock (_gate)
        {
            _underWay--;
            if (entry is not null)
            {
                _waiting.Add(entry);
            }
            if (_waiting.Count > 0 && (_waiting.Count == 1 || _underWay == 0))
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    private void WriteAll()
    {
        var batch = new List<Waiting>();
        while (AwaitCompany())
        {
            using (_database.TakeTurn())
            {
                lock (_gate)
                {
                    (batch, _waiting) = (_waiting, batch);
                }
                Commit(batch);
            }
            batch.Clear();
        }
    }

    /// <summary>Returns when a batch should be written; false when there will be none any more.</summary>
    private bool AwaitCompany()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closing)
                {
                    return false;
                }
                Monitor.Wait(_gate);
            }
            var since = Stopwatch.GetTimestamp();
            while (_underWay > 0 && !_closing && Patience - Stopwatch.GetElapsedTime(since) is { Ticks: > 0 } left)
            {
                Monitor.Wait(_gate, left);
            }
            return true;
        }
    }

    private void Commit(List<Waiting> batch)
    {
        try
        {
            _statements.Write(batch.Select(entry => entry.Row));
        }
        catch (Exception fault)
        {
            // Whatever it is, it is the answer of every waiting request; the writer itself must live on.
            batch.ForEach(entry => entry.Done.SetException(fault));
            return;
        }
        batch.ForEach(entry => entry.Done.SetResult());
    }

    /// <summary>A request's place in the log, from its beginning until its event waits or it turns out to have none.</summary>
    internal sealed class Place(AuditLog log) : IDisposable
    {
        private bool _left;

        /// <summary>Completes when the event is on the disk.</summary>
        public Task AppendAsync(AuditEventRow row)
        {
            var entry = new Waiting(row);
            Leave(entry);
            return entry.Done.Task;
        }

        public void Dispose() => Leave(null);

        private void Leave(Waiting? entry)
        {
            if (!_left)
            {
                _left = true;
                log.Leave(entry);
            }
        }
    }

    internal sealed record Waiting(AuditEventRow Row)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
