namespace DpsPortal.Services;

/// <summary>What a change is about; <see cref="PortalChange.Subject"/> says which one.</summary>
public enum PortalChangeKind
{
    Instance,
    Key,
    Operation,
    Activity,
    RejectedOperation,

    /// <summary>The simulated DPS answered a request and logged it.</summary>
    DpsOperation,

    /// <summary>A re-encryption got further; apart from <see cref="Instance"/>, so that its many parts cost other pages nothing.</summary>
    Reencryption,
}
