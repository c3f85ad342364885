namespace DpsPortal.Services.Revocation;

/// <summary>Why somebody wants to revoke: a code, kept with the operation beside the person's words. It decides whether revoking is right at all.</summary>
public enum RevokeWhy
{
    /// <summary>A version has served its time: disabling it when nothing uses it does that without harm.</summary>
    Routine,

    /// <summary>Disabling first does not help: backups of the key stay valid, and evidence is lost.</summary>
    Compromise,
    ContractEnd,
    Test,
}
