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

/// <summary>How far the latest re-encryption of an instance is, as DPS says at <paramref name="ReadAt"/>.</summary>
/// <param name="Latest">The one that runs, or else the last; <see langword="null"/> when there never was one, or one is just beginning.</param>
/// <param name="Access">The instance's access to its key, for which a waiting one waits.</param>
/// <param name="Records">Records of the instance now.</param>
/// <param name="ReadAt">When this was read.</param>
public sealed record ReencryptionReading(
    string Instance, ReencryptionState State, Reencryption? Latest, KeyAccessStatus Access, long Records, DateTimeOffset ReadAt)
{
    /// <summary>The operation that <see cref="Latest"/> is of, when it was started here.</summary>
    public Guid? Operation { get; init; }
}

/// <summary>Where a re-encryption is; an instance that never had one has a state, too.</summary>
public enum ReencryptionState
{
    Never,
    Running,

    /// <summary>It has begun, and the key cannot be used now; it goes on by itself once it can.</summary>
    Waiting,
    Finished,
}
