using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Capabilities;

/// <summary>What happens inside the simulated DPS, as it happens, and the operations log that keeps it.</summary>
public interface IProvisioningEvents
{
    /// <summary>Calls back on a thread-pool thread for each event until disposed. The callback must return quickly.</summary>
    IDisposable Subscribe(Action<ProvisioningEvent> onEvent);

    /// <summary>Rejected operations, newest first.</summary>
    /// <param name="instance">Only of this instance, or of all.</param>
    /// <param name="before">Only entries with a smaller sequence number; <see langword="null"/> for the newest.</param>
    Task<IReadOnlyList<RejectedOperation>> ListRejectedAsync(string? instance, long? before, int count, CancellationToken cancellationToken);

    /// <summary>The operations log, newest first: everything that came in over the protocols, and what was rejected otherwise.</summary>
    /// <inheritdoc cref="ListRejectedAsync"/>
    Task<IReadOnlyList<OperationEntry>> ListOperationsAsync(string? instance, long? before, int count, CancellationToken cancellationToken);

    /// <summary>The operations that a filter leaves, newest first.</summary>
    /// <inheritdoc cref="ListRejectedAsync"/>
    Task<IReadOnlyList<OperationEntry>> ListOperationsAsync(
        string? instance, OperationFilter filter, long? before, int count, CancellationToken cancellationToken);

    /// <summary>All rejections in the log, counted by their cause.</summary>
    /// <param name="instance">Only of this instance, or of all.</param>
    /// <param name="recent">How far back <see cref="RejectionCause.Recent"/> reaches.</param>
    Task<RejectionSummary> SummarizeRejectedAsync(string? instance, TimeSpan recent, CancellationToken cancellationToken);
}
