namespace DpsPortal.Provisioning.Contract;

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
