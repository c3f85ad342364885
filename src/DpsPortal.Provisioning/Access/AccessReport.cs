using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Access;

/// <summary>What people are told of a standing.</summary>
internal static class AccessReport
{
    public static KeyAccessStatus Of(AccessStanding standing, Moment now)
    {
        var state = standing.State;
        var known = IsKnown(standing, now);
        return new KeyAccessStatus(
            known ? state.Access : KeyAccess.NotVerified,
            known ? state.Cause : KeyAccessCause.NotVerifiedYet,
            known ? state.VaultErrorCode : null,
            state.AskedAt,
            state.VerifiedAt,
            state.IsRevoked ? null : standing.LeaseEndsAt,
            standing.NextCheckAt,
            state.Epoch)
        {
            Records = Records(standing, now),
            CauseSeenAt = state.SeenAt,
            Unanswered = state.Unanswered,
            Since = known ? state.Since : null,
            LastKnown = known ? null : state.Access,
        };
    }

    /// <summary>What is announced when one standing takes the place of another; nothing when it tells nothing new.</summary>
    public static (KeyAccessStatus Before, KeyAccessStatus After)? Change(AccessStanding before, AccessStanding after, Moment now)
    {
        var (was, becomes) = (Of(before, now), Of(after, now));

        // Told as served until now, even where the lease has just ended: that it has is the news.
        was = before.ServesByLease ? was with { Records = RecordAccess.Served } : was;
        return before.State.Verdict != after.State.Verdict || was.Epoch != becomes.Epoch || was.Access != becomes.Access
            || was.Unanswered != becomes.Unanswered || (was.Records == RecordAccess.Refused) != (becomes.Records == RecordAccess.Refused)
            ? (was, becomes)
            : null;
    }

    /// <summary>What was stored is a belief until the vault was asked, a denial apart: that stands until an unwrap is verified.</summary>
    private static bool IsKnown(AccessStanding standing, Moment now) =>
        standing.IsKnownClosed || (standing.IsChecked && standing.LeaseRuns(now.Elapsed));

    /// <summary>What entering will do, told beforehand.</summary>
    private static RecordAccess Records(AccessStanding standing, Moment now) =>
        standing.State.IsRevoked ? RecordAccess.Refused
        : standing.Ring is not null && standing.LeaseRuns(now.Elapsed) ? RecordAccess.Served
        : standing.IsKnownClosed ? RecordAccess.Refused
        : RecordAccess.AskedFirst;
}
