using System.Security.Cryptography;
using System.Text;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Management;

namespace DpsPortal.KeyVault.Events;

/// <summary>
/// Events as Event Grid has them. The id is derived from what happened, so that an event which is delivered again after a
/// crash can be told from a new one.
/// </summary>
internal sealed class EventFactory(EmbeddedKeyVaultOptions options)
{
    public KeyVaultEvent OfKey(string type, VaultResource vault, string name, string version, KeyAttributes attributes, DateTimeOffset time)
    {
        var id = $"{vault.Address(options.PublicPort)}keys/{name}/{version}";
        var (notBefore, expires) = (attributes.NotBefore?.ToUnixTimeSeconds(), attributes.Expires?.ToUnixTimeSeconds());
        var happening = type == KeyVaultEventTypes.KeyNewVersionCreated ? "" : $"{expires}";
        return new KeyVaultEvent(
            IdOf(type, vault.Name.ToLowerInvariant(), name.ToLowerInvariant(), version, happening), vault.ResourceId(options.SubscriptionId), name, type, time,
            new KeyVaultEventData(id, vault.Name, "Key", name, version, notBefore, expires));
    }

    private static string IdOf(params string[] parts) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 16)).ToString();
}
