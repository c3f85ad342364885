using System.Collections.Immutable;
using DpsPortal.KeyVault.Algorithms;

namespace DpsPortal.KeyVault.Keys;

/// <summary>One version of a key. Replaced as a whole when its attributes change; the material stays the same object.</summary>
internal sealed record KeyVersion(
    string Version,
    string KeyType,
    KeyMaterial Material,
    IReadOnlyList<string> Operations,
    KeyAttributes Attributes,
    IReadOnlyDictionary<string, string>? Tags)
{
    /// <summary>Each expiry is announced once; another expiry is another announcement.</summary>
    public bool NearExpiryPublished { get; init; }

    public bool ExpiredPublished { get; init; }

    /// <summary>The version with other attributes; a moved expiry has not been announced.</summary>
    public KeyVersion With(KeyAttributes attributes) => this with
    {
        Attributes = attributes,
        NearExpiryPublished = NearExpiryPublished && attributes.Expires == Attributes.Expires,
        ExpiredPublished = ExpiredPublished && attributes.Expires == Attributes.Expires,
    };
}

/// <summary>Key Vault counts these times in whole seconds.</summary>
internal sealed record KeyAttributes(bool Enabled, DateTimeOffset? NotBefore, DateTimeOffset? Expires, DateTimeOffset Created, DateTimeOffset Updated);

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

/// <param name="ScheduledPurge">Fixed by the vault's retention when the key was deleted; from then on it is purged, purge protection or not.</param>
internal sealed record Deletion(DateTimeOffset Deleted, DateTimeOffset ScheduledPurge)
{
    public static Deletion At(DateTimeOffset now, int retentionDays) => new(now, now.AddDays(retentionDays));
}
