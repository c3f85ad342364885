namespace DpsPortal.Provisioning.Contract;

/// <summary>
/// An entry of the operations log, with the columns of DPS's diagnostic log (AzureDiagnostics: OperationName, ResultType,
/// ResultSignature, ResultDescription, properties).
/// </summary>
/// <param name="Sequence">Position in the log.</param>
/// <param name="Operation">Column OperationName: <c>Get</c>, <c>Upsert</c>, <c>Query</c>, <c>Register</c> …</param>
/// <param name="Kind">What kind of record it concerned; <see langword="null"/> where none.</param>
/// <param name="RecordId">Which; <c>*</c> for more than one, empty where none.</param>
/// <param name="StatusCode">Column ResultSignature: the HTTP status.</param>
/// <param name="ErrorCode">Six digits, of an operation that failed.</param>
/// <param name="Description">Column ResultDescription: what the caller was told, or how a device was assigned.</param>
/// <param name="Denial">Why the key was not accessible, when that is why it failed.</param>
/// <param name="Latency">From the request to its answer.</param>
/// <param name="TrackingId">The id that the caller was given with an error.</param>
public sealed record OperationEntry(
    long Sequence,
    DateTimeOffset At,
    string Instance,
    OperationCategory Category,
    OperationProtocol Protocol,
    string Operation,
    RecordKind? Kind,
    string RecordId,
    int StatusCode,
    int? ErrorCode,
    string? Description,
    KeyDenial? Denial,
    Caller Caller,
    TimeSpan Latency,
    string? TrackingId)
{
    /// <summary>Column ResultType.</summary>
    public bool Succeeded => StatusCode < 400;

    /// <summary>The entry as a rejection; <see langword="null"/> unless the key was why it failed.</summary>
    public RejectedOperation? Rejection => Denial is null
        ? null
        : new RejectedOperation(
            Sequence, At, Instance, Operation, Kind ?? RecordKind.RegistrationRecord, RecordId, StatusCode, ErrorCode ?? 0,
            Denial.Access, Denial.Cause, Denial.VaultErrorCode, Denial.KeyVersion, Caller, Latency);
}
