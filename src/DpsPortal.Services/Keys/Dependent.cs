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
        new(
            Name, WrappedKeyUse.Current, Pinned, Effective, Access, Instance.Records,
            Identity.Name) { ShutBy = shut.TryGetValue(Name, out var cause) ? cause : null };
}
