using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>The <c>attributes</c> of a key on the wire: times are whole Unix seconds, what is not set is absent.</summary>
internal sealed class KeyAttributes
{
    public bool? Enabled { get; set; }

    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset? ExpiresOn { get; set; }

    public bool? Exportable { get; set; }

    public DateTimeOffset? CreatedOn { get; init; }

    public DateTimeOffset? UpdatedOn { get; init; }

    public int? RecoverableDays { get; init; }

    public string RecoveryLevel { get; init; }

    public string HsmPlatform { get; init; }

    public static KeyAttributes Read(JsonElement json) => new()
    {
        Enabled = json.Optional("enabled")?.GetBoolean(),
        NotBefore = json.OptionalTime("nbf"),
        ExpiresOn = json.OptionalTime("exp"),
        Exportable = json.Optional("exportable")?.GetBoolean(),
        CreatedOn = json.OptionalTime("created"),
        UpdatedOn = json.OptionalTime("updated"),
        RecoverableDays = json.Optional("recoverableDays")?.GetInt32(),
        RecoveryLevel = json.OptionalText("recoveryLevel"),
        HsmPlatform = json.OptionalText("hsmPlatform"),
    };

    /// <summary>Writes the members a client may set, and nothing at all when none is.</summary>
    public void Write(Utf8JsonWriter json)
    {
        if (Enabled is null && NotBefore is null && ExpiresOn is null && Exportable is null)
        {
            return;
        }

        json.WriteStartObject("attributes");
        json.WriteOptional("enabled", Enabled);
        json.WriteOptional("nbf", NotBefore?.ToUnixTimeSeconds());
        json.WriteOptional("exp", ExpiresOn?.ToUnixTimeSeconds());
        json.WriteOptional("exportable", Exportable);
        json.WriteEndObject();
    }
}
