namespace DpsPortal.Services.Audit;

/// <summary>Who took it, as far as that is on record.</summary>
public enum AccessLossOrigin
{
    /// <summary>A revoke made here.</summary>
    Here,

    /// <summary>It was withdrawn outside the portal.</summary>
    Outside,

    /// <summary>The record of it, or of the operation that may be behind it, is damaged.</summary>
    NotKnown,
}
