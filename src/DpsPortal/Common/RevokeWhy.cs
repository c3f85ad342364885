namespace DpsPortal.Common;

/// <summary>Why somebody wants to revoke. The answer decides whether revoking is the right thing to do at all.</summary>
public enum RevokeWhy
{
    /// <summary>A version has served its time: disabling it when nothing uses it does that without harm.</summary>
    Routine,

    /// <summary>Disabling first does not help: backups of the key stay valid, and evidence is lost.</summary>
    Compromise,
    ContractEnd,
    Test,
}
