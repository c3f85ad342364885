using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>Configured, effective and current version side by side. Pure.</summary>
internal static class VersionDrifts
{
    /// <param name="current">The version that GET without a version answers, when the vault answered.</param>
    public static VersionDrift Of(InstanceEncryption encryption, string? current) => encryption switch
    {
        InstanceEncryption.CustomerManagedKey when current is null => VersionDrift.NotKnown,
        InstanceEncryption.CustomerManagedKey key when key.EffectiveKey.Version == current => VersionDrift.None,
        // The vault does not have what wraps it: then that is not an earlier one that it could be moved on from.
        InstanceEncryption.CustomerManagedKey { Access.Cause: KeyAccessCause.KeyNotFound } => VersionDrift.NotKnown,
        InstanceEncryption.CustomerManagedKey { ConfiguredKey.IsPinned: true } => VersionDrift.PinnedBehind,
        InstanceEncryption.CustomerManagedKey => VersionDrift.NotPickedUp,
        _ => VersionDrift.NotKnown,
    };
}
