using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Events;

/// <summary>
/// An event of Key Vault in Event Grid's schema. One happening always has the same <see cref="Id"/>: it may be delivered more
/// than once, never less.
/// </summary>
/// <param name="Topic">Resource id of the vault.</param>
/// <param name="Subject">Name of the key.</param>
/// <param name="EventType">One of <see cref="KeyVaultEventTypes"/>.</param>
/// <param name="EventTime">By the domain clock.</param>
public sealed record KeyVaultEvent(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("topic")] string Topic,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("eventType")] string EventType,
    [property: JsonPropertyName("eventTime")] DateTimeOffset EventTime,
    [property: JsonPropertyName("data")] KeyVaultEventData Data)
{
    /// <summary>Version of <see cref="Data"/>'s schema.</summary>
    [JsonPropertyName("dataVersion")]
    public string DataVersion { get; } = "1";

    /// <summary>Version of the envelope's schema.</summary>
    [JsonPropertyName("metadataVersion")]
    public string MetadataVersion { get; } = "1";
}
