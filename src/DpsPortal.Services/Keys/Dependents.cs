using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>Who depends on a key, joined in memory from one listing of instances.</summary>
internal static class Dependents
{
    public static IReadOnlyList<Dependent> Of(KeyIdentifier key, IEnumerable<ProvisioningInstance> instances) =>
    [
        .. from instance in instances
           let encryption = instance.Encryption as InstanceEncryption.CustomerManagedKey
           where encryption is not null && encryption.ConfiguredKey.IsSameKeyAs(key)
           orderby instance.Name
           select new Dependent(instance, encryption),
    ];

    public static IReadOnlyList<LeavingDependent> LeavingFrom(KeyIdentifier key, IEnumerable<ProvisioningInstance> instances) =>
    [
        .. from instance in instances
           let encryption = instance.Encryption as InstanceEncryption.CustomerManagedKey
           where encryption is not null && !encryption.ConfiguredKey.IsSameKeyAs(key)
           let left = encryption.WrappedKeys.FirstOrDefault(form => form.WrappedBy.IsSameKeyAs(key))
           where left is not null
           orderby instance.Name
           select new LeavingDependent(instance, encryption, left.WrappedBy),
    ];
}
