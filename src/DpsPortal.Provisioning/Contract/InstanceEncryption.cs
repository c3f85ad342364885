namespace DpsPortal.Provisioning.Contract;

/// <summary>How an instance encrypts its records. The number of layers is chosen at creation and never changes; which key of the customer it is can.</summary>
public abstract record InstanceEncryption
{
    private InstanceEncryption() { }

    /// <summary>One layer: the platform layer under a Microsoft-managed key.</summary>
    public sealed record MicrosoftManaged : InstanceEncryption;

    /// <summary>Two layers: the platform layer around a layer under the customer's key-encryption key.</summary>
    /// <param name="ConfiguredKey">What the administrator chose; versionless follows rotations, pinned does not.</param>
    /// <param name="EffectiveKey">The version that wraps the current instance key.</param>
    /// <param name="Identity">The managed identity with which the instance calls the vault.</param>
    /// <param name="WrappedKeys">Every stored wrapped form of the instance key, the current one first.</param>
    public sealed record CustomerManagedKey(
        KeyIdentifier ConfiguredKey,
        KeyIdentifier EffectiveKey,
        ManagedIdentity Identity,
        IReadOnlyList<WrappedInstanceKey> WrappedKeys,
        KeyAccessStatus Access) : InstanceEncryption;
}
