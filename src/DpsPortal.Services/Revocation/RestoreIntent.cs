using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>What to change back.</summary>
/// <param name="Left">What the revocation took and another that stands wants off: it is left as it is.</param>
internal sealed record RestoreIntent(
    Guid Revocation,
    RevocationTarget Target,
    IReadOnlyList<KeyIdentifier> Versions,
    IReadOnlyList<RoleAssignment> Assignments,
    ManagedIdentity? Identity,
    IReadOnlyList<string> Instances,
    IReadOnlyList<LeftOff>? Left = null)
{
    /// <summary>The same as what could be taken again.</summary>
    public RevokeIntent AsTaken() => new(Target, Versions, Assignments, Identity, Instances);
}
