using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>
/// Encrypts and decrypts records: AES-256-GCM (NIST SP 800-38D) under the DEK, and around it ChaCha20-Poly1305 (RFC 8439)
/// under the instance's platform key. Without a DEK, the platform layer alone.
/// </summary>
/// <remarks>
/// Not thread-safe: one AesGcm object used by two threads returns wrong bytes without an exception. Rent it from a
/// <see cref="RecordCipherPool"/>.
/// </remarks>
internal sealed class RecordCipher : IDisposable
{
    private readonly ChaCha20Poly1305 _platform;
    private readonly AesGcm? _customer;
    private readonly byte[] _commitment;
    private readonly NonceSource _nonces = new();

    /// <param name="platformKey">The instance's platform key.</param>
    /// <param name="dek">The data-encryption key, or <see langword="null"/> where the platform layer is the only one.</param>
    public RecordCipher(SecretKey platformKey, DataEncryptionKey? dek)
    {
        _platform = new ChaCha20Poly1305(platformKey.Bytes);
        _customer = dek is null ? null : new AesGcm(dek.Key.Bytes, Envelope.TagSize);
        _commitment = dek?.Commitment ?? [];
        Overhead = Envelope.Overhead(twoLayers: dek is not null);
    }

    /// <summary>How many bytes an envelope has beyond its content.</summary>
    public int Overhead { get; }

    /// <summary>Encrypts <paramref name="content"/> into <paramref name="envelope"/>, which is longer by <see cref="Overhead"/>.</summary>
    public void Seal(in RecordBinding binding, ReadOnlySpan<byte> content, Span<byte> envelope)
    {
        if (envelope.Length != content.Length + Overhead)
        {
            throw new ArgumentException("The envelope has exactly the content's length and the overhead.", nameof(envelope));
        }

        Span<byte> associated = stackalloc byte[RecordBinding.MaxSize];
        var layers = LayerCount;
        associated = associated[..binding.Write(Envelope.Format, layers, associated)];

        envelope[0] = Envelope.Format;
        envelope[Envelope.Layers] = layers;
        var body = envelope[Envelope.Body..];
        if (_customer is null)
        {
            content.CopyTo(body);
        }
        else
        {
            SealInner(binding.Dek, content, body, associated);
        }

        var nonce = envelope.Slice(Envelope.OuterNonce, NonceSource.Size);
        _nonces.Next(nonce);
        _platform.Encrypt(nonce, body, body, envelope.Slice(Envelope.OuterTag, Envelope.TagSize), associated);
    }

    /// <summary>
    /// Decrypts <paramref name="envelope"/> into <paramref name="content"/>, which is shorter by <see cref="Overhead"/>. False
    /// when it is not exactly what was sealed for this binding; then nothing of it is left in <paramref name="content"/>.
    /// </summary>
    public bool TryOpen(in RecordBinding binding, ReadOnlySpan<byte> envelope, Span<byte> content)
    {
        var layers = LayerCount;
        if (envelope.Length < Overhead
            || content.Length != envelope.Length - Overhead
            || envelope[0] != Envelope.Format
            || envelope[Envelope.Layers] != layers
            || !binding.IsPossible)
        {
            return false;
        }

        Span<byte> associated = stackalloc byte[RecordBinding.MaxSize];
        associated = associated[..binding.Write(Envelope.Format, layers, associated)];
        return _customer is null
            ? TryOpenOuter(envelope, content, associated)
            : TryOpenBoth(binding.Dek, envelope, content, associated);
    }

    public void Dispose()
    {
        _platform.Dispose();
        _customer?.Dispose();
    }

    public override string ToString() => nameof(RecordCipher);

    private byte LayerCount => _customer is null ? (byte)1 : (byte)2;

    private void SealInner(int dek, ReadOnlySpan<byte> content, Span<byte> body, ReadOnlySpan<byte> associated)
    {
        body[0] = Envelope.Format;
        BinaryPrimitives.WriteInt32BigEndian(body[Envelope.Dek..], dek);
        _commitment.CopyTo(body[Envelope.Commitment..]);
        var nonce = body.Slice(Envelope.InnerNonce, NonceSource.Size);
        _nonces.Next(nonce);
        _customer!.Encrypt(nonce, content, body[Envelope.Content..], body.Slice(Envelope.InnerTag, Envelope.TagSize), associated);
    }

    private bool TryOpenBoth(int dek, ReadOnlySpan<byte> envelope, Span<byte> content, ReadOnlySpan<byte> associated)
    {
        var length = envelope.Length - Envelope.Body;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            // The body holds only ciphertext of the customer layer: nothing to zero afterwards.
            var body = rented.AsSpan(0, length);
            return TryOpenOuter(envelope, body, associated) && TryOpenInner(dek, body, content, associated);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private bool TryOpenOuter(ReadOnlySpan<byte> envelope, Span<byte> body, ReadOnlySpan<byte> associated)
    {
        try
        {
            _platform.Decrypt(
                envelope.Slice(Envelope.OuterNonce, NonceSource.Size),
                envelope[Envelope.Body..],
                envelope.Slice(Envelope.OuterTag, Envelope.TagSize),
                body,
                associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private bool TryOpenInner(int dek, ReadOnlySpan<byte> body, Span<byte> content, ReadOnlySpan<byte> associated)
    {
        if (body[0] != Envelope.Format
            || BinaryPrimitives.ReadInt32BigEndian(body[Envelope.Dek..]) != dek
            || !CryptographicOperations.FixedTimeEquals(body.Slice(Envelope.Commitment, Envelope.CommitmentSize), _commitment))
        {
            return false;
        }

        try
        {
            _customer!.Decrypt(
                body.Slice(Envelope.InnerNonce, NonceSource.Size),
                body[Envelope.Content..],
                body.Slice(Envelope.InnerTag, Envelope.TagSize),
                content,
                associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
