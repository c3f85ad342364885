using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Audit;

internal enum AccessTransition
{
    /// <summary>The vault denies it, or something else answers in its place and no lease runs.</summary>
    Lost,

    /// <summary>After a loss, an unwrap was verified again.</summary>
    Regained,

    /// <summary>After an outage or a lapse of validity all is as before; nothing was lost meanwhile.</summary>
    Answering,
    Degraded,
    Unavailable,

    /// <summary>Something else answers in the vault's place; reads and writes go on while the lease runs.</summary>
    Misconfigured,

    /// <summary>The vault says nothing new, and reads and writes, served until now, are refused.</summary>
    LeaseEnded,

    /// <summary>The vault says nothing new since the start, and what a lease may have served before it is refused.</summary>
    RefusedSinceStart,
}

/// <summary>What a change of access means to people. Pure.</summary>
internal static class AccessTransitions
{
    public static AccessTransition? Of(KeyAccessStatus before, KeyAccessStatus after) => (IsLost(before), after.Access) switch
    {
        _ when Known(before) == after.Access && before.Records == RecordAccess.Served && after.Records == RecordAccess.Refused => AccessTransition.LeaseEnded,

        // What served from a lease before the start does so no more: that is news, though the state is the old one.
        _ when before.LastKnown is KeyAccess.Unavailable or KeyAccess.Misconfigured && before.LastKnown == after.Access && after.Records == RecordAccess.Refused =>
            AccessTransition.RefusedSinceStart,
        _ when Known(before) == after.Access => null,
        (false, KeyAccess.Misconfigured) when after.Records == RecordAccess.Served => AccessTransition.Misconfigured,
        (false, KeyAccess.Revoked or KeyAccess.Misconfigured) => AccessTransition.Lost,
        (true, KeyAccess.Revoked) when Known(before) is KeyAccess.Misconfigured => AccessTransition.Lost,
        (true, KeyAccess.Accessible or KeyAccess.Degraded) => AccessTransition.Regained,
        (_, KeyAccess.Degraded) => AccessTransition.Degraded,
        (_, KeyAccess.Unavailable) => AccessTransition.Unavailable,

        // The first look after a start is no news.
        (_, KeyAccess.Accessible) => before is { LastKnown: null, Cause: KeyAccessCause.NotVerifiedYet } ? null : AccessTransition.Answering,
        _ => null,
    };

    /// <summary>What the log has of it: before the first look after a start, what was stored.</summary>
    private static KeyAccess Known(KeyAccessStatus status) => status.LastKnown ?? status.Access;

    private static bool IsLost(KeyAccessStatus status) => Known(status) switch
    {
        KeyAccess.Revoked => true,
        // One whose lease has ended was served until then and denied by nobody.
        KeyAccess.Misconfigured => status.Records != RecordAccess.Served && status.LeaseEndsAt is null,
        _ => false,
    };
}
