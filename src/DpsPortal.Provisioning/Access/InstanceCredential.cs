using Azure.Core;

namespace DpsPortal.Provisioning.Access;

/// <summary>No token could be had for the instance's identity, so the vault was not even asked.</summary>
internal sealed class TokenUnavailableException(Exception inner) : Exception("No token for the instance's identity.", inner);

/// <summary>
/// Tells failures of the token issuer from answers of the vault: a 403 or 404 of the issuer must never look like a denial
/// of the key.
/// </summary>
internal sealed class InstanceCredential(TokenCredential credential) : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        try
        {
            return credential.GetToken(requestContext, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TokenUnavailableException(failure);
        }
    }

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        try
        {
            return await credential.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TokenUnavailableException(failure);
        }
    }
}
