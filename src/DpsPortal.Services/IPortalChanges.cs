namespace DpsPortal.Services;

/// <summary>The one feed that pages follow. A change says what to read again, never what it now is.</summary>
public interface IPortalChanges
{
    /// <summary>Calls back on a thread-pool thread, at most four times a second with the changes since the last call, until disposed.</summary>
    IDisposable Subscribe(Action<IReadOnlySet<PortalChange>> onChanges);
}

/// <summary>One thing that is other than it was when a page read it.</summary>
/// <param name="Subject">Name of the instance, versionless key identifier or id of the operation.</param>
public sealed record PortalChange(PortalChangeKind Kind, string Subject);

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
