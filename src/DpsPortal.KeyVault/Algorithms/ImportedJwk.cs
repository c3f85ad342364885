using System.Buffers.Text;
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

internal sealed class Base64UrlConverter : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return reader is { TokenType: JsonTokenType.String, HasValueSequence: false, ValueIsEscaped: false }
                ? Base64Url.DecodeFromUtf8(reader.ValueSpan)
                : Base64Url.DecodeFromChars(reader.GetString());
        }
        catch (Exception fault) when (fault is FormatException or InvalidOperationException)
        {
            // Without the fault, which might quote what it could not read.
            throw new JsonException();
        }
    }

    /// <summary>An imported key is never written.</summary>
    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => throw new NotSupportedException();
}
