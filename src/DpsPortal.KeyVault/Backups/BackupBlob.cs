using System.Security.Cryptography;
using System.Text.Json;

namespace DpsPortal.KeyVault.Backups;

/// <summary>
/// The bytes of a backup: the magic that Azure's blobs begin with ‖ format version (1) ‖ <see cref="KeyBackup"/> as JSON, sealed.
/// Magic and version are authenticated with the rest.
/// </summary>
internal static class BackupBlob
{
    private const byte FormatVersion = 1;
    private static readonly byte[] Header = [.. "&AzureKeyVaultKeyBackupV1.microsoft.com"u8, FormatVersion];

    public static byte[] Write(KeyBackup backup, BackupKey key, BackupScope scope)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(backup, BackupJson.Default.KeyBackup);
        try
        {
            return [.. Header, .. key.Seal(json, scope, Header)];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    /// <summary>Whether it says that it is a backup of the only version that there is.</summary>
    public static bool HasVersion(ReadOnlySpan<byte> blob) => blob.StartsWith(Header);

    /// <returns>The backup, or null where the blob is not one, was changed, or belongs elsewhere.</returns>
    public static KeyBackup? Read(ReadOnlySpan<byte> blob, BackupKey key, BackupScope scope)
    {
        if (!blob.StartsWith(Header) || key.Open(blob[Header.Length..], scope, Header) is not { } json)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(json, BackupJson.Default.KeyBackup);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }
}
