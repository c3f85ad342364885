using System.Globalization;
using System.Text.Json.Serialization;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>
/// RFC 6749, section 4.4 (client credentials) for the administrator, and App Service's managed-identity endpoint
/// (api-version 2019-08-01), which Azure.Identity speaks, for everyone else.
/// </summary>
internal sealed class TokenEndpoints(
    RequestPipeline pipeline, TokenAuthority authority, ManagedIdentities identities, Credentials credentials, EmbeddedKeyVaultOptions options, TimeProvider systemClock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost($"/{options.TenantId}/oauth2/v2.0/token", http => pipeline.RunAsync(http, "TokenIssue", trail => ClientCredentialsAsync(http, trail)));
        routes.MapGet("/msi/token", http => pipeline.RunAsync(http, "TokenIssue", trail => ValueTask.FromResult(ManagedIdentity(http, trail))));
    }

    private async ValueTask<Answer> ClientCredentialsAsync(HttpContext http, AuditTrail trail)
    {
        if (await ReadFormAsync(http) is not { } form || form["grant_type"] != "client_credentials")
        {
            return OAuthError(400, "unsupported_grant_type", "The body must be a form with grant_type client_credentials.");
        }
        var isAdministrator = Guid.TryParse(form["client_id"], out var clientId) & clientId == options.AdministratorClientId
            & credentials.Administrator.Matches(form["client_secret"]);
        if (!isAdministrator)
        {
            return OAuthError(401, "invalid_client", "Client id and secret do not belong together.");
        }
        if (TokenResources.FromScope(form["scope"]) is not { } resource)
        {
            return OAuthError(400, "invalid_scope", $"The scope must be {TokenResources.Vault}/.default or {TokenResources.Management}/.default.");
        }
        trail.Caller = new Caller(options.AdministratorObjectId, clientId, authority.Issuer);
        var token = authority.Issue(clientId, options.AdministratorObjectId, resource);
        var lifetime = (int)TokenAuthority.Lifetime.TotalSeconds;
        return Answer.Ok(new OAuthToken("Bearer", lifetime, lifetime, token), TokensJson.Default.OAuthToken);
    }

    private Answer ManagedIdentity(HttpContext http, AuditTrail trail)
    {
        var query = http.Request.Query;
        if (!credentials.IdentityHeader.Matches(http.Request.Headers["X-IDENTITY-HEADER"]))
        {
            return IdentityError(401, "The header X-IDENTITY-HEADER is missing or wrong.");
        }
        if (TokenResources.Find(query["resource"]) is not { } resource)
        {
            return IdentityError(400, $"The resource must be {TokenResources.Vault}.");
        }
        if (!Guid.TryParse(query["client_id"], out var clientId) || identities.Find(clientId) is not { } identity)
        {
            return IdentityError(400, "No managed identity with that client_id is assigned.");
        }
        trail.Caller = new Caller(identity.PrincipalId, identity.ClientId, authority.Issuer);
        var expires = (systemClock.GetUtcNow() + TokenAuthority.Lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var token = authority.Issue(identity.ClientId, identity.PrincipalId, resource);
        return Answer.Ok(new IdentityToken(token, expires, resource, "Bearer", identity.ClientId), TokensJson.Default.IdentityToken);
    }

    private static async ValueTask<IFormCollection?> ReadFormAsync(HttpContext http)
    {
        try
        {
            return http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            return null;
        }
    }

    private static Answer OAuthError(int status, string error, string description) =>
        Answer.Of(status, new OAuthErrorBody(error, description), TokensJson.Default.OAuthErrorBody);

    private static Answer IdentityError(int status, string message) =>
        Answer.Of(status, new IdentityErrorBody(status, message), TokensJson.Default.IdentityErrorBody);
}

/// <summary>The secrets that callers of the token endpoints present.</summary>
internal sealed record Credentials(SharedSecret Administrator, SharedSecret IdentityHeader);

internal sealed record OAuthToken(
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("ext_expires_in")] int ExtendedExpiresIn,
    [property: JsonPropertyName("access_token")] string AccessToken);

internal sealed record OAuthErrorBody(
    [property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("error_description")] string Description);

internal sealed record IdentityToken(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_on")] string ExpiresOn,
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("client_id")] Guid ClientId);

internal sealed record IdentityErrorBody(
    [property: JsonPropertyName("statusCode")] int StatusCode, [property: JsonPropertyName("message")] string Message);

[JsonSerializable(typeof(OAuthToken))]
[JsonSerializable(typeof(OAuthErrorBody))]
[JsonSerializable(typeof(IdentityToken))]
[JsonSerializable(typeof(IdentityErrorBody))]
internal sealed partial class TokensJson : JsonSerializerContext;
