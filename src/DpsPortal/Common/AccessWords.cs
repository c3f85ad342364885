using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Common;

/// <summary>What DPS does with reads and writes under a state of access, in words, with the time until or since which it does.</summary>
internal static class AccessWords
{
    /// <summary>One sentence for the state and what follows from it.</summary>
    public static string Sentence(Words words, Viewer viewer, KeyAccessStatus status, DateTimeOffset now) =>
        words[$"AccessSentence_{status.Access}{Served(status, now)}", Lease(viewer, status)];

    /// <summary>What follows from a state that does not say so by its name; otherwise <see langword="null"/>.</summary>
    public static string? Brief(Words words, Viewer viewer, KeyAccessStatus status, DateTimeOffset now) =>
        status.Access is KeyAccess.Unavailable or KeyAccess.Misconfigured ? words[$"AccessBrief{Served(status, now)}", Lease(viewer, status)] : null;

    private static string Served(KeyAccessStatus status, DateTimeOffset now) => status.Access switch
    {
        KeyAccess.Unavailable or KeyAccess.Misconfigured when status.RecordsAt(now) == RecordAccess.Served => "_Served",
        KeyAccess.Unavailable or KeyAccess.Misconfigured => status.LeaseEndsAt is null ? "_Refused" : "_Ended",
        KeyAccess.NotVerified when status.LeaseEndsAt is not null => "_Ended",
        _ => "",
    };

    private static string Lease(Viewer viewer, KeyAccessStatus status) => status.LeaseEndsAt is { } at ? viewer.Time(at) : "";
}
