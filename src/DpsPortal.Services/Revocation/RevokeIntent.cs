using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>What a revocation was asked to change, exactly as its impact named it.</summary>
/// <param name="Versions">To disable, in this order.</param>
/// <param name="Assignments">To remove.</param>
/// <param name="Identity">Whose assignments they are.</param>
/// <param name="Instances">Those that lose access, or may: they are confirmed, and a restore gives it back.</param>
/// <param name="AlsoOff">
/// Versions that another revocation had disabled before. This one wants them off as well: they stay off when the other is restored, and
/// come back with the last of both.
/// </param>
internal sealed record RevokeIntent(
    RevocationTarget Target,
    IReadOnlyList<KeyIdentifier> Versions,
    IReadOnlyList<RoleAssignment> Assignments,
    ManagedIdentity? Identity,
    IReadOnlyList<string> Instances,
    IReadOnlyList<KeyIdentifier>? AlsoOff = null)
{
    public bool Concerns(string instance) => Instances.Concat(AlsoAsked).Contains(instance, StringComparer.OrdinalIgnoreCase);

    /// <summary>Those that had no access before and whose way in is closed as well: DPS looks there, too.</summary>
    public IReadOnlyList<string> AlsoAsked { get; init; } = [];

    /// <summary><see langword="null"/> in what was stored when the reason was one text.</summary>
    public RevokeWhy? Why { get; init; }
}
