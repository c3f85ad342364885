namespace DpsPortal.Services.Audit;

/// <summary>What came of it, or that it is only begun.</summary>
public enum ActivityResult
{
    /// <summary>Written before a change at another system; an outcome follows.</summary>
    Intent,
    Succeeded,
    Refused,
    Failed,
    Noticed,

    /// <summary>A part was changed and stays changed.</summary>
    Partial,

    /// <summary>Changed, and the effect was not seen by then.</summary>
    Unconfirmed,
}
