using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Impact;

/// <summary>An impact, with the changes it names in the form that an operation carries out.</summary>
/// <param name="Confirmed">Instances whose access is taken away, or may be: a restore gives it back.</param>
/// <param name="AlsoAsked">Those that the changes reach and that had no access before: DPS looks there, too, to be sure.</param>
internal sealed record PlannedRevocation(
    RevocationImpact Impact,
    IReadOnlyList<KeyIdentifier> Versions,
    IReadOnlyList<RoleAssignment> Assignments,
    ManagedIdentity? Identity,
    IReadOnlyList<string> Confirmed,
    IReadOnlyList<string> AlsoAsked);
