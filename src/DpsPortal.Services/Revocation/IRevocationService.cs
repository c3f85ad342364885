using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Impact;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Revocation;

/// <summary>Withdrawing an instance's access to its key on purpose, and giving it back.</summary>
public interface IRevocationService
{
    /// <summary>Computes what would break. Changes nothing.</summary>
    [Requires(Permission.View)]
    Task<Outcome<RevocationImpact>> PreviewAsync(Person person, RevocationTarget target, CancellationToken cancellationToken);

    /// <summary>
    /// Starts the revocation as an operation. Refused unless <paramref name="acknowledged"/> is the fingerprint of an impact that
    /// is less than a minute old and covers what would happen now.
    /// </summary>
    /// <param name="reason">Why, in the person's words; 5 to 500 characters; kept in the activity log.</param>
    /// <returns>The id of the operation.</returns>
    [Requires(Permission.RevokeKeyAccess)]
    Task<Outcome<Guid>> StartAsync(Person person, RevocationTarget target, string acknowledged, string reason, CancellationToken cancellationToken);

    /// <summary>Starts undoing exactly what a revocation changed, as an operation that ends with a verified unwrap.</summary>
    /// <param name="revocation">The id of the revocation's operation.</param>
    [Requires(Permission.RestoreKeyAccess)]
    Task<Outcome<Guid>> StartRestoreAsync(Person person, Guid revocation, CancellationToken cancellationToken);

    /// <summary>Revocations made here and not yet restored, newest first.</summary>
    [Requires(Permission.View)]
    Task<IReadOnlyList<ActiveRevocation>> ListActiveAsync(Person person, CancellationToken cancellationToken);
}

/// <summary>What to revoke, and how. A revocation always names its method.</summary>
/// <param name="Key">The version with <see cref="RevocationMethod.DisableVersion"/>; otherwise versionless.</param>
/// <param name="Instance">The instance with <see cref="RevocationMethod.RemoveRole"/>; otherwise <see langword="null"/>.</param>
public sealed record RevocationTarget(RevocationMethod Method, KeyIdentifier Key, string? Instance = null);

public enum RevocationMethod
{
    /// <summary>Takes the role away from one instance's identity. Only that instance loses access.</summary>
    RemoveRole,

    /// <summary>Disables one version. Instances whose key it wraps lose access.</summary>
    DisableVersion,

    /// <summary>Disables every enabled version, the current one first. All instances of the key lose access.</summary>
    DisableKey,
}

/// <param name="Changes">What was changed at the vault and would be changed back.</param>
public sealed record ActiveRevocation(
    Guid Operation,
    RevocationTarget Target,
    string Reason,
    Person By,
    DateTimeOffset At,
    IReadOnlyList<string> Instances,
    IReadOnlyList<VaultChange> Changes);
