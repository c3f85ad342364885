namespace DpsPortal.Features.Revocation;

internal enum RevokeBlock
{
    NoImpact,
    ImpactTooOld,
    KeepsAWiderRole,
    NothingToChange,
    NobodyLosesAccess,
    NotAcknowledged,
    ReasonMissing,
}
