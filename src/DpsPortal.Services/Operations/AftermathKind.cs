namespace DpsPortal.Services.Operations;

/// <summary>What may have become of an operation since it ended.</summary>
public enum AftermathKind
{
    /// <summary>It was not confirmed or only partly done, and that is still so.</summary>
    Open,

    /// <summary>What it had not seen has come about since, as DPS reports now.</summary>
    EffectCame,

    /// <summary>A restore has given back what it took, what another revocation wants off apart.</summary>
    Restored,

    /// <summary>What it took was given back outside the portal.</summary>
    UndoneOutside,

    /// <summary>What it had prepared and left is gone.</summary>
    TakenBack,

    /// <summary>A later revocation has taken the access again that a restore gave back, before DPS saw it.</summary>
    RevokedAgain,

    /// <summary>What a restore had given back, or a part of it, was taken again outside the portal, before DPS saw it.</summary>
    TakenOutside,
}
