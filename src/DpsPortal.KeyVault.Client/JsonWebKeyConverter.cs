using System.Text.Json;
using System.Text.Json.Serialization;

namespace Azure.Security.KeyVault.Keys;

/// <summary>Lets <see cref="JsonSerializer"/> write a key as the JSON object of RFC 7517 instead of property by property.</summary>
internal sealed class JsonWebKeyConverter : JsonConverter<JsonWebKey>
{
    public override JsonWebKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonWebKey.Read(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, JsonWebKey value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        value.Write(writer);
        writer.WriteEndObject();
    }
}
