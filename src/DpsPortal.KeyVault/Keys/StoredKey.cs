using System.Collections.Immutable;

namespace DpsPortal.KeyVault.Keys;

/// <summary>A key with all its versions, as of one moment.</summary>
/// <param name="Versions">By version id, which is the order in which they are listed: random in time.</param>
/// <param name="CurrentVersion">The newest one: what is meant where no version is named, even while it is disabled.</param>
/// <param name="Deletion">Null unless the key is soft-deleted.</param>
/// <param name="RecoveredOn">Since when it has been coming back; null where that is not simulated, and after a restart.</param>
internal sealed record StoredKey(
    long Id, string Vault, string Name, ImmutableSortedDictionary<string, KeyVersion> Versions, string CurrentVersion, RotationPolicy? Policy,
    Deletion? Deletion = null, DateTimeOffset? RecoveredOn = null)
{
    public KeyVersion Current => Versions[CurrentVersion];

    public KeyVersion? Find(string? version) => string.IsNullOrEmpty(version) ? Current : Versions.GetValueOrDefault(version);
}
