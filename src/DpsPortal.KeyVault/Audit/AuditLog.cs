using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Audit;

/// <summary>
/// Group commit: events that wait together share one durable commit, and nobody is answered before theirs. A thread of its own
/// writes: a commit is mostly waiting for the disk, and must not take one of the pool's few threads from the cryptography.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    private readonly VaultDatabase _database;
    private readonly AuditStatements _statements;
    private readonly Thread _writer;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private List<Waiting> _waiting = [];
    private bool _closing;

    public AuditLog(VaultDatabase database)
    {
        _database = database;
        _statements = new AuditStatements(database.Connect());
        _writer = new Thread(WriteAll) { IsBackground = true, Name = nameof(AuditLog) };
        _writer.Start();
    }

    /// <summary>Completes when the event is on the disk.</summary>
    public Task AppendAsync(AuditEventRow row)
    {
        var entry = new Waiting(row);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            _waiting.Add(entry);
            if (_waiting.Count == 1)
            {
                _arrived.Release();
            }
        }
        return entry.Done.Task;
    }

    /// <summary>What waits is written first.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
        }
        _arrived.Release();
        _writer.Join();
        _statements.Dispose();
        _arrived.Dispose();
    }

    private void WriteAll()
    {
        var batch = new List<Waiting>();
        do
        {
            batch.Clear();
            _arrived.Wait();
            using (_database.TakeTurn())
            {
                lock (_gate)
                {
                    (batch, _waiting) = (_waiting, batch);
                }
                Commit(batch);
            }
        }
        // Only the end is signalled without an event.
        while (batch.Count > 0);
    }

    private void Commit(List<Waiting> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }
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

    private sealed record Waiting(AuditEventRow Row)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
