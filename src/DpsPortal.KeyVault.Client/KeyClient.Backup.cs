using Azure.Core;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

public partial class KeyClient
{
    /// <summary>
    /// A key with all its versions, sealed by the vault: only a vault of the same subscription and geography can open it (permission:
    /// backup).
    /// </summary>
    public virtual Response<byte[]> BackupKey(string name, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(BackupKey), name, null, Backup(name), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="BackupKey"/>
    public virtual async Task<Response<byte[]>> BackupKeyAsync(string name, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(BackupKey), name, null, Backup(name), true, cancellationToken).ConfigureAwait(false);

    /// <summary>Restores a key with its name and all its versions; the name must be free (permission: restore).</summary>
    public virtual Response<KeyVaultKey> RestoreKeyBackup(byte[] backup, CancellationToken cancellationToken = default) =>
        CallAsync(nameof(RestoreKeyBackup), null, null, Restoration(backup), false, cancellationToken).EnsureCompleted();

    /// <inheritdoc cref="RestoreKeyBackup"/>
    public virtual async Task<Response<KeyVaultKey>> RestoreKeyBackupAsync(byte[] backup, CancellationToken cancellationToken = default) =>
        await CallAsync(nameof(RestoreKeyBackup), null, null, Restoration(backup), true, cancellationToken).ConfigureAwait(false);

    private static VaultCall<byte[]> Backup(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(RequestMethod.Post, $"/keys/{name}/backup", json => json.OptionalBytes("value"));
    }

    private static VaultCall<KeyVaultKey> Restoration(byte[] backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        return new(RequestMethod.Post, "/keys/restore", KeyVaultKey.Read) { WriteBody = json => json.WriteOptional("value", backup) };
    }
}
