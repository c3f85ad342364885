using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Audit;

/// <summary>
/// Group commit: events that wait together share one durable commit, and nobody is answered before theirs. The last request that
/// is being worked on writes for all, on its own thread: one that is alone waits for nobody, not even for a thread to wake up.
/// Where others take long, the log waits for them at most <see cref="Patience"/>.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);
    private readonly VaultDatabase _database;
    private readonly AuditStatements _statements;
    private readonly Timer _patience;

    private readonly Lock _gate = new();
    private List<Waiting> _waiting = [];
    private int _underWay;
    private bool _patient;
    private bool _writing;
    private bool _closing;

    public AuditLog(VaultDatabase database)
    {
        _database = database;
        _statements = new AuditStatements(database.Connect());
        _patience = new Timer(_ => EndPatience());
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

    /// <summary>What waits is written first. Somebody who was to write it may not have had the turn yet, and then finds nothing left.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            (_closing, _patient) = (true, false);
        }

        _patience.Dispose();
        (List<Waiting> Batch, Exception? Fault) written;
        using (_database.TakeTurn())
        {
            written = WriteWaiting();
            _statements.Dispose();
        }

        Answer(written.Batch, written.Fault);
    }

    private void Leave(Waiting? entry)
    {
        bool write;
        lock (_gate)
        {
            _underWay--;
            if (entry is not null)
            {
                _waiting.Add(entry);
            }

            write = BeginWriting(companyMayCome: _underWay > 0);
        }

        if (write)
        {
            _ = WriteAsync();
        }
    }

    private void EndPatience()
    {
        bool write;
        lock (_gate)
        {
            _patient = false;
            write = BeginWriting(companyMayCome: false);
        }

        if (write)
        {
            _ = WriteAsync();
        }
    }

    /// <summary>Under the gate. True when the caller is to write what waits now; otherwise somebody else will.</summary>
    private bool BeginWriting(bool companyMayCome)
    {
        if (_waiting.Count == 0 || _writing)
        {
            return false;
        }

        if (companyMayCome && !_closing)
        {
            BePatient(true);
            return false;
        }

        BePatient(false);
        return _writing = true;
    }

    private void BePatient(bool patient)
    {
        if (_patient != patient)
        {
            _patient = patient;
            _patience.Change(patient ? Patience : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task WriteAsync()
    {
        List<Waiting> batch;
        Exception? fault;
        using (await _database.TakeTurnAsync().ConfigureAwait(false))
        {
            (batch, fault) = WriteWaiting();
        }

        bool again;
        lock (_gate)
        {
            _writing = false;
            again = BeginWriting(companyMayCome: _underWay > 0);
        }

        if (again)
        {
            // Not on this thread, whose request has its answer now.
            ThreadPool.UnsafeQueueUserWorkItem(log => _ = log.WriteAsync(), this, preferLocal: false);
        }

        Answer(batch, fault);
    }

    /// <summary>During a turn.</summary>
    /// <returns>Who waited, and what went wrong. Whatever it is, it is the answer of each of them.</returns>
    private (List<Waiting> Batch, Exception? Fault) WriteWaiting()
    {
        List<Waiting> batch;
        lock (_gate)
        {
            (batch, _waiting) = (_waiting, new List<Waiting>(_waiting.Count));
        }

        if (batch.Count == 0)
        {
            return (batch, null);
        }

        try
        {
            _database.RequirePresence();
            _statements.Write(batch.Select(entry => entry.Row));
            return (batch, null);
        }
        catch (Exception fault)
        {
            // Nobody above awaits this: those who wait are told, each as the exception of its own request.
            return (batch, fault);
        }
    }

    /// <summary>On this thread, one after the other: waking a thread for each, or for all others, costs more than their answers.</summary>
    private static void Answer(List<Waiting> batch, Exception? fault) => batch.ForEach(entry => entry.Complete(fault));

    /// <summary>A request's place in the log, from its beginning until its event waits or it turns out to have none.</summary>
    internal sealed class Place(AuditLog log) : IDisposable
    {
        private bool _left;

        /// <summary>Completes when the event is on the disk.</summary>
        public Task AppendAsync(AuditEventRow row)
        {
            var entry = new Waiting(row);
            Leave(entry);
            return entry.Done;
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

    private sealed class Waiting(AuditEventRow row)
    {
        private readonly TaskCompletionSource _done = new();

        public AuditEventRow Row => row;

        public Task Done => _done.Task;

        public void Complete(Exception? fault)
        {
            if (fault is null)
            {
                _done.SetResult();
            }
            else
            {
                _done.SetException(fault);
            }
        }
    }
}
