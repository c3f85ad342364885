using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>What a revocation was asked to change, exactly as its impact named it.</summary>
/// <param name="Versions">To disable, in this order.</param>
/// <param name="Assignments">To remove.</param>
/// <param name="Identity">Whose assignments they are.</param>
/// <param name="Instances">Those that lose access and are confirmed.</param>
internal sealed record RevokeIntent(
    RevocationTarget Target,
    IReadOnlyList<KeyIdentifier> Versions,
    IReadOnlyList<RoleAssignment> Assignments,
    ManagedIdentity? Identity,
    IReadOnlyList<string> Instances);

/// <param name="Uncertain">Versions and assignments of which it cannot be known whether the vault changed them.</param>
internal sealed record RevokeFacts(IReadOnlyList<string> Uncertain);

/// <summary>What to change back.</summary>
internal sealed record RestoreIntent(
    Guid Revocation,
    RevocationTarget Target,
    IReadOnlyList<KeyIdentifier> Versions,
    IReadOnlyList<RoleAssignment> Assignments,
    ManagedIdentity? Identity,
    IReadOnlyList<string> Instances);
