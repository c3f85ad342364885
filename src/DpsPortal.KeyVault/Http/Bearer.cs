using DpsPortal.KeyVault.Issuer;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// RFC 6750 with Key Vault's challenge. It runs before anything reads the body: a client's first request comes without
/// token, body and Content-Type, only to learn from the challenge whom to ask for a token.
/// </summary>
internal sealed class Bearer(TokenAuthority authority)
{
    private const string Scheme = "Bearer ";

    /// <returns>The caller, or null after the challenge was written; the second value is then the answer.</returns>
    public async ValueTask<(Caller? Caller, VaultError? Refusal)> AuthenticateAsync(HttpContext http, string resource)
    {
        var header = http.Request.Headers.Authorization.ToString();
        var result = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? await authority.VerifyAsync(header[Scheme.Length..].Trim(), resource).ConfigureAwait(false)
            : new TokenResult.Refused("AKV10000: Request is missing a Bearer or PoP token.");
        if (result is TokenResult.Accepted accepted)
        {
            return (accepted.Caller, null);
        }

        http.Response.Headers.WWWAuthenticate =
            $"Bearer authorization=\"{authority.Authority}\", resource=\"{TokenResources.At(resource, http.Request.Host)}\"";
        return (null, VaultError.Unauthorized(((TokenResult.Refused)result).Message));
    }
}
