using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Audit;

/// <summary>What a change of access means to people. Pure.</summary>
internal static class AccessTransitions
{
    public static AccessTransition? Of(KeyAccessStatus before, KeyAccessStatus after) => (Known(before) is KeyAccess.Revoked, after.Access) switch
    {
        _ when Known(before) == after.Access && before.Records == RecordAccess.Served && after.Records == RecordAccess.Refused => AccessTransition.LeaseEnded,

        // What served from a lease before the start does so no more: that is news, though the state is the old one.
        _ when before.LastKnown is KeyAccess.Unavailable
            or KeyAccess.Misconfigured && before.LastKnown == after.Access && after.Records == RecordAccess.Refused =>
            AccessTransition.RefusedSinceStart,
        _ when Known(before) == after.Access => null,
        (_, KeyAccess.Misconfigured) => AccessTransition.Misconfigured,
        (false, KeyAccess.Revoked) => AccessTransition.Lost,
        (true, KeyAccess.Accessible or KeyAccess.Degraded) => AccessTransition.Regained,
        (_, KeyAccess.Degraded) => AccessTransition.Degraded,
        (_, KeyAccess.Unavailable) => AccessTransition.Unavailable,

        // The first look after a start is no news.
        (_, KeyAccess.Accessible) => before is { LastKnown: null, Cause: KeyAccessCause.NotVerifiedYet } ? null : AccessTransition.Answering,
        _ => null,
    };

    /// <summary>What the log has of it: before the first look after a start, what was stored.</summary>
    private static KeyAccess Known(KeyAccessStatus status) => status.LastKnown ?? status.Access;
}
