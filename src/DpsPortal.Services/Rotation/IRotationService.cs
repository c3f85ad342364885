using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Rotation;

/// <summary>Rotation: a new version of a key, and every following instance re-wrapped under it.</summary>
public interface IRotationService
{
    /// <summary>What a rotation would do now. Changes nothing.</summary>
    /// <returns>
    /// The plan, with what DPS would refuse in it. Refused where the vault or the key cannot be had (with what is known of it), and while a
    /// revocation holds the whole key.
    /// </returns>
    [Requires(Permission.View)]
    Task<Outcome<RotationPlan>> PlanAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken);

    /// <summary>
    /// Starts the rotation as an operation. Refused like the plan, and where a key that DPS uses cannot be matched, where DPS would wrap
    /// nothing under a version like the current one, and while another operation holds the key.
    /// </summary>
    /// <param name="expectedCurrent">The current version the person saw; refused when it has changed since.</param>
    /// <returns>The id of the operation.</returns>
    [Requires(Permission.RotateKey)]
    Task<Outcome<Guid>> StartAsync(Person person, KeyIdentifier key, string expectedCurrent, CancellationToken cancellationToken);

    /// <summary>
    /// Starts wrapping instances that lag behind under the version that is current already, without making a new one. Refused where none lags
    /// behind.
    /// </summary>
    [Requires(Permission.RotateKey)]
    Task<Outcome<Guid>> StartPickupAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken);

    /// <summary>
    /// Rotations of a key, newest first, with the coverage each reached: from the portal's operations, and from the versions that the vault has.
    /// </summary>
    /// <exception cref="Azure.RequestFailedException">
    /// The vault did not answer: a list without versions made elsewhere would say that there are none.
    /// </exception>
    [Requires(Permission.View)]
    Task<IReadOnlyList<RotationRecord>> HistoryAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken);
}

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

/// <summary>A rotation of a key as it went: one that was started here, or a version that was made outside the portal. Times are the domain clock's.</summary>
/// <param name="Rewrapped">Instances wrapped under <paramref name="To"/> at the end.</param>
/// <param name="Expected">Instances that should have been.</param>
/// <param name="To">The new version; <see langword="null"/> when the rotation stopped before it was made.</param>
/// <param name="By">Who started it; <see langword="null"/> for a version made outside the portal.</param>
public sealed record RotationRecord(
    Guid? Operation,
    KeyIdentifier? From,
    KeyIdentifier? To,
    int Rewrapped,
    int Expected,
    bool Running,
    Person? By,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt);
