using System.Security.Cryptography;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Backups;

/// <summary>Between a key of a vault and its backup: private parts are opened in one slot and sealed for another.</summary>
internal sealed class KeyCopies(MasterKey masterKey)
{
    /// <summary>The backup holds private parts in clear: <see cref="Clear"/> it.</summary>
    public KeyBackup Copy(StoredKey key)
    {
        // All that hangs on the order is which one is the newest; times are in seconds, so two can have the same.
        var versions = key.Versions.Values.Where(version => version.Version != key.CurrentVersion)
            .OrderBy(version => version.Attributes.Created)
            .Append(key.Current);
        return new KeyBackup(key.Name, [.. versions.Select(version => Copy(key, version))], key.Policy is null ? null : KeyRows.ToJson(key.Policy));
    }

    public IReadOnlyList<KeyVersion> Open(KeyBackup backup, string vault)
    {
        var key = new KeyRow { Vault = vault, Name = backup.Name };
        return [.. backup.Versions.Select(version => KeyRows.ToVersion(ToRow(version, new KeySlot(vault, backup.Name, version.Version)), key, masterKey))];
    }

    public static void Clear(KeyBackup backup)
    {
        foreach (var version in backup.Versions)
        {
            CryptographicOperations.ZeroMemory(version.PrivateKey);
        }
    }

    private VersionBackup Copy(StoredKey key, KeyVersion version)
    {
        var row = KeyRows.ToRow(version, key.Id);
        var privateKey = masterKey.Open(row.SealedPrivateKey, new KeySlot(key.Vault, key.Name, row.Version).For(row.KeyType));
        return new VersionBackup(
            row.Version, row.KeyType, row.Size, row.Modulus, row.Exponent, row.Curve, row.X, row.Y, privateKey,
            row.Operations, row.Enabled, row.NotBefore, row.Expires, row.Created, row.Updated, row.Tags);
    }

    private KeyVersionRow ToRow(VersionBackup version, KeySlot slot) => new()
    {
        Version = version.Version,
        KeyType = version.KeyType,
        Size = version.Size,
        Modulus = version.Modulus,
        Exponent = version.Exponent,
        Curve = version.Curve,
        X = version.X,
        Y = version.Y,
        SealedPrivateKey = masterKey.Seal(version.PrivateKey, slot.For(version.KeyType)),
        Operations = version.Operations,
        Enabled = version.Enabled,
        NotBefore = version.NotBefore,
        Expires = version.Expires,
        Created = version.Created,
        Updated = version.Updated,
        Tags = version.Tags,
    };
}
