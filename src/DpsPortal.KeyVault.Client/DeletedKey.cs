using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>A soft-deleted key: it can be recovered until it is purged. One out of a list has no public key.</summary>
public class DeletedKey : KeyVaultKey
{
    internal DeletedKey(KeyProperties properties, JsonWebKey key)
        : base(properties, key)
    {
    }

    /// <summary>The address to recover it at.</summary>
    public Uri RecoveryId { get; internal init; }

    /// <summary>When it was deleted.</summary>
    public DateTimeOffset? DeletedOn { get; internal init; }

    /// <summary>When the vault purges it by itself.</summary>
    public DateTimeOffset? ScheduledPurgeDate { get; internal init; }

    /// <summary>Reads a bundle, or an item of a list.</summary>
    internal static new DeletedKey Read(JsonElement json)
    {
        var key = json.Optional("key") is { } bundled ? JsonWebKey.Read(bundled) : new JsonWebKey([]);
        var id = key.Id is null ? json.OptionalUri("kid") : new Uri(key.Id);
        return new DeletedKey(KeyProperties.Read(json, id), key)
        {
            RecoveryId = json.OptionalUri("recoveryId"),
            DeletedOn = json.OptionalTime("deletedDate"),
            ScheduledPurgeDate = json.OptionalTime("scheduledPurgeDate"),
        };
    }
}
