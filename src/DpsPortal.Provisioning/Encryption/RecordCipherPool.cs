namespace DpsPortal.Provisioning.Encryption;

/// <summary>Ciphers of one DEK (or of the platform layer alone), each used by one thread at a time.</summary>
/// <param name="platformKey">The instance's platform key; belongs to the instance.</param>
/// <param name="dek">Belongs to the pool.</param>
internal sealed class RecordCipherPool(SecretKey platformKey, DataEncryptionKey? dek) : IDisposable
{
    private readonly RecordCipher?[] _idle = new RecordCipher?[2 * Environment.ProcessorCount];
    private long _granted;
    private volatile bool _disposed;

    public int DekNumber { get; } = dek?.Number ?? 0;

    /// <summary>Adds encryptions that were reserved for this process. During a write turn, like <see cref="Take"/>.</summary>
    public void Grant(long encryptions) => _granted += encryptions;

    /// <summary>Takes from the encryptions granted. The platform layer, which counts none, gives what is asked for.</summary>
    /// <returns>How many there were, at most those wanted.</returns>
    public int Take(int wanted)
    {
        if (dek is null)
        {
            return wanted;
        }

        var taken = (int)Math.Min(wanted, _granted);
        _granted -= taken;
        return taken;
    }

    public Rental Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (var i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } cipher)
            {
                return new Rental(this, cipher);
            }
        }

        return new Rental(this, new RecordCipher(platformKey, dek));
    }

    public void Dispose()
    {
        _disposed = true;
        DisposeIdle();
        dek?.Dispose();
    }

    private void Return(RecordCipher cipher)
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[i], cipher, null) is null)
            {
                // Disposal may have passed this slot already; whoever sees the flag clears up.
                if (_disposed)
                {
                    DisposeIdle();
                }

                return;
            }
        }

        cipher.Dispose();
    }

    private void DisposeIdle()
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            Interlocked.Exchange(ref _idle[i], null)?.Dispose();
        }
    }

    public readonly struct Rental(RecordCipherPool pool, RecordCipher cipher) : IDisposable
    {
        public RecordCipher Cipher => cipher;

        public void Dispose() => pool.Return(cipher);
    }
}
