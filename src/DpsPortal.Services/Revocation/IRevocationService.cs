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
