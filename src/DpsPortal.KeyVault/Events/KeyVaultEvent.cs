using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Events;

/// <summary>
/// An event of Key Vault in Event Grid's schema. One happening always has the same <see cref="Id"/>: it may be delivered more
/// than once, never less.
/// </summary>
/// <param name="Topic">Resource id of the vault.</param>
/// <param name="Subject">Name of the key.</param>
/// <param name="EventType">One of <see cref="KeyVaultEventTypes"/>.</param>
/// <param name="EventTime">By the domain clock.</param>
public sealed record KeyVaultEvent(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("topic")] string Topic,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("eventType")] string EventType,
    [property: JsonPropertyName("eventTime")] DateTimeOffset EventTime,
    [property: JsonPropertyName("data")] KeyVaultEventData Data)
{
    /// <summary>Version of <see cref="Data"/>'s schema.</summary>
    [JsonPropertyName("dataVersion")]
    public string DataVersion { get; } = "1";

    /// <summary>Version of the envelope's schema.</summary>
    [JsonPropertyName("metadataVersion")]
    public string MetadataVersion { get; } = "1";
}

/// <param name="Id">The key version's identifier.</param>
/// <param name="VaultName">Name of the vault.</param>
/// <param name="ObjectType"><c>Key</c>.</param>
/// <param name="ObjectName">Name of the key.</param>
/// <param name="Version">The key's version.</param>
/// <param name="NotBefore">Unix seconds, or null where the version has none.</param>
/// <param name="Expires">Unix seconds, or null where the version has none.</param>
public sealed record KeyVaultEventData(
    [property: JsonPropertyName("Id")] string Id,
    [property: JsonPropertyName("VaultName")] string VaultName,
    [property: JsonPropertyName("ObjectType")] string ObjectType,
    [property: JsonPropertyName("ObjectName")] string ObjectName,
    [property: JsonPropertyName("Version")] string Version,
    [property: JsonPropertyName("NBF")] long? NotBefore,
    [property: JsonPropertyName("EXP")] long? Expires);

/// <summary>The events there are. Nothing is published when a key is disabled or deleted or a role is taken away, as in Azure.</summary>
public static class KeyVaultEventTypes
{
    /// <summary>A key has a new version: created, rotated, imported.</summary>
    public const string KeyNewVersionCreated = "Microsoft.KeyVault.KeyNewVersionCreated";

    /// <summary>The current version expires soon: 30 days before, or as the rotation policy says.</summary>
    public const string KeyNearExpiry = "Microsoft.KeyVault.KeyNearExpiry";

    /// <summary>The current version has expired.</summary>
    public const string KeyExpired = "Microsoft.KeyVault.KeyExpired";

    /// <summary>
    /// The access policies of a vault, or its permission model, were changed. A vault in this process has Azure RBAC alone and refuses
    /// both, and a change of roles is silent in Azure too: it is here for subscribers that are written for Azure.
    /// </summary>
    public const string VaultAccessPolicyChanged = "Microsoft.KeyVault.VaultAccessPolicyChanged";
}
