using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Algorithms;

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
