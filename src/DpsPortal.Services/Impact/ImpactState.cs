using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Impact;

/// <summary>Everything an impact is computed from, as it was read.</summary>
/// <param name="Assignments">Those that hold for the key; read for <see cref="RevocationMethod.RemoveRole"/> alone.</param>
internal sealed record ImpactState(
    RevocationTarget Target,
    IReadOnlyList<KeyVersion> Versions,
    IReadOnlyList<Dependent> Dependents,
    IReadOnlyList<RoleAssignment> Assignments,
    TimeSpan NoticedWithin,
    DateTimeOffset Now);

/// <summary>An impact, with the changes it names in the form that an operation carries out.</summary>
internal sealed record PlannedRevocation(
    RevocationImpact Impact, IReadOnlyList<KeyIdentifier> Versions, IReadOnlyList<RoleAssignment> Assignments, ManagedIdentity? Identity)
{
    /// <summary>Nothing to change, or the identity keeps access by a route that this method does not close.</summary>
    public bool IsPointless => Impact.Vault.Count == 0
        || (Impact.Target is { Method: RevocationMethod.RemoveRole, Instance: { } target }
            && Impact.Instances.Single(instance => instance.Name.Equals(target, StringComparison.OrdinalIgnoreCase)).Reason == ImpactReason.KeepsItsRole);
}
