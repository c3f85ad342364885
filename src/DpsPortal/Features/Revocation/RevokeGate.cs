using DpsPortal.Services.Impact;
using DpsPortal.Services.Operations;

namespace DpsPortal.Features.Revocation;

/// <summary>What still stands between the reader and the button that revokes. The service layer checks the same again.</summary>
internal static class RevokeGate
{
    /// <summary>Where someone stays without, the revoke makes the loss firm; where it cannot be told, an emergency does not wait for it.</summary>
    /// <returns>The first condition that is not met; <see langword="null"/> when all are.</returns>
    public static RevokeBlock? Of(RevocationImpact? impact, bool upToDate, RevocationImpact? acknowledged, string? reason, DateTimeOffset now) => impact switch
    {
        null => RevokeBlock.NoImpact,
        _ when !upToDate || now - impact.ComputedAt > RevocationImpact.ValidFor => RevokeBlock.ImpactTooOld,
        { Remaining: not null } => RevokeBlock.KeepsAWiderRole,
        { IsPointless: true } => RevokeBlock.NothingToChange,
        { LeavesAllTheirAccess: true } => RevokeBlock.NobodyLosesAccess,
        _ when acknowledged?.Covers(impact) is not true => RevokeBlock.NotAcknowledged,
        _ when !ReasonBounds.Holds(reason) => RevokeBlock.ReasonMissing,
        _ => null,
    };
}
