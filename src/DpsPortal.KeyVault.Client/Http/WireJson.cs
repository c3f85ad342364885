using System.Buffers.Text;
using System.Text.Json;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>Key Vault's habits in JSON: members left out when unset, null read as unset, bytes in unpadded base64url.</summary>
internal static class WireJson
{
    public static JsonElement? Optional(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string OptionalText(this JsonElement json, string name) => json.Optional(name)?.GetString();

    public static DateTimeOffset? OptionalTime(this JsonElement json, string name) =>
        json.Optional(name) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds.GetInt64()) : null;

    public static byte[] OptionalBytes(this JsonElement json, string name) =>
        json.Optional(name) is { } text ? Base64Url.DecodeFromChars(text.GetString()) : null;

    public static Uri OptionalUri(this JsonElement json, string name) =>
        json.OptionalText(name) is { } text ? new Uri(text, UriKind.Absolute) : null;

    public static void WriteOptional(this Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } set)
        {
            json.WriteBoolean(name, set);
        }
    }

    public static void WriteOptional(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } set)
        {
            json.WriteNumber(name, set);
        }
    }

    public static void WriteOptional(this Utf8JsonWriter json, string name, string value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    public static void WriteOptional(this Utf8JsonWriter json, string name, byte[] value)
    {
        if (value is not null)
        {
            json.WriteString(name, Base64Url.EncodeToString(value));
        }
    }

    public static void WriteOperations(this Utf8JsonWriter json, IReadOnlyCollection<KeyOperation> operations)
    {
        if (operations is null or { Count: 0 })
        {
            return;
        }

        json.WriteStartArray("key_ops");
        foreach (var operation in operations)
        {
            json.WriteStringValue(operation.ToString());
        }

        json.WriteEndArray();
    }

    /// <summary>An empty set is not written: tags that are written replace the whole set at the vault.</summary>
    public static void WriteTags(this Utf8JsonWriter json, IDictionary<string, string> tags)
    {
        if (tags is null or { Count: 0 })
        {
            return;
        }

        json.WriteStartObject("tags");
        foreach (var (name, value) in tags)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
