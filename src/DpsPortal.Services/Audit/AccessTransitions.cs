using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Audit;

internal enum AccessTransition
{
    /// <summary>The vault denies it, or something else answers in its place.</summary>
    Lost,

    /// <summary>After a loss, an unwrap was verified again.</summary>
    Regained,

    /// <summary>After an outage or a lapse of validity all is as before; nothing was lost meanwhile.</summary>
    Answering,
    Degraded,
    Unavailable,
}

/// <summary>What a change of access means to people. Pure.</summary>
internal static class AccessTransitions
{
    public static AccessTransition? Of(KeyAccessStatus before, KeyAccessStatus after) => (IsLost(before), after.Access) switch
    {
        _ when before.Access == after.Access => null,
        (false, KeyAccess.Revoked or KeyAccess.Misconfigured) => AccessTransition.Lost,
        (true, KeyAccess.Accessible or KeyAccess.Degraded) => AccessTransition.Regained,
        (_, KeyAccess.Degraded) => AccessTransition.Degraded,
        (_, KeyAccess.Unavailable) => AccessTransition.Unavailable,

        // The first look after a start is no news.
        (_, KeyAccess.Accessible) => before.Cause is KeyAccessCause.NotVerifiedYet ? null : AccessTransition.Answering,
        _ => null,
    };

    private static bool IsLost(KeyAccessStatus status) => status.Access is KeyAccess.Revoked or KeyAccess.Misconfigured;
}
