using System.Security.Cryptography;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>
/// A 256-bit key in memory. The array is pinned, so that the collector leaves no copies behind, and zeroed on disposal.
/// </summary>
internal sealed class SecretKey : IDisposable
{
    public const int Size = 32;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
    private bool _disposed;

    public SecretKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A key has {Size} bytes.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
    }

    private SecretKey()
    {
    }

    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    public static SecretKey Random()
    {
        var key = new SecretKey();
        RandomNumberGenerator.Fill(key._bytes);
        return key;
    }

    /// <summary>A key for one purpose, by HKDF (RFC 5869) with SHA-256.</summary>
    public SecretKey Derive(ReadOnlySpan<byte> info)
    {
        var derived = new SecretKey();
        HKDF.Expand(HashAlgorithmName.SHA256, Bytes, derived._bytes, info);
        return derived;
    }

    public bool FixedTimeEquals(SecretKey other) => CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    public override string ToString() => nameof(SecretKey);
}
