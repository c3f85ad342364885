using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Access;

/// <summary>
/// All that is known of one instance's keys at one moment. It never changes: each step makes the next standing from this one, from
/// what came and from the time, and does nothing else.
/// </summary>
/// <param name="Stored">What the database says. It is behind the state while the disk takes nothing; the next save makes up for all that was missed.</param>
internal sealed record AccessStanding(WrappedForms Forms, AccessState State, AccessState Stored)
{
    /// <summary>A start asks nothing of a vault, and soon after it every instance is checked, so that what is shown is known.</summary>
    private static readonly TimeSpan FirstCheckAfter = TimeSpan.FromSeconds(2);

    /// <summary>How long an unwrap that was compared proves its form: long enough for the prune that follows a re-key.</summary>
    private static readonly TimeSpan ProofLasts = TimeSpan.FromSeconds(10);

    /// <summary>The keys, while they are in memory.</summary>
    public KeyRing? Ring { get; init; }

    /// <summary>Until when the last verified unwrap counts; zero before the first.</summary>
    public TimeSpan LeaseEnds { get; init; }

    /// <summary>The same on the system clock; nothing before there were keys in memory.</summary>
    public DateTimeOffset? LeaseEndsAt { get; init; }

    /// <summary>The form that was last unwrapped and compared, and when the vault was asked for that.</summary>
    public (WrappedForm Form, TimeSpan AskedAt)? Proof { get; init; }

    /// <summary>The key's current version where the instance follows it and is still under another one, as the last check saw it.</summary>
    public KeyIdentifier? NewerVersion { get; init; }

    public DateTimeOffset NextCheckAt { get; init; }

    /// <summary>Checks in a row that did not verify access.</summary>
    public int Failures { get; init; }

    /// <summary>Whether this process has asked the vault, or has just proven the key by creating the instance.</summary>
    public bool IsChecked { get; init; }

    /// <param name="verified">The state is what this process itself has just found, not what was stored.</param>
    public static AccessStanding AtStart(WrappedForms forms, AccessState stored, bool verified, Moment now, ProvisioningOptions options)
    {
        var state = stored with { IsAnswered = verified };
        return new AccessStanding(forms, state, state)
        {
            IsChecked = verified,
            LeaseEnds = verified ? now.Elapsed + options.Lease : TimeSpan.Zero,
            NextCheckAt = now.Utc + (verified ? options.PollInterval : FirstCheckAfter),
        };
    }

    /// <summary>After an unwrap that was verified.</summary>
    /// <param name="asked">The lease runs from here: the vault may have decided at once and answered late.</param>
    public AccessStanding Verified(KeyRing ring, AccessVerdict verdict, KeyIdentifier? newer, TimeSpan asked, Moment now, ProvisioningOptions options)
    {
        var opened = this with
        {
            Ring = ring,
            LeaseEnds = asked + options.Lease,
            LeaseEndsAt = now.Utc + (asked + options.Lease - now.Elapsed),
            Proof = (Forms.Current, asked),
            NewerVersion = newer,
        };
        return opened.Judged(verdict, null, now, options);
    }

    /// <summary>After a denial the keys go at once; after anything else that is not access, when their lease has ended.</summary>
    /// <param name="advised">How long the vault asked to be left alone, if it did.</param>
    public AccessStanding Failed(AccessVerdict verdict, TimeSpan? advised, Moment now, ProvisioningOptions options)
    {
        var keeps = verdict.Access != KeyAccess.Revoked && LeaseRuns(now.Elapsed);
        return (this with { Ring = keeps ? Ring : null, Proof = null }).Judged(verdict, advised, now, options);
    }

    public AccessStanding WithoutKeys() => this with { Ring = null };

    public AccessStanding Saved() => this with { Stored = State };

    /// <summary>Under other forms. Another configured key opens an epoch, as it was stored with it.</summary>
    public AccessStanding Under(WrappedForms forms)
    {
        var opened = forms.Configured == Forms.Configured ? 0 : 1;
        return this with
        {
            Forms = forms,
            NewerVersion = null,
            State = State with { Epoch = State.Epoch + opened },
            Stored = Stored with { Epoch = Stored.Epoch + opened },
        };
    }

    /// <summary>After a check that broke off with an exception: not again at once.</summary>
    public AccessStanding Postponed(Moment now) => this with { NextCheckAt = now.Utc + AccessState.LongestProbe };

    public bool LeaseRuns(TimeSpan elapsed) => elapsed < LeaseEnds;

    /// <summary>Whether the keys serve though the vault, last asked, did not verify access.</summary>
    public bool ServesByLease => Ring is not null && !State.Verdict.IsVerified;

    /// <summary>Known to be closed: the poller asks the vault, not each reader. At a start nothing is known yet, a denial apart.</summary>
    public bool IsKnownClosed => State.IsRevoked || (IsChecked && !State.Verdict.IsVerified);

    /// <summary>Why keys that cannot be entered are not there. Access that was verified once is no reason: it is not verified any more.</summary>
    public AccessVerdict Denial => State.Verdict is { IsVerified: false } known ? known : AccessVerdict.NotVerifiedYet;

    /// <summary>Whether all but the time of the last check is stored.</summary>
    public bool IsStored => State.Verdict == Stored.Verdict && State.Epoch == Stored.Epoch;

    /// <summary>Whether the vault must be asked before such work begins. A denial is not asked about again, except where the work says so.</summary>
    public bool MustAskFor(KeyEvidence evidence, TimeSpan elapsed) =>
        evidence == KeyEvidence.AskedNow
        || (!State.IsRevoked && ((evidence == KeyEvidence.Proof && !IsProven(elapsed)) || Ring is null || !LeaseRuns(elapsed)));

    /// <summary>Whether such work may have the instance key, after the vault was asked where it must be.</summary>
    public bool Grants(KeyEvidence evidence, TimeSpan elapsed) =>
        evidence == KeyEvidence.Proof ? State.Verdict.IsVerified : !State.IsRevoked && LeaseRuns(elapsed);

    private bool IsProven(TimeSpan elapsed) => Proof is var (form, at) && form == Forms.Current && elapsed - at < ProofLasts;

    private AccessStanding Judged(AccessVerdict verdict, TimeSpan? advised, Moment now, ProvisioningOptions options)
    {
        var state = State.After(verdict, now.Utc);
        var failures = state.Verdict.IsVerified ? 0 : Failures + 1;
        var wait = state.NextCheckIn(options.PollInterval, failures, advised);
        var lease = LeaseEnds - now.Elapsed;

        // The end of a lease is looked at in its moment, so that it closes then and is told then.
        wait = Ring is not null && lease > TimeSpan.Zero && lease < wait ? lease : wait;
        return this with { State = state, Failures = failures, NextCheckAt = now.Utc + wait, IsChecked = true };
    }
}
