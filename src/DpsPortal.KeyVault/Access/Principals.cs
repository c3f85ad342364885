using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.Management;

namespace DpsPortal.KeyVault.Access;

/// <summary>
/// Who there is. A token of somebody who was deleted stays valid until it expires, as in Azure; but the role assignments that
/// are left behind name nobody, from the next request on.
/// </summary>
internal sealed class Principals(ManagedIdentities identities, Applications applications, EmbeddedKeyVaultOptions options)
{
    public bool Has(Caller caller) =>
        (caller.ClientId == options.AdministratorClientId && caller.ObjectId == options.AdministratorObjectId)
        || identities.Find(caller.ClientId)?.PrincipalId == caller.ObjectId
        || applications.Find(caller.ClientId)?.ObjectId == caller.ObjectId;
}
