using Azure.Core;

namespace DpsPortal.Tests.Services;

/// <summary>A credential whose tokens come from a function of the resource asked for.</summary>
internal sealed class TokenFrom(Func<string, Task<string>> tokenFor) : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var scope = requestContext.Scopes[0];
        return new AccessToken(await tokenFor(scope[..scope.LastIndexOf("/.default", StringComparison.Ordinal)]), DateTimeOffset.UtcNow.AddMinutes(30));
    }
}
