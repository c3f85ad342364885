using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Management;

internal sealed record ClaimBody(
    [property: JsonPropertyName("http://schemas.microsoft.com/identity/claims/objectidentifier")] Guid? ObjectId,
    [property: JsonPropertyName("appid")] Guid? AppId);
