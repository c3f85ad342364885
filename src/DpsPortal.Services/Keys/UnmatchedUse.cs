using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>A key that an instance is configured for or wrapped by, as DPS reports it.</summary>
/// <param name="Key">Versionless or with its version.</param>
public sealed record UnmatchedUse(string Instance, KeyIdentifier Key)
{
    /// <summary>DPS does not report the instance at all, though it was made here: the key is the one that is on record for it.</summary>
    public bool IsMissing { get; init; }
}
