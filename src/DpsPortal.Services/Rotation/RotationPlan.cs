using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;

namespace DpsPortal.Services.Rotation;

/// <summary>What a rotation would do, instance by instance, as the vault and DPS were at <paramref name="ReadAt"/>.</summary>
/// <param name="Following">Versionless instances, which will be re-wrapped.</param>
/// <param name="Pinned">Instances that stay on their version.</param>
/// <param name="Blocked">Instances that cannot be re-wrapped now, as DPS and the vault both say, with the state of their access.</param>
public sealed record RotationPlan(
    KeyIdentifier Key,
    KeyVersion Current,
    IReadOnlyList<KeyDependent> Following,
    IReadOnlyList<KeyDependent> Pinned,
    IReadOnlyList<KeyDependent> Blocked,
    DateTimeOffset ReadAt)
{
    /// <summary>
    /// Versionless instances of which the vault shows another thing than DPS has noticed, shut off or open again: whether they are
    /// re-wrapped is not known.
    /// </summary>
    public IReadOnlyList<KeyDependent> Doubtful { get; init; } = [];

    /// <summary>How many instance keys the rotation tries to re-wrap.</summary>
    public int Tried => Following.Count + Doubtful.Count;

    /// <inheritdoc cref="KeyDetail.Unmatched"/>
    public IReadOnlyList<UnmatchedUse> Unmatched { get; init; } = [];

    /// <summary>Why DPS would wrap nothing under the new version, which has type, size and permitted operations of the current one.</summary>
    public Refusal? Fault { get; init; }

    /// <summary>Why DPS would wrap nothing under the current version now, which a pick-up needs.</summary>
    public Refusal? PickupFault { get; init; }
}
