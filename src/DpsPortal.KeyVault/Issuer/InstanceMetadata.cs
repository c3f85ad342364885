using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Issuer;

internal sealed record InstanceMetadata(
    string TenantDiscoveryEndpoint, [property: JsonPropertyName("api-version")] string ApiVersion, IReadOnlyList<InstanceAliases> Metadata);
