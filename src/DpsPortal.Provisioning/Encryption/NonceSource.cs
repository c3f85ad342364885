using System.Security.Cryptography;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>
/// Random 96-bit nonces (NIST SP 800-38D, 8.2.2), drawn from the generator in blocks: one call per nonce would cost as
/// much as encrypting a kilobyte. Not thread-safe; each pooled cipher has its own.
/// </summary>
internal sealed class NonceSource
{
    public const int Size = 12;
    private const int PerBlock = 256;

    private readonly byte[] _block = new byte[Size * PerBlock];
    private int _next = Size * PerBlock;

    /// <summary>Moves the next nonce to <paramref name="destination"/>; the source keeps no copy.</summary>
    public void Next(Span<byte> destination)
    {
        if (_next == _block.Length)
        {
            RandomNumberGenerator.Fill(_block);
            _next = 0;
        }

        var nonce = _block.AsSpan(_next, Size);
        nonce.CopyTo(destination);
        nonce.Clear();
        _next += Size;
    }
}
