using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>One version of a key: whether the vault would use it, and whether instances need it.</summary>
/// <param name="InstanceKeys">How many instance keys it wraps.</param>
/// <param name="Instances">Names of the instances concerned.</param>
/// <param name="LeftBefore">
/// When the last instance can have left it, at the latest: a backup of DPS from before that moment may need this version to be read.
/// <see langword="null"/> while it wraps an instance key, and when none can have been under it.
/// </param>
public sealed record KeyVersion(
    KeyIdentifier Id,
    KeyAvailability Availability,
    KeyVersionUse Use,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NotBefore,
    DateTimeOffset? ExpiresOn,
    int InstanceKeys,
    IReadOnlyList<string> Instances,
    DateTimeOffset? LeftBefore = null)
{
    /// <summary>Since when DPS wraps nothing under it; <see langword="null"/> when it may. Enabling the version lifts that.</summary>
    public DateTimeOffset? FencedSince { get; init; }

    /// <summary>When the vault last changed the version, whatever of it: what is disabled has been so since then at the latest.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}
