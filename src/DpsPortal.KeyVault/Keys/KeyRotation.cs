using System.Security.Cryptography;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Keys;

/// <summary>Makes the version that a rotation adds, whether it was asked for or came due.</summary>
internal sealed class KeyRotation(MasterKey masterKey, TimeProvider domainClock)
{
    /// <summary>A new version like the current one, with fresh attributes. The old one stays as it is, enabled.</summary>
    public async Task<KeyVersion> NextVersionAsync(StoredKey key)
    {
        var now = KeyTime.Now(domainClock);
        var current = key.Current;
        var version = RandomNumberGenerator.GetHexString(32, lowercase: true);
        // Away from the thread that asks: it may take seconds.
        var material = await Task.Run(() => RsaMaterial.Generate(current.Material.Size, masterKey, key.Vault, key.Name, version));
        return new KeyVersion(
            version, current.KeyType, material, current.Operations,
            new KeyAttributes(true, null, key.Policy?.ExpiryOfNewVersion(now), now, now), current.Tags);
    }
}

internal static class KeyTime
{
    /// <summary>Key Vault counts in whole seconds.</summary>
    public static DateTimeOffset Now(TimeProvider domainClock) => DateTimeOffset.FromUnixTimeSeconds(domainClock.GetUtcNow().ToUnixTimeSeconds());
}
