using System.Collections.Concurrent;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Access;

/// <summary>
/// The keys of one instance, in memory, during one epoch. Whoever uses them enters first; closing lets nobody in any more,
/// waits for those inside and zeroes the keys.
/// </summary>
internal sealed class KeyRing(InstanceKey instanceKey, SecretKey platformKey) : IDisposable
{
    private readonly ConcurrentDictionary<int, RecordCipherPool> _deks = new();
    private readonly ConcurrentBag<RecordCipherPool> _retired = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;
    private AccessVerdict? _closedBy;

    public InstanceKey InstanceKey => instanceKey;

    /// <summary>Why the ring was closed; <see langword="null"/> while it is open. Readers look again after the cryptography.</summary>
    public AccessVerdict? ClosedBy => Volatile.Read(ref _closedBy);

    public bool TryEnter()
    {
        // First counted, then looked: closing does it the other way round, so that one of the two sees the other.
        Interlocked.Increment(ref _inside);
        if (ClosedBy is null)
        {
            return true;
        }

        Exit();
        return false;
    }

    public void Exit()
    {
        if (Interlocked.Decrement(ref _inside) == 0 && ClosedBy is not null)
        {
            _drained.TrySetResult();
        }
    }

    public void Close(AccessVerdict reason)
    {
        Interlocked.CompareExchange(ref _closedBy, reason, null);
        if (Volatile.Read(ref _inside) == 0)
        {
            _drained.TrySetResult();
        }
    }

    /// <summary>Completes when nobody uses the keys any more and they have been zeroed. After <see cref="Close"/>.</summary>
    public async Task DrainAsync()
    {
        await _drained.Task.ConfigureAwait(false);
        Dispose();
    }

    public RecordCipherPool? FindDek(int number) => _deks.GetValueOrDefault(number);

    /// <summary>Keeps a DEK; of two threads that unwrapped the same one, the first one's is kept.</summary>
    public RecordCipherPool AddDek(DataEncryptionKey dek)
    {
        var pool = new RecordCipherPool(platformKey, dek);
        var kept = _deks.GetOrAdd(dek.Number, pool);
        if (kept != pool)
        {
            pool.Dispose();
        }

        return kept;
    }

    /// <summary>Lets go of a DEK that no record needs any more. Somebody may be using it still: it is zeroed with the others.</summary>
    public void Retire(int number)
    {
        if (_deks.TryRemove(number, out var pool))
        {
            _retired.Add(pool);
        }
    }

    public void Dispose()
    {
        foreach (var pool in _deks.Values.Concat(_retired))
        {
            pool.Dispose();
        }

        _deks.Clear();
        instanceKey.Dispose();
    }

    public override string ToString() => nameof(KeyRing);
}
