using System.Text.Json.Serialization;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

internal sealed record ClaimBody(
    [property: JsonPropertyName("http://schemas.microsoft.com/identity/claims/objectidentifier")] Guid? ObjectId,
    [property: JsonPropertyName("appid")] Guid? AppId);
