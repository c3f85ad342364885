using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Instances;

/// <summary>Proves with real calls, as the instance's identity, that a key version takes an instance key and gives it back.</summary>
internal sealed class KeyProof(KeyVaults vaults)
{
    /// <summary>Reads the key. Told apart: a key that does not exist, and one that lacks just this version.</summary>
    public async Task<Outcome<KeyVaultKey>> FindAsync(ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var reply = await vaults.GetKeyAsync(identity, key, cancellationToken).ConfigureAwait(false);
        if (reply is VaultReply<KeyVaultKey>.Answered(var found))
        {
            return found;
        }

        var verdict = ((VaultReply<KeyVaultKey>.Failed)reply).Verdict;
        if (verdict.Cause == KeyAccessCause.KeyNotFound
            && key.IsPinned
            && await vaults.GetKeyAsync(identity, key.Versionless, cancellationToken).ConfigureAwait(false) is VaultReply<KeyVaultKey>.Answered)
        {
            return Refuse(ProvisioningRefusals.KeyVersionNotFound, key.Version!);
        }

        return Refusal(verdict, ProvisioningRefusals.AccessDenied);
    }

    public async Task<Outcome<byte[]>> WrapAsync(ManagedIdentity identity, KeyIdentifier version, InstanceKey instanceKey, CancellationToken cancellationToken)
    {
        var reply = await vaults.WrapAsync(identity, version, instanceKey, cancellationToken).ConfigureAwait(false);
        return reply is VaultReply<byte[]>.Answered(var wrapped)
            ? wrapped
            : Refusal(((VaultReply<byte[]>.Failed)reply).Verdict, ProvisioningRefusals.WrapFailed);
    }

    /// <summary>Unwraps what was just wrapped and compares; a form that was never opened is worth nothing.</summary>
    public async Task<Refusal?> VerifyAsync(
        ManagedIdentity identity, KeyIdentifier version, Guid instance, InstanceKey instanceKey, byte[] wrapped, CancellationToken cancellationToken)
    {
        var reply = await vaults.UnwrapAsync(identity, version, instance, wrapped, cancellationToken).ConfigureAwait(false);
        if (reply is not VaultReply<InstanceKey>.Answered(var unwrapped))
        {
            return Refusal(((VaultReply<InstanceKey>.Failed)reply).Verdict, ProvisioningRefusals.UnwrapFailed);
        }

        using (unwrapped)
        {
            return unwrapped.FixedTimeEquals(instanceKey) ? null : Refuse(ProvisioningRefusals.UnwrappedKeyDiffers);
        }
    }

    /// <param name="denied">The code of a denial without a better one.</param>
    private static Refusal Refusal(AccessVerdict verdict, string denied)
    {
        var code = (verdict.Access, verdict.Cause) switch
        {
            (KeyAccess.Revoked, KeyAccessCause.KeyNotFound) => ProvisioningRefusals.KeyNotFound,
            (KeyAccess.Revoked, KeyAccessCause.VersionDisabled) => ProvisioningRefusals.KeyDisabled,
            (KeyAccess.Revoked, KeyAccessCause.KeyExpired) => ProvisioningRefusals.KeyExpired,
            (KeyAccess.Revoked, KeyAccessCause.KeyNotYetValid) => ProvisioningRefusals.KeyNotYetValid,
            (KeyAccess.Revoked, KeyAccessCause.OperationNotPermitted) => ProvisioningRefusals.KeyOperationsMissing,
            (KeyAccess.Revoked, KeyAccessCause.RoleMissing or KeyAccessCause.FirewallDenied) => ProvisioningRefusals.AccessDenied,
            (KeyAccess.Revoked, _) => denied,
            (KeyAccess.Misconfigured, _) => ProvisioningRefusals.KeyMisconfigured,
            _ => ProvisioningRefusals.VaultUnreachable,
        };
        return Refuse(code, verdict.Cause.ToString(), verdict.VaultErrorCode ?? "");
    }

    private static Refusal Refuse(string code, params string[] arguments) => new(code, nameof(CreateInstance.Key), arguments);
}
