using Azure.Core;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Access;

/// <summary>
/// Tells failures of the token issuer from answers of the vault: a 403 or 404 of the issuer must never look like a denial
/// of the key.
/// </summary>
internal sealed class InstanceCredential(VaultAccess access, ManagedIdentity identity) : TokenCredential
{
    // Made at the first token: that it cannot be made is a failure of the token, too.
    private readonly Lazy<TokenCredential> _credential = new(() => access.CredentialFor(identity), LazyThreadSafetyMode.PublicationOnly);

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        try
        {
            return _credential.Value.GetToken(requestContext, cancellationToken);
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
            return await _credential.Value.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TokenUnavailableException(failure);
        }
    }
}
