using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>An instance that has this key, with what only the service layer needs to know of it.</summary>
internal sealed record Dependent(ProvisioningInstance Instance, InstanceEncryption.CustomerManagedKey Encryption)
{
    public string Name => Instance.Name;

    public bool IsNamed(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    public bool Pinned => Encryption.ConfiguredKey.IsPinned;

    public KeyIdentifier Effective => Encryption.EffectiveKey;

    public ManagedIdentity Identity => Encryption.Identity;

    public KeyAccessStatus Access => Encryption.Access;

    public bool HasRetiringForms => Encryption.WrappedKeys.Any(form => form.Use == WrappedKeyUse.Retiring);

    /// <summary>It follows the key and is not wholly under this version yet.</summary>
    public bool LagsBehind(KeyIdentifier version) => !Pinned && (!Effective.IsSameVersionAs(version) || HasRetiringForms);

    /// <param name="shut">Those for which the vault shows the key as shut.</param>
    public KeyDependent ToContract(IReadOnlyDictionary<string, KeyAccessCause> shut) =>
        new(Name, WrappedKeyUse.Current, Pinned, Effective, Access, Instance.Records, Identity.Name) { ShutBy = shut.TryGetValue(Name, out var cause) ? cause : null };
}

/// <summary>An instance that has moved to another key, and of which a version of this key still wraps an earlier form.</summary>
internal sealed record LeavingDependent(ProvisioningInstance Instance, InstanceEncryption.CustomerManagedKey Encryption, KeyIdentifier WrappedBy)
{
    public KeyDependent ToContract() => new(
        Instance.Name, WrappedKeyUse.Retiring, false, WrappedBy, Encryption.Access, Instance.Records, Encryption.Identity.Name);
}

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
