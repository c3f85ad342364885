namespace DpsPortal.Provisioning.Contract;

/// <param name="Causes">The most frequent first.</param>
/// <param name="Since">The oldest operation that the log still has, where it has let go of older ones; then the totals begin there.</param>
/// <param name="Missed">Operations of this process that the log could not keep; what they were is not known.</param>
public sealed record RejectionSummary(IReadOnlyList<RejectionCause> Causes, DateTimeOffset? Since, long Missed);
