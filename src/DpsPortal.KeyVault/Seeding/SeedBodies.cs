using System.Text.Json;
using System.Text.Json.Serialization;
using DpsPortal.KeyVault.Algorithms;
using DpsPortal.KeyVault.KeyRequests;

namespace DpsPortal.KeyVault.Seeding;

// A member that is not known is a fault: a mistyped one would otherwise be missing in silence.

internal sealed record SeedBody(IReadOnlyList<JsonElement>? Keys);

/// <summary>A class, because its key must not be printed.</summary>
internal sealed class SeedKeyBody
{
    /// <summary>The default vault where it is absent.</summary>
    public string? Vault { get; init; }

    public string? Name { get; init; }

    /// <summary>A JSON Web Key with its private members; either this or <see cref="Pem"/>.</summary>
    public ImportedJwk? Key { get; init; }

    /// <summary>An RSA or EC private key, PKCS #8, PKCS #1 or SEC 1.</summary>
    public string? Pem { get; init; }

    /// <summary>Makes it a key of an -HSM type; a symmetric one must be.</summary>
    public bool? Hsm { get; init; }

    [JsonPropertyName("key_ops")]
    public IReadOnlyList<string?>? KeyOps { get; init; }

    public AttributesBody? Attributes { get; init; }

    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    public RotationPolicyBody? RotationPolicy { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(SeedBody))]
[JsonSerializable(typeof(SeedKeyBody))]
internal sealed partial class SeedJson : JsonSerializerContext;
