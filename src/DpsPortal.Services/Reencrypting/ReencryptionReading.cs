using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Reencrypting;

/// <summary>How far the latest re-encryption of an instance is, as DPS says at <paramref name="ReadAt"/>.</summary>
/// <param name="Latest">The one that runs, or else the last; <see langword="null"/> when there never was one, or one is just beginning.</param>
/// <param name="Access">The instance's access to its key, for which a waiting one waits.</param>
/// <param name="Records">Records of the instance now.</param>
/// <param name="ReadAt">When this was read.</param>
public sealed record ReencryptionReading(
    string Instance, ReencryptionState State, Reencryption? Latest, KeyAccessStatus Access, long Records, DateTimeOffset ReadAt)
{
    /// <summary>The operation that <see cref="Latest"/> is of, when it was started here.</summary>
    public Guid? Operation { get; init; }
}
