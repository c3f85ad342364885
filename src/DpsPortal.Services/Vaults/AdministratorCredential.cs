using Azure.Core;

namespace DpsPortal.Services.Vaults;

/// <summary>The administrator's credential, failing in a way that can be told from a vault's answer whatever credential it is.</summary>
internal sealed class AdministratorCredential(TokenCredential credential) : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        try
        {
            return credential.GetToken(requestContext, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new TokenUnavailableException(fault);
        }
    }

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        try
        {
            return await credential.GetTokenAsync(requestContext, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new TokenUnavailableException(fault);
        }
    }
}

internal sealed class TokenUnavailableException(Exception cause) : Exception("No token could be had for the administrator.", cause);
