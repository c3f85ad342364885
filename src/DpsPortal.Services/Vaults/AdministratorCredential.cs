using Azure.Core;

namespace DpsPortal.Services.Vaults;

/// <summary>
/// The administrator's credential, failing in a way that can be told from a vault's answer. Whatever a credential throws becomes that one
/// failure: it is the host's, each kind throws exceptions of its own, and one that passed as it is would be taken for the vault's.
/// </summary>
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
            return await credential.GetTokenAsync(requestContext, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new TokenUnavailableException(fault);
        }
    }
}
