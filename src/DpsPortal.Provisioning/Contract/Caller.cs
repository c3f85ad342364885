namespace DpsPortal.Provisioning.Contract;

/// <summary>Who asked for a call. Every entry of the operations log names one.</summary>
/// <param name="ObjectId">Directory object id of the person or program; never an e-mail address.</param>
/// <param name="DisplayName">Name shown beside the entry.</param>
public sealed record Caller(string ObjectId, string DisplayName)
{
    /// <summary>The request that a call belongs to when it came in over a protocol. That request writes the log entry, one for all its calls.</summary>
    internal Http.OperationTrail? Trail { get; init; }
}
