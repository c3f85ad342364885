using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Encryption;

/// <summary>
/// The key of one instance, in memory. It wraps DEKs with AES-256-GCM and proves, by a check value, which instance and
/// which version of the KEK a wrapped form of it belongs to: RSA-OAEP has no associated data to say so.
/// </summary>
internal sealed class InstanceKey(Guid instance, SecretKey key) : IDisposable
{
    private const int WrappedSize = NonceSource.Size + Envelope.TagSize + SecretKey.Size;

    public static InstanceKey Random(Guid instance) => new(instance, SecretKey.Random());

    /// <summary>The bytes to be wrapped by the vault. The caller zeroes its copy.</summary>
    public byte[] CopyBytes() => key.Bytes.ToArray();

    public bool FixedTimeEquals(InstanceKey other) => key.FixedTimeEquals(other.Secret);

    /// <summary>Stored beside a wrapped form; after an unwrap it catches a vault that returned another valid key.</summary>
    public byte[] CheckValue(KeyIdentifier kekVersion, string algorithm)
    {
        using var checking = key.Derive("dps instance key check 1"u8);
        return HMACSHA256.HashData(checking.Bytes, Encoding.UTF8.GetBytes($"{instance:N}\n{kekVersion}\n{algorithm}"));
    }

    public bool Matches(ReadOnlySpan<byte> checkValue, KeyIdentifier kekVersion, string algorithm) =>
        CryptographicOperations.FixedTimeEquals(checkValue, CheckValue(kekVersion, algorithm));

    /// <summary>A key that recognises contents of this instance and opens nothing.</summary>
    public SecretKey DeriveFingerprintKey() => key.Derive("dps record fingerprint 1"u8);

    /// <returns>Nonce, tag and encrypted key.</returns>
    public byte[] WrapDek(DataEncryptionKey dek)
    {
        var wrapped = new byte[WrappedSize];
        var nonce = wrapped.AsSpan(0, NonceSource.Size);
        RandomNumberGenerator.Fill(nonce);
        using var aes = NewCipher();
        aes.Encrypt(
            nonce,
            dek.Key.Bytes,
            wrapped.AsSpan(NonceSource.Size + Envelope.TagSize),
            wrapped.AsSpan(NonceSource.Size, Envelope.TagSize),
            Associated(dek.Number));
        return wrapped;
    }

    /// <returns><see langword="null"/> when the bytes are not what was wrapped for this instance and number.</returns>
    public DataEncryptionKey? UnwrapDek(int number, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length != WrappedSize)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[SecretKey.Size];
        try
        {
            using var aes = NewCipher();
            aes.Decrypt(
                wrapped[..NonceSource.Size],
                wrapped[(NonceSource.Size + Envelope.TagSize)..],
                wrapped.Slice(NonceSource.Size, Envelope.TagSize),
                bytes,
                Associated(number));
            return new DataEncryptionKey(number, new SecretKey(bytes));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public void Dispose() => key.Dispose();

    public override string ToString() => nameof(InstanceKey);

    private SecretKey Secret => key;

    private AesGcm NewCipher()
    {
        using var wrapping = key.Derive("dps dek wrap 1"u8);
        return new AesGcm(wrapping.Bytes, Envelope.TagSize);
    }

    private byte[] Associated(int dekNumber)
    {
        var associated = new byte[16 + sizeof(int)];
        instance.TryWriteBytes(associated, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(associated.AsSpan(16), dekNumber);
        return associated;
    }
}
