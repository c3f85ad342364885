using DpsPortal.Provisioning.Contract;
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
