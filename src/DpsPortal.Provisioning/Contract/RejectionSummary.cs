namespace DpsPortal.Provisioning.Contract;

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
