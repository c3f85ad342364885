using System.Buffers;
using System.Security.Cryptography;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>A growing pooled buffer for clear content. What it lets go of is zeroed first.</summary>
internal sealed class SecretBuffer(int capacity = 2048) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _bytes.AsSpan(Length);
    }

    public void Dispose()
    {
        var bytes = _bytes;
        _bytes = [];
        Release(bytes);
        Length = 0;
    }

    public override string ToString() => nameof(SecretBuffer);

    private void EnsureRoom(int sizeHint)
    {
        if (_bytes.Length - Length >= Math.Max(1, sizeHint))
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + sizeHint));
        Written.CopyTo(larger);
        Release(_bytes);
        _bytes = larger;
    }

    private static void Release(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            CryptographicOperations.ZeroMemory(bytes);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
