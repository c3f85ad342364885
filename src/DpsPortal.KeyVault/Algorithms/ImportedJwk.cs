using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>
/// RFC 7517 and RFC 7518, section 6: a key that a client imports, with its private members. Read into arrays, not strings, so
/// that they can be cleared; a class, because a record would print them.
/// </summary>
internal sealed class ImportedJwk : IDisposable
{
    public string? Kty { get; init; }

    [JsonPropertyName("key_ops")]
    public IReadOnlyList<string?>? KeyOps { get; init; }

    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? N { get; init; }

    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? E { get; init; }

    /// <summary>The private exponent of RSA, or the private key on a curve.</summary>
    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? D { get; init; }

    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? P { get; init; }

    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? Q { get; init; }

    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? Dp { get; init; }

    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? Dq { get; init; }

    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? Qi { get; init; }

    public string? Crv { get; init; }

    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? X { get; init; }

    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? Y { get; init; }

    /// <summary>A symmetric key.</summary>
    [JsonConverter(typeof(Base64UrlConverter))]
    public byte[]? K { get; init; }

    /// <summary>A key wrapped for an HSM.</summary>
    [JsonPropertyName("key_hsm")]
    public JsonElement? KeyHsm { get; init; }

    public void Dispose()
    {
        foreach (var secret in new[] { D, P, Q, Dp, Dq, Qi, K })
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public override string ToString() => nameof(ImportedJwk);
}
