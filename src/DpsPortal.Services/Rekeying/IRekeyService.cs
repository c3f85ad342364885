using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Rekeying;

/// <summary>
/// Re-key: an instance moves to another key, or between versionless and pinned, while it is in use. After a compromise this is the
/// way to a new key in a clean vault, before the old one is retired (Azure Key Vault, "Secure your keys").
/// </summary>
public interface IRekeyService
{
    /// <summary>What a re-key would do now, or why it cannot be. Changes nothing.</summary>
    /// <param name="key">Versionless follows rotations, pinned does not.</param>
    /// <returns>
    /// The plan. Refused where DPS would refuse it, where a revocation holds the instance or took its role on the new key, and while the key that
    /// it has now does not open: without that nobody can say what the instance key is.
    /// </returns>
    [Requires(Permission.View)]
    Task<Outcome<RekeyPlan>> PlanAsync(Person person, string instance, KeyIdentifier key, CancellationToken cancellationToken);

    /// <summary>
    /// Starts the re-key as an operation. Refused like the plan, and while another operation holds the instance or the new key. What it
    /// prepared is taken back when the instance cannot move.
    /// </summary>
    /// <param name="expectedFrom">The version that wrapped the instance key when the person looked; refused when it has changed since.</param>
    /// <param name="reason">Why, in the person's words; within <see cref="Operations.ReasonBounds"/>; kept with the operation.</param>
    /// <returns>The id of the operation.</returns>
    [Requires(Permission.RekeyInstance)]
    Task<Outcome<Guid>> StartAsync(
        Person person, string instance, KeyIdentifier key, KeyIdentifier expectedFrom, string reason, CancellationToken cancellationToken);
}
