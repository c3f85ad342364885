namespace DpsPortal.Tests.Campaigns;

/// <summary>What a life of the crash child found after it had finished what the one before left; a line of JSON.</summary>
/// <param name="Operation">Kind of the newest operation; the next four members are about it.</param>
/// <param name="Intents">How often the activity log says that it began.</param>
/// <param name="Successes">How often it says that it succeeded.</param>
/// <param name="Key">The key that the instance is configured to have; the next three members are about it.</param>
/// <param name="Assignments">Roles of the instance's identity on it, by the vault.</param>
internal sealed record CrashReport(
    string Operation,
    string State,
    int Intents,
    int Successes,
    string Key,
    int Versions,
    string CurrentAvailability,
    int Assignments,
    bool FollowsCurrent,
    int WrappedKeys,
    string Access,
    long Epoch,
    long ReadOk,
    long Rejected,
    long Corrupt,
    string? ContentHash);
