using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Impact;

/// <summary>An instance whose key a revocation is about, and what becomes of its access.</summary>
/// <param name="Fate">What becomes of its access.</param>
/// <param name="Reason">Why.</param>
/// <param name="Identity">Name of the identity with which it calls the vault; instances can share one.</param>
/// <param name="AccessNow">What DPS knows of it at this moment.</param>
/// <param name="Route">The role that keeps its access, or because of which that cannot be told; otherwise <see langword="null"/>.</param>
public sealed record AffectedInstance(
    string Name,
    string IdScope,
    AccessFate Fate,
    ImpactReason Reason,
    KeyIdentifier EffectiveVersion,
    RecordCounts Records,
    KeyAccess AccessNow,
    string Identity,
    AccessRoute? Route = null);
