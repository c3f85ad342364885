namespace DpsPortal.Provisioning.Contract;

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
