using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>
/// Encrypts and decrypts records: AES-256-GCM (NIST SP 800-38D) under the DEK, and around it ChaCha20-Poly1305 (RFC 8439)
/// under the instance's platform key. Without a DEK, the platform layer alone. The innermost layer binds the record's slot;
/// the layer around it authenticates that layer whole.
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
    private readonly byte _layers;
    private byte[] _scratch = [];

    /// <param name="platformKey">The instance's platform key.</param>
    /// <param name="dek">The data-encryption key, or <see langword="null"/> where the platform layer is the only one.</param>
    public RecordCipher(SecretKey platformKey, DataEncryptionKey? dek)
    {
        _platform = new ChaCha20Poly1305(platformKey.Bytes);
        _customer = dek is null ? null : new AesGcm(dek.Key.Bytes, Envelope.TagSize);
        _commitment = dek?.Commitment ?? [];
        _layers = dek is null ? (byte)1 : (byte)2;
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

        Span<byte> slot = stackalloc byte[RecordBinding.MaxSize];
        if (!binding.TryWrite(Envelope.Format, _layers, slot, out var slotSize))
        {
            throw new ArgumentException("The record's id is not one that may be stored.", nameof(binding));
        }

        envelope[0] = Envelope.Format;
        envelope[Envelope.Layers] = _layers;
        ReadOnlySpan<byte> associated = slot[..slotSize];
        var body = envelope[Envelope.Body..];
        if (_customer is null)
        {
            content.CopyTo(body);
        }
        else
        {
            SealInner(binding.Dek, content, body, associated);
            associated = [];
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
        Span<byte> slot = stackalloc byte[RecordBinding.MaxSize];
        if (envelope.Length < Overhead
            || content.Length != envelope.Length - Overhead
            || envelope[0] != Envelope.Format
            || envelope[Envelope.Layers] != _layers
            || !binding.TryWrite(Envelope.Format, _layers, slot, out var slotSize))
        {
            return false;
        }

        ReadOnlySpan<byte> associated = slot[..slotSize];
        try
        {
            if (_customer is null)
            {
                OpenOuter(envelope, content, associated);
                return true;
            }

            var body = Scratch(envelope.Length - Envelope.Body);
            OpenOuter(envelope, body, []);
            return OpenInner(binding.Dek, body, content, associated);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _platform.Dispose();
        _customer?.Dispose();
    }

    public override string ToString() => nameof(RecordCipher);

    private void SealInner(int dek, ReadOnlySpan<byte> content, Span<byte> body, ReadOnlySpan<byte> associated)
    {
        body[0] = Envelope.Format;
        BinaryPrimitives.WriteInt32BigEndian(body[Envelope.Dek..], dek);
        _commitment.CopyTo(body[Envelope.Commitment..]);
        var nonce = body.Slice(Envelope.InnerNonce, NonceSource.Size);
        _nonces.Next(nonce);
        _customer!.Encrypt(nonce, content, body[Envelope.Content..], body.Slice(Envelope.InnerTag, Envelope.TagSize), associated);
    }

    private void OpenOuter(ReadOnlySpan<byte> envelope, Span<byte> body, ReadOnlySpan<byte> associated) =>
        _platform.Decrypt(
            envelope.Slice(Envelope.OuterNonce, NonceSource.Size),
            envelope[Envelope.Body..],
            envelope.Slice(Envelope.OuterTag, Envelope.TagSize),
            body,
            associated);

    private bool OpenInner(int dek, ReadOnlySpan<byte> body, Span<byte> content, ReadOnlySpan<byte> associated)
    {
        if (body[0] != Envelope.Format
            || BinaryPrimitives.ReadInt32BigEndian(body[Envelope.Dek..]) != dek
            || !IsCommitment(body.Slice(Envelope.Commitment, Envelope.CommitmentSize)))
        {
            return false;
        }

        _customer!.Decrypt(
            body.Slice(Envelope.InnerNonce, NonceSource.Size),
            body[Envelope.Content..],
            body.Slice(Envelope.InnerTag, Envelope.TagSize),
            content,
            associated);
        return true;
    }

    /// <summary>Room for a decrypted outer layer. It holds only ciphertext of the customer layer: nothing to zero.</summary>
    private Span<byte> Scratch(int length)
    {
        if (_scratch.Length < length)
        {
            _scratch = GC.AllocateUninitializedArray<byte>(length);
        }

        return _scratch.AsSpan(0, length);
    }

    /// <summary>All 32 bytes at once, whatever differs: as constant in time as the framework's loop, and twenty times faster.</summary>
    private bool IsCommitment(ReadOnlySpan<byte> stored) =>
        (Vector256.Create(stored) ^ Vector256.Create(_commitment)) == Vector256<byte>.Zero;
}
