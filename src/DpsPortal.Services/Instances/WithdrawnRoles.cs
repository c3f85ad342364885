using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Instances;

/// <summary>
/// Whether a role may be made where there is none. One that was taken away on purpose is not a missing one: only the restore of the
/// revocation gives it back or, where it was taken outside the portal, whoever manages the vault.
/// </summary>
internal sealed class WithdrawnRoles(ActiveRevocations revocations, KeyRoles roles, IProvisioningInstances instances)
{
    /// <returns>Why it may not be made, or <see langword="null"/>.</returns>
    public async Task<Refusal?> FaultAsync(Caller caller, ManagedIdentity identity, KeyIdentifier key, string? field, CancellationToken cancellationToken)
    {
        if (await revocations.HoldingRoleAsync(identity.PrincipalId, key, cancellationToken).ConfigureAwait(false) is { } revocation)
        {
            return RevocationRefusals.RoleIsRevoked(revocation, field, identity.Name, key);
        }

        // What a role permits and cannot be read is no access that is known of.
        if (UnwrapRight.Of(await roles.ReadAsync(key, cancellationToken).ConfigureAwait(false), identity.PrincipalId).MayUnwrap is true)
        {
            return null;
        }

        // An instance that is wrapped by this key had a role once, and would read again with the next one.
        var cutOff = (await instances.ListAsync(caller, cancellationToken).ConfigureAwait(false))
            .Where(instance => instance.Encryption is InstanceEncryption.CustomerManagedKey encryption
                && encryption.Identity.PrincipalId.Equals(identity.PrincipalId, StringComparison.OrdinalIgnoreCase) && encryption.EffectiveKey.IsSameKeyAs(key))
            .Select(instance => instance.Name).ToList();
        return cutOff.Count == 0
            ? null
            : new Refusal(ServiceRefusals.RoleWithdrawnElsewhere, field, identity.Name, key.Subject(), string.Join(", ", cutOff));
    }
}
