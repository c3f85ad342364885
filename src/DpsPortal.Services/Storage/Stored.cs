using System.Text.Json;
using System.Text.Json.Serialization;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Storage;

/// <summary>How values lie in a text column: JSON with names for enum values, key identifiers as their text.</summary>
internal static class Stored
{
    /// <summary>Nothing that is missing is taken for nothing: a value that was always written is required when it is read.</summary>
    private static readonly JsonSerializerOptions Format = new()
    {
        Converters = { new JsonStringEnumConverter(), new KeyIdentifierConverter() },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Format);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Format) ?? throw new JsonException($"A stored {typeof(T).Name} is null.");

    public static object Read(string text, Type type) =>
        JsonSerializer.Deserialize(text, type, Format) ?? throw new JsonException($"A stored {type.Name} is null.");

    public static Refusal? ReadRefusal(string? text) => text is null ? null : Read<Refusal>(text);

    public static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    public static DateTimeOffset? Time(long? ticks) => ticks is { } value ? Time(value) : null;

    private sealed class KeyIdentifierConverter : JsonConverter<KeyIdentifier>
    {
        public override KeyIdentifier Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            KeyIdentifier.Parse(reader.GetString() ?? throw new JsonException("A key identifier is null."));

        public override void Write(Utf8JsonWriter writer, KeyIdentifier value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
