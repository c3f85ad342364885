using System.Collections.Concurrent;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Audit;

/// <param name="Lost">Access will be lost; otherwise it will come back.</param>
internal sealed record ExpectedAccessChange(Guid Operation, bool Lost, IReadOnlyList<string> Instances);

/// <summary>
/// Which changes of access our own operations are causing. Events arrive on other threads and may come after the operation has
/// ended; the epoch that the operation confirmed tells those from later changes.
/// </summary>
internal sealed class ExpectedAccessChanges
{
    private readonly ConcurrentDictionary<string, Entry> _byInstance = new(StringComparer.OrdinalIgnoreCase);

    public void Add(ExpectedAccessChange change)
    {
        foreach (var instance in change.Instances)
        {
            _byInstance[instance] = new Entry(change.Operation, change.Lost, null, Ended: false);
        }
    }

    public void Confirm(Guid operation, string instance, long epoch) =>
        Update(instance, operation, entry => entry with { Epoch = epoch });

    /// <param name="confirmed">The change has been seen; otherwise it is still to come, once, and is this operation's all the same.</param>
    public void End(Guid operation, bool confirmed)
    {
        foreach (var instance in _byInstance.Keys)
        {
            Update(instance, operation, entry => entry with { Ended = confirmed || entry.Epoch is not null, Overdue = !confirmed });
        }
    }

    /// <returns>The operation behind the change, or <see langword="null"/> when it was made elsewhere.</returns>
    public Guid? CauseOf(string instance, bool lost, KeyAccessStatus after)
    {
        if (!_byInstance.TryGetValue(instance, out var entry) || entry.Lost != lost || (entry.Ended && !(after.Epoch <= entry.Epoch)))
        {
            return null;
        }

        if (entry is { Overdue: true, Ended: false })
        {
            _byInstance.TryUpdate(instance, entry with { Epoch = after.Epoch, Ended = true }, entry);
        }

        return entry.Operation;
    }

    private void Update(string instance, Guid operation, Func<Entry, Entry> change)
    {
        if (_byInstance.TryGetValue(instance, out var entry) && entry.Operation == operation)
        {
            _byInstance.TryUpdate(instance, change(entry), entry);
        }
    }

    private sealed record Entry(Guid Operation, bool Lost, long? Epoch, bool Ended, bool Overdue = false);
}
