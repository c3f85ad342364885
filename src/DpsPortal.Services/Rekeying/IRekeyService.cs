using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
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
    Task<Outcome<Guid>> StartAsync(Person person, string instance, KeyIdentifier key, KeyIdentifier expectedFrom, string reason, CancellationToken cancellationToken);
}

/// <summary>What a re-key would do, as the vault and DPS were at <paramref name="ReadAt"/>.</summary>
/// <param name="Configured">The key as configured now.</param>
/// <param name="From">The version that wraps the instance key now.</param>
/// <param name="Key">The key as configured afterwards.</param>
/// <param name="To">The version that will wrap the instance key.</param>
/// <param name="IdentityName">The instance's identity, which gets the role on the new key.</param>
/// <param name="EarlierForms">Retiring forms that are there now, left over from a re-key that could not finish; they are removed too.</param>
/// <param name="LeftBehind">
/// Other instances that still need what this one leaves: any version of the old key, or when only the version changes, that version.
/// </param>
public sealed record RekeyPlan(
    string Instance,
    KeyIdentifier Configured,
    KeyIdentifier From,
    KeyIdentifier Key,
    KeyVersion To,
    string IdentityName,
    int EarlierForms,
    IReadOnlyList<string> LeftBehind,
    DateTimeOffset ReadAt)
{
    /// <summary>Keys of other instances that no vault here has: who else needs what is left is then not known for certain.</summary>
    public IReadOnlyList<UnmatchedUse> Unmatched { get; init; } = [];

    /// <summary>Whether the instance key is wrapped anew; otherwise only what is configured changes.</summary>
    public bool Rewraps => To.Id != From;

    public bool ChangesKey => Key.Versionless != From.Versionless;
}
