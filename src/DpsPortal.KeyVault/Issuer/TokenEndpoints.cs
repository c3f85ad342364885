using System.Globalization;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>
/// RFC 6749, section 4.4 (client credentials) for the administrator and for applications, at Entra's addresses of both versions
/// and at AD FS's, which takes scope or resource; and App Service's managed-identity endpoint, of api-version 2019-08-01, which Azure.Identity
/// speaks, and of 2017-09-01, which Azure's command line does.
/// </summary>
internal sealed class TokenEndpoints(
    RequestPipeline pipeline, TokenAuthority authority, ManagedIdentities identities, Applications applications, Credentials credentials,
    EmbeddedKeyVaultOptions options,
    TimeProvider systemClock)
{
    private const string FirstIdentityVersion = "2017-09-01";
    private static readonly int Lifetime = (int)TokenAuthority.Lifetime.TotalSeconds;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/{tenant}/oauth2/v2.0/token", http => pipeline.RunAsync(http, "TokenIssue", trail =>
            ClientCredentialsAsync(http, trail, form => TokenResources.FromScope(form["scope"]), Version2)));
        routes.MapPost("/{tenant}/oauth2/token", http => pipeline.RunAsync(http, "TokenIssue", trail =>
            ClientCredentialsAsync(http, trail, form => TokenResources.Find(form["resource"]), Version1)));
        routes.MapPost(TokenAuthority.AdfsPath + "/oauth2/token", http => pipeline.RunAsync(http, "TokenIssue", trail =>
            ClientCredentialsAsync(http, trail, form => TokenResources.FromScope(form["scope"]) ?? TokenResources.Find(form["resource"]), Version2)));
        routes.MapGet("/msi/token", http => pipeline.RunAsync(http, "TokenIssue", trail => ValueTask.FromResult(ManagedIdentity(http, trail))));
    }

    private async ValueTask<Answer> ClientCredentialsAsync(
        HttpContext http, AuditTrail trail, Func<IFormCollection, string?> resourceOf, Func<string, string, Answer> answer)
    {
        if (TokenErrors.UnknownTenant(http, options) is { } foreign)
        {
            return foreign;
        }

        if (await ReadFormAsync(http).ConfigureAwait(false) is not { } form || form["grant_type"] != "client_credentials")
        {
            return TokenErrors.OAuth(400, "unsupported_grant_type", "The body must be a form with grant_type client_credentials.");
        }

        if (form.ContainsKey("client_assertion"))
        {
            return TokenErrors.OAuth(401, "invalid_client", "Client assertions and certificates are not supported here. Use a client_secret.");
        }

        if (ClientSecret.Read(http.Request, form) is not { } client || ObjectIdOf(client) is not { } objectId)
        {
            return TokenErrors.OAuth(401, "invalid_client", "Client id and secret do not belong together.");
        }

        if (resourceOf(form) is not { } resource)
        {
            return TokenErrors.OAuth(
                400, "invalid_scope", $"The scope must be {TokenResources.Vault}/.default or {TokenResources.Management}/.default (version 1: that resource).");
        }

        trail.Caller = new Caller(objectId, client.ClientId, authority.Issuer);
        return answer(authority.Issue(client.ClientId, objectId, resource), resource);
    }

    private Guid? ObjectIdOf(ClientSecret client)
    {
        if (client.ClientId == options.AdministratorClientId)
        {
            return credentials.Administrator.Matches(client.Secret) ? options.AdministratorObjectId : null;
        }

        return applications.Find(client.ClientId) is { } application && application.HasSecret(client.Secret) ? application.ObjectId : null;
    }

    private Answer Version2(string token, string resource) => Answer.Ok(new OAuthToken("Bearer", Lifetime, Lifetime, token), TokensJson.Default.OAuthToken);

    private Answer Version1(string token, string resource)
    {
        var now = systemClock.GetUtcNow();
        return Answer.Ok(
            new OAuthTokenV1(
                "Bearer", Text(Lifetime), Text(Lifetime), Seconds(now + TokenAuthority.Lifetime), Seconds(now), resource,
                token), TokensJson.Default.OAuthTokenV1);
    }

    private Answer ManagedIdentity(HttpContext http, AuditTrail trail)
    {
        var query = http.Request.Query;
        var isFirst = query["api-version"] == FirstIdentityVersion;
        var header = isFirst ? "secret" : "X-IDENTITY-HEADER";
        if (!credentials.IdentityHeader.Matches(http.Request.Headers[header]))
        {
            return TokenErrors.Identity(401, $"The header {header} is missing or wrong.");
        }

        if (TokenResources.Find(query["resource"]) is not { } resource)
        {
            return TokenErrors.Identity(400, $"The resource must be {TokenResources.Vault}.");
        }

        if (Find(query) is not { } identity)
        {
            return TokenErrors.Identity(
                400,
                "No managed identity with that id is assigned. Name one by client_id, principal_id or mi_res_id: there is none that belongs to the system.");
        }

        trail.Caller = new Caller(identity.PrincipalId, identity.ClientId, authority.Issuer);
        var token = authority.Issue(identity.ClientId, identity.PrincipalId, resource);
        var expires = systemClock.GetUtcNow() + TokenAuthority.Lifetime;
        var expiresOn = isFirst ? expires.ToString("MM/dd/yyyy HH:mm:ss +00:00", CultureInfo.InvariantCulture) : Seconds(expires);
        return Answer.Ok(new IdentityToken(token, expiresOn, resource, "Bearer", identity.ClientId), TokensJson.Default.IdentityToken);
    }

    /// <summary>By one of the ids that App Service takes; libraries differ in what they call the principal's.</summary>
    private ManagedIdentity? Find(IQueryCollection query)
    {
        if (Guid.TryParse(query["client_id"], out var clientId) || Guid.TryParse(query["clientid"], out clientId))
        {
            return identities.Find(clientId);
        }

        if (Guid.TryParse(query["principal_id"], out var principalId) || Guid.TryParse(query["object_id"], out principalId))
        {
            return identities.FindPrincipal(principalId);
        }

        return query["mi_res_id"].ToString().Split('/') is ["", "subscriptions", _, _, var group, "providers", _, _, var name]
            ? identities.Find(group, name)
            : null;
    }

    private static async ValueTask<IFormCollection?> ReadFormAsync(HttpContext http)
    {
        try
        {
            return http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false) : null;
        }
        catch (Exception fault) when (fault is InvalidDataException or NotSupportedException || JsonBody.IsFramedWrongly(http, fault))
        {
            return null;
        }
    }

    private static string Seconds(DateTimeOffset time) => Text(time.ToUnixTimeSeconds());

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
