using Azure.Core;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>Hands out numbered tokens, valid for an hour, and remembers what they were asked for.</summary>
internal sealed class RecordingCredential : TokenCredential
{
    public List<TokenRequestContext> Asked { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Asked.Add(requestContext);
        return new AccessToken($"token-{Asked.Count}", DateTimeOffset.UtcNow.AddHours(1));
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
