using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Enrollments;

/// <summary>The clear form of a record, with the names of the DPS service API 2021-10-01. It exists in buffers that are zeroed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EnrollmentGroup))]
[JsonSerializable(typeof(IndividualEnrollment))]
[JsonSerializable(typeof(RegistrationRecord))]
[JsonSerializable(typeof(Attestation))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    // Never part of a page: base64 need not be escaped for HTML, which doubles it.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write<T>(SecretBuffer buffer, T content, JsonTypeInfo<T> type)
    {
        using var writer = new Utf8JsonWriter(buffer, Plain);
        JsonSerializer.Serialize(writer, content, type);
    }

    public static T Read<T>(ReadOnlySpan<byte> content, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(content, type) ?? throw new JsonException("A stored record is null.");
}
