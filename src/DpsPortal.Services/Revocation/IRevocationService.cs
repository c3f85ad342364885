using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Revocation;

/// <summary>Withdrawing an instance's access to its key on purpose, and giving it back.</summary>
public interface IRevocationService
{
    /// <summary>Computes what would break, from the vault, its roles and DPS as they are now. Changes nothing.</summary>
    /// <returns>
    /// The impact, which can be acknowledged for <see cref="RevocationImpact.ValidFor"/>. Refused where vault, key, version or instance cannot be
    /// found, and where a role cannot be read that is to be taken.
    /// </returns>
    [Requires(Permission.View)]
    Task<Outcome<RevocationImpact>> PreviewAsync(Person person, RevocationTarget target, CancellationToken cancellationToken);

    /// <summary>
    /// Starts the revocation as an operation, which ends when every instance that it reaches reports its access as revoked. Refused unless
    /// <paramref name="acknowledged"/> is the fingerprint of an impact that is less than a minute old and covers what would happen now;
    /// refused like the preview, and where there is nothing to take, and while another operation holds the key.
    /// </summary>
    /// <param name="why">What kind of reason it is, as a code.</param>
    /// <param name="reason">The person's own words; within <see cref="Operations.ReasonBounds"/>; kept with the operation as they are.</param>
    /// <returns>The id of the operation.</returns>
    [Requires(Permission.RevokeKeyAccess)]
    Task<Outcome<Guid>> StartAsync(
        Person person, RevocationTarget target, string acknowledged, RevokeWhy why, string reason, CancellationToken cancellationToken);

    /// <summary>
    /// Starts undoing what a revocation took, as an operation that ends with a verified unwrap. What another revocation that stands
    /// wants off is left off, and the operation says so. Refused where there is no such revocation, where it was restored or others have given
    /// all of it back, where an operation on the key is damaged in the store, and while another operation holds the key.
    /// </summary>
    /// <param name="revocation">The id of the revocation's operation.</param>
    /// <param name="reason">Why, in the person's words; within <see cref="Operations.ReasonBounds"/>; kept with the operation.</param>
    [Requires(Permission.RestoreKeyAccess)]
    Task<Outcome<Guid>> StartRestoreAsync(Person person, Guid revocation, string reason, CancellationToken cancellationToken);

    /// <summary>Revocations made here that still hold something at the vault, or of which that is not known; newest first.</summary>
    [Requires(Permission.View)]
    Task<IReadOnlyList<ActiveRevocation>> ListActiveAsync(Person person, CancellationToken cancellationToken);
}

/// <summary>What to revoke, and how. A revocation always names its method.</summary>
/// <param name="Key">The version with <see cref="RevocationMethod.DisableVersion"/>; otherwise versionless.</param>
/// <param name="Instance">The instance whose identity is meant with <see cref="RevocationMethod.RemoveRole"/>; otherwise <see langword="null"/>.</param>
public sealed record RevocationTarget(RevocationMethod Method, KeyIdentifier Key, string? Instance = null)
{
    /// <summary>The whole identifier of what is meant: the instance, the version, or the name of the key.</summary>
    public string NameInLog() => Instance ?? Key.Version ?? Key.Name;
}

/// <summary>By what a revocation takes access away.</summary>
public enum RevocationMethod
{
    /// <summary>Takes the role away from one instance's identity. Every instance with that identity loses access, and no other.</summary>
    RemoveRole,

    /// <summary>Disables one version. Instances whose key it wraps lose access.</summary>
    DisableVersion,

    /// <summary>Disables every enabled version, the current one first. All instances of the key lose access.</summary>
    DisableKey,
}

/// <summary>A revocation made here that stands, with what the vault and DPS say of it at <paramref name="ReadAt"/>.</summary>
/// <param name="Reason">The words of the person who made it; before <see cref="Why"/> was kept, with the code or its text in front.</param>
/// <param name="Instances">Those that it was to cut off.</param>
/// <param name="Changes">What it took at the vault, each as the vault says that it is now.</param>
/// <param name="Without">Instances that it was to cut off, or keeps out by now, and that DPS reports without access.</param>
/// <param name="ReadAt">When the vault and DPS were read.</param>
public sealed record ActiveRevocation(
    Guid Operation,
    RevocationTarget Target,
    string Reason,
    Person By,
    DateTimeOffset At,
    IReadOnlyList<string> Instances,
    IReadOnlyList<HeldChange> Changes,
    IReadOnlyList<string> Without,
    DateTimeOffset ReadAt)
{
    /// <summary>Instances that it concerns and that DPS serves all the same at that time: by what it has in memory, or because the way was opened again.</summary>
    public IReadOnlyList<string> Served { get; init; } = [];

    /// <summary>What kind of reason it was; <see langword="null"/> of one from before that was kept.</summary>
    public RevokeWhy? Why { get; init; }
}

/// <summary>One thing that a revocation took at the vault, as the vault says that it is now.</summary>
/// <param name="AlsoWantedBy">Another revocation that stands and wants the same off: restoring this one leaves it.</param>
public sealed record HeldChange(VaultChange Change, HoldState State, Guid? AlsoWantedBy = null);

/// <summary>What the vault says of something that a revocation took.</summary>
public enum HoldState
{
    /// <summary>It is still off.</summary>
    InForce,

    /// <summary>Somebody has given it back, outside a restore.</summary>
    Undone,

    /// <summary>The version is there no longer, or its key was deleted.</summary>
    Missing,

    /// <summary>The vault did not answer, or does not let the portal look.</summary>
    Unknown,
}
