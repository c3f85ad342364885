using System.Text.Json.Serialization;
using DpsPortal.KeyVault.Algorithms;

namespace DpsPortal.KeyVault.KeyRequests;

// Bodies of the Key Vault keys REST API. What is read is nullable throughout: nothing is trusted to be there.
// A bundle has no property for private members, so none can be answered.

internal sealed record KeyCreateBody(
    string? Kty,
    [property: JsonPropertyName("key_size")] int? KeySize,
    [property: JsonPropertyName("public_exponent")] int? PublicExponent,
    string? Crv,
    [property: JsonPropertyName("key_ops")] IReadOnlyList<string?>? KeyOps,
    AttributesBody? Attributes,
    IReadOnlyDictionary<string, string?>? Tags,
    [property: JsonPropertyName("release_policy")] System.Text.Json.JsonElement? ReleasePolicy);

internal sealed record KeyUpdateBody(
    [property: JsonPropertyName("key_ops")] IReadOnlyList<string?>? KeyOps,
    AttributesBody? Attributes,
    IReadOnlyDictionary<string, string?>? Tags,
    [property: JsonPropertyName("release_policy")] System.Text.Json.JsonElement? ReleasePolicy);

/// <summary>nbf and exp are Unix seconds.</summary>
internal sealed record AttributesBody(bool? Enabled, long? Nbf, long? Exp, bool? Exportable);

/// <summary>The last three members, here and in an item, are those of a deleted key.</summary>
internal sealed record KeyBundle(
    JsonWebKeyBody Key, KeyAttributesBody Attributes, IReadOnlyDictionary<string, string>? Tags,
    string? RecoveryId = null, long? DeletedDate = null, long? ScheduledPurgeDate = null);

/// <summary>n and e, or crv, x and y, or neither for a symmetric key.</summary>
internal sealed record JsonWebKeyBody(
    string Kid, string Kty, [property: JsonPropertyName("key_ops")] IReadOnlyList<string> KeyOps,
    string? N = null, string? E = null, string? Crv = null, string? X = null, string? Y = null);

internal sealed record KeyItem(
    string Kid, KeyAttributesBody Attributes, IReadOnlyDictionary<string, string>? Tags,
    string? RecoveryId = null, long? DeletedDate = null, long? ScheduledPurgeDate = null);

internal sealed record KeyAttributesBody(
    bool Enabled, long? Nbf, long? Exp, long Created, long Updated, string RecoveryLevel, int RecoverableDays, bool? Exportable, string? HsmPlatform);

/// <summary>The last page, also when it is empty, has "nextLink": null.</summary>
internal sealed record KeyPage(IReadOnlyList<KeyItem> Value, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextLink);

/// <summary>
/// A key to import. The contract writes Hsm; the .NET client writes hsm. A class, because its key must not be printed.
/// </summary>
internal sealed class KeyImportBody
{
    [JsonPropertyName("Hsm")]
    public bool? Hsm { get; init; }

    [JsonPropertyName("hsm")]
    public bool? LowerCaseHsm { get; init; }

    public ImportedJwk? Key { get; init; }

    public AttributesBody? Attributes { get; init; }

    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    [JsonPropertyName("release_policy")]
    public System.Text.Json.JsonElement? ReleasePolicy { get; init; }
}

/// <summary>
/// All but alg in base64url. verify has the signature as its value; the others have no digest. May hold a secret: prints only its
/// type name, as the result does.
/// </summary>
internal sealed record CryptoBody(string? Alg, string? Value, string? Iv, string? Aad, string? Tag, string? Digest)
{
    public override string ToString() => nameof(CryptoBody);
}

/// <summary>The last three are of symmetric algorithms.</summary>
internal sealed record CryptoResult(string Kid, string Value, string? Iv = null, string? Tag = null, string? Aad = null)
{
    public override string ToString() => nameof(CryptoResult);
}

internal sealed record VerifyResult(bool Value);

internal sealed record RandomBytesBody(int? Count);

internal sealed record RandomBytesResult(string Value)
{
    public override string ToString() => nameof(RandomBytesResult);
}

internal sealed record RotationPolicyBody(
    string? Id,
    IReadOnlyList<LifetimeActionBody?>? LifetimeActions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] PolicyAttributesBody? Attributes);

internal sealed record LifetimeActionBody(TriggerBody? Trigger, ActionBody? Action);

internal sealed record TriggerBody(string? TimeAfterCreate, string? TimeBeforeExpiry);

internal sealed record ActionBody(string? Type);

internal sealed record PolicyAttributesBody(string? ExpiryTime, long? Created, long? Updated);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyCreateBody))]
[JsonSerializable(typeof(KeyImportBody))]
[JsonSerializable(typeof(KeyUpdateBody))]
[JsonSerializable(typeof(KeyBundle))]
[JsonSerializable(typeof(KeyPage))]
[JsonSerializable(typeof(CryptoBody))]
[JsonSerializable(typeof(CryptoResult))]
[JsonSerializable(typeof(VerifyResult))]
[JsonSerializable(typeof(RandomBytesBody))]
[JsonSerializable(typeof(RandomBytesResult))]
[JsonSerializable(typeof(RotationPolicyBody))]
internal sealed partial class KeysJson : JsonSerializerContext;
