using System.Buffers.Text;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>
/// What a client asks before it asks for a token: OpenID Connect Discovery 1.0 in both of Entra's places and in AD FS's,
/// RFC 7517 keys, and Entra's instance discovery. Every token has the one issuer, so all documents name it.
/// </summary>
internal sealed class DiscoveryEndpoints(RequestPipeline pipeline, TokenAuthority authority, EmbeddedKeyVaultOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/{tenant}/.well-known/openid-configuration", () => Metadata(authority.Authority + "/oauth2"));
        Map(routes, "/{tenant}/v2.0/.well-known/openid-configuration", () => Metadata(authority.Authority + "/oauth2/v2.0"));
        Map(routes, TokenAuthority.AdfsPath + "/.well-known/openid-configuration", () => Metadata(authority.AdfsAuthority + "/oauth2"));
        Map(routes, "/{tenant}/discovery/keys", Keys);
        Map(routes, "/{tenant}/discovery/v2.0/keys", Keys);
        routes.MapGet("/common/discovery/instance", http => pipeline.RunAsync(http, "Discovery", _ => ValueTask.FromResult(Instance())));
    }

    private void Map(IEndpointRouteBuilder routes, string path, Func<Answer> answer) => routes.MapGet(path, http => pipeline.RunAsync(http, "Discovery", _ =>
        ValueTask.FromResult(TokenErrors.UnknownTenant(http, options) ?? answer())));

    private Answer Metadata(string endpoints) => Answer.Ok(
        new OpenIdMetadata(
            authority.Issuer, $"{endpoints}/authorize", $"{endpoints}/token", $"{authority.Authority}/discovery/v2.0/keys",
            ["token"], ["pairwise"], ["ES256"], ["client_secret_post", "client_secret_basic"], ["client_credentials"], ["https://vault.localhost/.default"],
            ["iss", "aud", "iat", "nbf", "exp", "appid", "oid", "sub", "tid", "idtyp", "ver", "uti"]),
        DiscoveryJson.Default.OpenIdMetadata);

    private Answer Keys()
    {
        var key = authority.PublicKey;
        var jwk = new PublicJwk("EC", "sig", "ES256", authority.KeyId, "P-256", Base64Url.EncodeToString(key.Q.X), Base64Url.EncodeToString(key.Q.Y));
        return Answer.Ok(new PublicJwks([jwk]), DiscoveryJson.Default.PublicJwks);
    }

    private Answer Instance()
    {
        var host = new Uri(authority.Authority).Authority;
        return Answer.Ok(
            new InstanceMetadata($"{authority.Authority}/v2.0/.well-known/openid-configuration", "1.1", [new InstanceAliases(host, host, [host])]),
            DiscoveryJson.Default.InstanceMetadata);
    }
}
