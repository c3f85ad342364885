namespace DpsPortal.Services;

/// <summary>The one feed that pages follow. A change says what to read again, never what it now is.</summary>
public interface IPortalChanges
{
    /// <summary>Calls back on a thread-pool thread, at most four times a second with the changes since the last call, until disposed.</summary>
    IDisposable Subscribe(Action<IReadOnlySet<PortalChange>> onChanges);
}
