using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Instances;

/// <summary>DPS instances as administrators see and create them.</summary>
public interface IInstanceService
{
    /// <summary>Every instance, by name, each with what the vault says of its key; a page has <see cref="FindAsync"/>.</summary>
    [Requires(Permission.View)]
    Task<IReadOnlyList<InstanceOverview>> ListAsync(Person person, CancellationToken cancellationToken);

    /// <summary>A page of the instances, by name. Vaults are asked for the keys of these alone.</summary>
    [Requires(Permission.View)]
    Task<InstanceListing> FindAsync(Person person, InstanceQuery query, CancellationToken cancellationToken);

    /// <summary>One instance, with what keeps it from its key if anything does; <see langword="null"/> when DPS has none of that name.</summary>
    [Requires(Permission.View)]
    Task<InstanceOverview?> GetAsync(Person person, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Checks a creation: the form, the vault, the key, and with the identity that the instance would get, wrap and unwrap.
    /// An identity and a role that are not there yet are made, and stay for the next check and for the creation under the same
    /// <see cref="NewInstance.Id"/>, since a role takes minutes to be honoured; <see cref="GiveUpAsync"/> takes them back.
    /// </summary>
    [Requires(Permission.CreateInstance)]
    Task<Outcome<Rehearsal>> CheckAsync(Person person, NewInstance form, CancellationToken cancellationToken);

    /// <summary>Takes back what checks have made under a <see cref="NewInstance.Id"/>, unless the creation has begun.</summary>
    /// <returns>Whether nothing of it is left. What could not be taken back now is, at the next start.</returns>
    [Requires(Permission.CreateInstance)]
    Task<Outcome<bool>> GiveUpAsync(Person person, Guid id, CancellationToken cancellationToken);

    /// <summary>
    /// Starts the creation as an operation under <see cref="NewInstance.Id"/>; starting it again starts no second one. What was
    /// prepared is taken back when it cannot finish.
    /// </summary>
    /// <returns>The id of the operation.</returns>
    [Requires(Permission.CreateInstance)]
    Task<Outcome<Guid>> CreateAsync(Person person, NewInstance form, CancellationToken cancellationToken);

    /// <summary>
    /// Has DPS ask the vault now with an unwrap, as the instance, and answers what it knows then. Refused where there is no key of the customer's.
    /// </summary>
    [Requires(Permission.RecheckAccess)]
    Task<Outcome<KeyAccessStatus>> RecheckAsync(Person person, string name, CancellationToken cancellationToken);
}

/// <summary>A page of instances, by name.</summary>
/// <param name="Total">How many there are on all pages.</param>
/// <param name="ReadAt">When this was read.</param>
public sealed record InstanceListing(
    IReadOnlyList<InstanceOverview> Instances, bool HasPrevious, bool HasNext, int Total, DateTimeOffset ReadAt);

/// <summary>An instance with what the vault says of its key at this moment.</summary>
/// <param name="CurrentVersion">The version that GET without version answers; <see langword="null"/> without a customer-managed key, or when there is an <see cref="Absence"/>.</param>
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

/// <summary>A version that was the current one when the vault was asked.</summary>
/// <param name="At">When it was asked.</param>
public sealed record SeenVersion(string Version, DateTimeOffset At);

/// <summary>Whether configured, effective and current version of an instance's key differ.</summary>
public enum VersionDrift
{
    /// <summary>No customer-managed key, or its current version is not known; <see cref="InstanceOverview.Absence"/> says why.</summary>
    NotKnown,

    /// <summary>The effective version is the current one.</summary>
    None,

    /// <summary>Pinned to a version that is no longer current: a rotation does not reach it.</summary>
    PinnedBehind,

    /// <summary>Versionless, but a newer version has not been picked up yet.</summary>
    NotPickedUp,
}

/// <summary>What a creation would meet now.</summary>
/// <param name="WaitsForRoleSince">
/// When the role was assigned, while all that fails is that the vault does not honour it yet; otherwise <see langword="null"/>.
/// </param>
public sealed record Rehearsal(CreationChecks Checks, DateTimeOffset? WaitsForRoleSince = null)
{
    /// <summary>How long a role assignment takes to be honoured at most (Azure RBAC, "Troubleshoot Azure RBAC").</summary>
    public static readonly TimeSpan LongestPropagation = TimeSpan.FromMinutes(10);
}

/// <summary>The form of the creation wizard.</summary>
/// <param name="IdentityName">Name of the user-assigned identity to use; it is made when it does not exist.</param>
/// <param name="Key">Versionless follows rotations, pinned does not.</param>
public sealed record NewInstance(
    string Name,
    string ResourceGroup,
    string Location,
    bool CustomerManaged,
    string? IdentityName,
    string? Key)
{
    /// <summary>Id of the operation to be: what checks prepare is its own from the beginning.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();
}
