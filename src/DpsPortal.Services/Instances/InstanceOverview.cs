using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;

namespace DpsPortal.Services.Instances;

/// <summary>An instance with what the vault says of its key at this moment.</summary>
/// <param name="CurrentVersion">The version that GET without version answers; <see langword="null"/> without a customer-managed key, or
/// when there is an <see cref="Absence"/>.</param>
/// <param name="Drift">Whether configured, effective and current version agree.</param>
/// <param name="ReadAt">When this was read.</param>
public sealed record InstanceOverview(ProvisioningInstance Instance, string? CurrentVersion, VersionDrift Drift, DateTimeOffset ReadAt)
{
    /// <summary>Why there is no <see cref="CurrentVersion"/> of a customer-managed key.</summary>
    public KeyAbsence? Absence { get; init; }

    /// <summary>What the vault said last, while it says nothing now.</summary>
    public SeenVersion? LastSeen { get; init; }

    /// <summary>Of one instance, and not in lists: <inheritdoc cref="KeyDependent.ShutBy" path="/summary"/></summary>
    public KeyAccessCause? ShutBy { get; init; }

    /// <summary>With <see cref="ShutBy"/>: the revocation made here that takes its access, or is about to, or may.</summary>
    public Guid? TakenBy { get; init; }

    /// <summary>The restore under way that gives back what it is denied for.</summary>
    public Guid? RestoredBy { get; init; }
}
