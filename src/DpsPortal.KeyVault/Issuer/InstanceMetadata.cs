using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Issuer;

internal sealed record InstanceMetadata(string TenantDiscoveryEndpoint, [property: JsonPropertyName("api-version")] string ApiVersion, IReadOnlyList<InstanceAliases> Metadata);
