namespace DpsPortal.Provisioning.Contract;

/// <summary>A re-encryption of an instance as it stands.</summary>
/// <param name="Total">Records to be written anew when it began.</param>
/// <param name="Remaining">Records that are still under an old data-encryption key.</param>
/// <param name="Corrupt">Records that did not open and were left as they are, with their key; known at the end.</param>
/// <param name="FinishedAt"><see langword="null"/> while it runs or waits for access to the key.</param>
public sealed record Reencryption(
    Guid OperationId, long Total, long Remaining, long Corrupt, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt);
