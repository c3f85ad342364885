using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Access;

/// <summary>What is known of an instance's access to its key. Changes only by <see cref="After"/>.</summary>
/// <param name="Epoch">Grows with every revoke and every way back from one.</param>
/// <param name="SeenAt">When this was last seen to be so.</param>
internal sealed record AccessState(
    KeyAccess Access,
    KeyAccessCause Cause,
    string? VaultErrorCode,
    long Epoch,
    DateTimeOffset SeenAt,
    DateTimeOffset? VerifiedAt)
{
    /// <summary>Probes while access is not what it should be start at this interval and double up to <see cref="LongestProbe"/>.</summary>
    private static readonly TimeSpan FirstProbe = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(30);

    /// <summary>When the vault was last asked, whatever came of it. Not stored: a start asks anew.</summary>
    public DateTimeOffset AskedAt { get; init; } = SeenAt;

    /// <summary>Why the vault, last asked, told nothing new.</summary>
    public KeyAccessCause Unanswered { get; init; }

    /// <summary>
    /// Since when access is what it is, if that began after this process had its first answer: what was found until then may have been so
    /// for long.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether a vault has told this process that there is access, or that there is none. Not stored: a start knows nothing.</summary>
    public bool IsAnswered { get; init; }

    public AccessVerdict Verdict => new(Access, Cause, VaultErrorCode);

    public bool IsRevoked => Access == KeyAccess.Revoked;

    /// <summary>
    /// The state after a verdict. A denial revokes at once; only a verified unwrap ends that, and it opens a new epoch.
    /// An outage while revoked tells nothing new: the cause keeps the time at which it was seen.
    /// </summary>
    public AccessState After(AccessVerdict verdict, DateTimeOffset now)
    {
        if (IsRevoked && !verdict.IsVerified && verdict.Access != KeyAccess.Revoked)
        {
            return this with { AskedAt = now, Unanswered = verdict.Cause };
        }

        var opensEpoch = IsRevoked != (verdict.Access == KeyAccess.Revoked);
        return new AccessState(
            verdict.Access,
            verdict.Cause,
            verdict.VaultErrorCode,
            opensEpoch ? Epoch + 1 : Epoch,
            now,
            verdict.IsVerified ? now : VerifiedAt)
        {
            Since = verdict.Access == Access ? Since : IsAnswered ? now : null,
            IsAnswered = IsAnswered || verdict.IsVerified || verdict.Access == KeyAccess.Revoked,
        };
    }

    /// <summary>How long to wait before the vault is asked again.</summary>
    /// <param name="failures">Checks in a row that did not verify access.</param>
    /// <param name="advised">How long the vault asked to be left alone, if it did.</param>
    public TimeSpan NextCheckIn(TimeSpan pollInterval, int failures, TimeSpan? advised = null)
    {
        if (Verdict.IsVerified)
        {
            return pollInterval;
        }

        var probe = failures > 5 ? LongestProbe : FirstProbe * Math.Pow(2, Math.Max(0, failures - 1));
        probe = advised > probe ? advised.Value : probe;
        return probe < LongestProbe ? probe : LongestProbe;
    }
}
