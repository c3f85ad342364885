using System.Security.Cryptography;
using System.Text;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Backups;

/// <summary>
/// The secret that backup blobs are sealed under. It is not the master key, so that blobs stay good when that is rotated, and it
/// lies beside it and not in the database, so that they can be restored after the database is lost. Each subscription, tenant and
/// geography has a key of its own, derived from it (RFC 5869, HKDF-SHA256): a blob opens nowhere else.
/// Sealed form (NIST SP 800-38D, AES-256-GCM): nonce ‖ tag ‖ ciphertext, bound to what stands before it in the blob.
/// Holds secret bytes: prints only its type name and clears them when disposed.
/// </summary>
internal sealed class BackupKey : IDisposable
{
    private const string File = "backup.key";
    private const int Size = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly byte[] _secret;

    private BackupKey(byte[] secret) => _secret = secret;

    /// <summary>Makes the secret where there is none: blobs sealed under a lost one stay closed, and nothing else depends on it.</summary>
    public static BackupKey Open(ProtectedFolder folder)
    {
        if (folder.Read(File) is not { } secret)
        {
            secret = RandomNumberGenerator.GetBytes(Size);
            folder.Write(File, secret);
        }

        return secret.Length == Size
            ? new BackupKey(secret)
            : throw new VaultStartRefusedException(
                $"The backup key {folder.PathOf(File)} must have {Size} bytes; it has {secret.Length}. Put the right one back; or delete it, and " +
                "backups made until now can no longer be restored.");
    }

    public byte[] Seal(ReadOnlySpan<byte> value, BackupScope scope, ReadOnlySpan<byte> header)
    {
        var output = new byte[NonceSize + TagSize + value.Length];
        RandomNumberGenerator.Fill(output.AsSpan(0, NonceSize));
        using var aes = Cipher(scope);
        aes.Encrypt(output.AsSpan(0, NonceSize), value, output.AsSpan(NonceSize + TagSize), output.AsSpan(NonceSize, TagSize), header);
        return output;
    }

    /// <returns>The value, or null where it was sealed by another key, for another scope, or was changed.</returns>
    public byte[]? Open(ReadOnlySpan<byte> value, BackupScope scope, ReadOnlySpan<byte> header)
    {
        if (value.Length < NonceSize + TagSize)
        {
            return null;
        }

        var output = new byte[value.Length - NonceSize - TagSize];
        using var aes = Cipher(scope);
        try
        {
            aes.Decrypt(value[..NonceSize], value[(NonceSize + TagSize)..], value.Slice(NonceSize, TagSize), output, header);
            return output;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    public override string ToString() => nameof(BackupKey);

    private AesGcm Cipher(BackupScope scope)
    {
        Span<byte> key = stackalloc byte[Size];
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256, _secret, key, salt: [], Encoding.UTF8.GetBytes($"key backup|{scope.Tenant}|{scope.Subscription}|{scope.Geography}"));
        try
        {
            return new AesGcm(key, TagSize);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
