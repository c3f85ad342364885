using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Events;

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
