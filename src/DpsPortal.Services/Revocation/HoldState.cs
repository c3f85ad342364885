namespace DpsPortal.Services.Revocation;

/// <summary>What the vault says of something that a revocation took.</summary>
public enum HoldState
{
    /// <summary>It is still off.</summary>
    InForce,

    /// <summary>Somebody has given it back, outside a restore.</summary>
    Undone,

    /// <summary>The version is there no longer, or its key was deleted.</summary>
    Missing,

    /// <summary>The vault did not answer, or does not let the portal look.</summary>
    Unknown,
}
