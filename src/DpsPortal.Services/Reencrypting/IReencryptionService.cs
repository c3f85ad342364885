using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Reencrypting;

/// <summary>
/// Re-encryption: every record of an instance written anew under new data-encryption keys. DPS does it in the background and goes on
/// after a restart by itself; the instance key stays. A rotation or a re-key does not need it.
/// </summary>
public interface IReencryptionService
{
    /// <summary>How far the latest re-encryption of an instance is. Refused where there is no such instance, and where its key is not the customer's.</summary>
    [Requires(Permission.View)]
    Task<Outcome<ReencryptionReading>> GetAsync(Person person, string instance, CancellationToken cancellationToken);

    /// <summary>Starts one as an operation, which ends when it has. Refused while one runs, and while the key denies access.</summary>
    /// <param name="reason">Why, in the person's words; within <see cref="Operations.ReasonBounds"/>; kept with the operation.</param>
    /// <returns>The id of the operation.</returns>
    [Requires(Permission.ReencryptRecords)]
    Task<Outcome<Guid>> StartAsync(Person person, string instance, string reason, CancellationToken cancellationToken);
}
