namespace DpsPortal.Provisioning.Contract;

/// <summary>Who asked for a call. Every entry of the operations log names one.</summary>
/// <param name="ObjectId">Directory object id of the person or program; never an e-mail address.</param>
/// <param name="DisplayName">Name shown beside the entry.</param>
public sealed record Caller(string ObjectId, string DisplayName)
{
    /// <summary>
    /// Who is told of a denial of the key in the place of the operations log: what came in over a protocol has one entry for all its calls,
    /// and writes that itself.
    /// </summary>
    internal Action<KeyDenial>? Denied { get; init; }
}
