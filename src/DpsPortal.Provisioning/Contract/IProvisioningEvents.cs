namespace DpsPortal.Provisioning.Contract;

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
    Task<IReadOnlyList<OperationEntry>> ListOperationsAsync(string? instance, OperationFilter filter, long? before, int count, CancellationToken cancellationToken);

    /// <summary>All rejections in the log, counted by their cause.</summary>
    /// <param name="instance">Only of this instance, or of all.</param>
    /// <param name="recent">How far back <see cref="RejectionCause.Recent"/> reaches.</param>
    Task<RejectionSummary> SummarizeRejectedAsync(string? instance, TimeSpan recent, CancellationToken cancellationToken);
}

/// <summary>Each given member narrows the list.</summary>
/// <param name="Rejected">Only what failed because of the key, or only what did not.</param>
/// <param name="Cause">Only what failed because of the key for this cause.</param>
/// <param name="Record">Only of records whose id contains this.</param>
public sealed record OperationFilter(bool? Rejected = null, KeyAccessCause? Cause = null, string? Record = null);

/// <param name="Causes">The most frequent first.</param>
/// <param name="Since">The oldest operation that the log still has, where it has let go of older ones; then the totals begin there.</param>
/// <param name="Missed">Operations of this process that the log could not keep; what they were is not known.</param>
public sealed record RejectionSummary(IReadOnlyList<RejectionCause> Causes, DateTimeOffset? Since, long Missed);

/// <summary>All rejections of one cause.</summary>
/// <param name="Recent">Those of the last while, as it was asked for.</param>
/// <param name="Devices">Different devices that were rejected over the device API.</param>
/// <param name="Instances">Where, by name.</param>
/// <param name="ErrorCodes">What the callers were told.</param>
public sealed record RejectionCause(
    KeyAccessCause Cause,
    long Total,
    long Recent,
    DateTimeOffset First,
    DateTimeOffset Last,
    long Devices,
    IReadOnlyList<string> Instances,
    IReadOnlyList<int> ErrorCodes);

public abstract record ProvisioningEvent(string Instance)
{
    /// <param name="Key">The version that wrapped the instance key when its access changed: the instance may have moved since.</param>
    public sealed record AccessChanged(string Instance, KeyIdentifier Key, KeyAccessStatus Before, KeyAccessStatus After) : ProvisioningEvent(Instance);

    public sealed record OperationRejected(RejectedOperation Rejection) : ProvisioningEvent(Rejection.Instance);

    /// <summary>A version made elsewhere was noticed by a check and taken up.</summary>
    public sealed record VersionPickedUp(string Instance, KeyIdentifier From, KeyIdentifier To) : ProvisioningEvent(Instance);

    public sealed record ReencryptionAdvanced(string Instance, Reencryption Reencryption) : ProvisioningEvent(Instance);

    /// <summary>An operation is in the log; for a rejection after its <see cref="OperationRejected"/>.</summary>
    public sealed record OperationLogged(OperationEntry Entry) : ProvisioningEvent(Entry.Instance);

    /// <summary>Created, re-wrapped, re-keyed or pruned, or its record counts changed.</summary>
    public sealed record InstanceChanged(string Instance) : ProvisioningEvent(Instance);
}

/// <summary>An operation that was refused because the instance has no access to its key.</summary>
/// <param name="Sequence">Position in the operations log.</param>
/// <param name="Operation">Column OperationName of DPS's diagnostic log: <c>Get</c>, <c>Query</c>, <c>Upsert</c> …</param>
/// <param name="StatusCode">HTTP status of the service API: 403 when revoked, 503 when the vault cannot be asked.</param>
/// <param name="ErrorCode">Six digits; <c>403011</c> is modelled on IoT Hub's KeyEncryptionKeyRevoked.</param>
/// <param name="VaultErrorCode">The vault's inner code behind it, for example <c>KeyDisabled</c>.</param>
/// <param name="Latency">From the call to the refusal.</param>
public sealed record RejectedOperation(
    long Sequence,
    DateTimeOffset At,
    string Instance,
    string Operation,
    RecordKind Kind,
    string RecordId,
    int StatusCode,
    int ErrorCode,
    KeyAccess Access,
    KeyAccessCause Cause,
    string? VaultErrorCode,
    KeyIdentifier? KeyVersion,
    Caller Caller,
    TimeSpan Latency);
