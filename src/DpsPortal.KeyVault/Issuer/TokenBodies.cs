using System.Text.Json.Serialization;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>Errors in the words of RFC 6749, section 5.2, and of App Service's identity endpoint.</summary>
internal static class TokenErrors
{
    public static Answer OAuth(int status, string error, string description) =>
        Answer.Of(status, new OAuthErrorBody(error, description), TokensJson.Default.OAuthErrorBody) with { ErrorCode = error };

    public static Answer Identity(int status, string message) =>
        Answer.Of(status, new IdentityErrorBody(status, message), TokensJson.Default.IdentityErrorBody);

    /// <returns>Null where the path's tenant is the one there is, or the path is of AD FS, which has no tenants.</returns>
    public static Answer? UnknownTenant(HttpContext http, EmbeddedKeyVaultOptions options) =>
        !http.Request.RouteValues.TryGetValue("tenant", out var named) || (Guid.TryParse((string?)named, out var tenant) && tenant == options.TenantId)
            ? null
            : OAuth(400, "invalid_tenant", $"Tenant not found. The only tenant here is {options.TenantId}.");
}

// The answers that carry a token print only their type name.

/// <summary>Version 2.0 of the endpoint.</summary>
internal sealed record OAuthToken(
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("ext_expires_in")] int ExtendedExpiresIn,
    [property: JsonPropertyName("access_token")] string AccessToken)
{
    public override string ToString() => nameof(OAuthToken);
}

/// <summary>Version 1.0, whose numbers are strings.</summary>
internal sealed record OAuthTokenV1(
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] string ExpiresIn,
    [property: JsonPropertyName("ext_expires_in")] string ExtendedExpiresIn,
    [property: JsonPropertyName("expires_on")] string ExpiresOn,
    [property: JsonPropertyName("not_before")] string NotBefore,
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("access_token")] string AccessToken)
{
    public override string ToString() => nameof(OAuthTokenV1);
}

internal sealed record OAuthErrorBody(
    [property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("error_description")] string Description);

internal sealed record IdentityToken(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_on")] string ExpiresOn,
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("client_id")] Guid ClientId)
{
    public override string ToString() => nameof(IdentityToken);
}

internal sealed record IdentityErrorBody(
    [property: JsonPropertyName("statusCode")] int StatusCode, [property: JsonPropertyName("message")] string Message);

[JsonSerializable(typeof(OAuthToken))]
[JsonSerializable(typeof(OAuthTokenV1))]
[JsonSerializable(typeof(OAuthErrorBody))]
[JsonSerializable(typeof(IdentityToken))]
[JsonSerializable(typeof(IdentityErrorBody))]
internal sealed partial class TokensJson : JsonSerializerContext;
