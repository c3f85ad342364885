using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Issuer;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OpenIdMetadata))]
[JsonSerializable(typeof(PublicJwks))]
[JsonSerializable(typeof(InstanceMetadata))]
internal sealed partial class DiscoveryJson : JsonSerializerContext;
