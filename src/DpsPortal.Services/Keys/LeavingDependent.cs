using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>An instance that has moved to another key, and of which a version of this key still wraps an earlier form.</summary>
internal sealed record LeavingDependent(ProvisioningInstance Instance, InstanceEncryption.CustomerManagedKey Encryption, KeyIdentifier WrappedBy)
{
    public KeyDependent ToContract() => new(
        Instance.Name, WrappedKeyUse.Retiring, false, WrappedBy, Encryption.Access, Instance.Records, Encryption.Identity.Name);
}
