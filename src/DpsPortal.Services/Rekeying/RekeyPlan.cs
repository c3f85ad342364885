using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;

namespace DpsPortal.Services.Rekeying;

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
