using System.Text.Json.Serialization;

namespace DpsPortal.KeyVault.Http;

internal sealed record ErrorBody(string Code, string Message, [property: JsonPropertyName("innererror")] InnerErrorBody? InnerError);
