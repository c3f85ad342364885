using System.Globalization;
using CsCheck;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Tests.Provisioning;

/// <summary>What an answer of the vault makes of what is known of an instance's keys: time and answer in, the next standing out.</summary>
public sealed class AccessStandingTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly KeyIdentifier Key = KeyIdentifier.Parse("https://contoso.vault.localhost/keys/kek");
    private static readonly WrappedForm Form = FormUnder("1");
    private static readonly WrappedForms Forms = new(Key, Form, []);
    private static readonly AccessVerdict Denied = new(KeyAccess.Revoked, KeyAccessCause.VersionDisabled, "KeyDisabled");
    private static readonly AccessVerdict Outage = new(KeyAccess.Unavailable, KeyAccessCause.VaultFailed);
    private static readonly AccessVerdict Expired = new(KeyAccess.Degraded, KeyAccessCause.KeyExpired);

    /// <summary>Polls every five minutes, a lease of ten.</summary>
    private static readonly ProvisioningOptions Options = new();

    [Fact]
    public void A_start_believes_nothing_but_a_denial_and_checks_two_seconds_later()
    {
        var served = Started("08:00:00");
        Assert.Equal((KeyAccess.NotVerified, RecordAccess.AskedFirst, At("08:00:02").Utc), Told(served, "08:00:00"));
        Assert.False(served.IsKnownClosed);

        var closed = Started("08:00:00", Outage);
        Assert.Equal((KeyAccess.NotVerified, RecordAccess.AskedFirst, At("08:00:02").Utc), Told(closed, "08:00:00"));

        var revoked = Started("08:00:00", Denied);
        Assert.Equal((KeyAccess.Revoked, RecordAccess.Refused, At("08:00:02").Utc), Told(revoked, "08:00:00"));
        Assert.True(revoked.IsKnownClosed);
    }

    [Fact]
    public void A_creation_is_a_verified_unwrap_whose_key_was_not_kept()
    {
        var created = AccessStanding.AtStart(Forms, State(AccessVerdict.Verified), verified: true, At("08:00:00"), Options);

        Assert.Equal((KeyAccess.Accessible, RecordAccess.AskedFirst, At("08:05:00").Utc), Told(created, "08:00:00"));
        Assert.Equal(KeyAccess.Accessible, Told(created, "08:09:59").Access);
        Assert.Equal(KeyAccess.NotVerified, Told(created, "08:10:00").Access);
        Assert.Null(AccessReport.Of(created, At("08:00:00")).LeaseEndsAt);
    }

    [Fact]
    public void The_lease_runs_from_when_the_vault_was_asked_and_not_from_when_it_answered()
    {
        var standing = Verified(Started("08:00:00"), "08:00:08", asked: "08:00:02");

        Assert.Equal(At("08:10:02").Utc, AccessReport.Of(standing, At("08:00:08")).LeaseEndsAt);
        Assert.Equal((KeyAccess.Accessible, RecordAccess.Served, At("08:05:08").Utc), Told(standing, "08:10:01"));
        Assert.Equal(KeyAccess.NotVerified, Told(standing, "08:10:02").Access);
        Assert.Equal(AccessVerdict.NotVerifiedYet, standing.Denial);
    }

    [Fact]
    public void An_outage_is_served_until_the_lease_ends_which_is_looked_at_in_its_moment()
    {
        var standing = Verified(Started("08:00:00"), "08:00:00");
        standing = Fails(standing, "08:05:00", Outage);
        Assert.Equal((KeyAccess.Unavailable, RecordAccess.Served, At("08:05:01").Utc), Told(standing, "08:05:00"));

        string[] probes = ["08:05:01", "08:05:03", "08:05:07", "08:05:15", "08:05:31", "08:06:01"];
        foreach (var (time, next) in probes.Zip(probes.Skip(1)))
        {
            standing = Fails(standing, time, Outage);
            Assert.Equal((KeyAccess.Unavailable, RecordAccess.Served, At(next).Utc), Told(standing, time));
        }

        standing = Fails(standing, "08:09:48", Outage);
        Assert.Equal((KeyAccess.Unavailable, RecordAccess.Served, At("08:10:00").Utc), Told(standing, "08:09:59"));
        Assert.Equal(RecordAccess.Refused, Told(standing, "08:10:00").Records);
        standing = Fails(standing, "08:10:00", Outage);
        Assert.Equal((KeyAccess.Unavailable, RecordAccess.Refused, At("08:10:30").Utc), Told(standing, "08:10:00"));
        Assert.Null(standing.Ring);

        standing = Verified(standing, "08:10:30");
        Assert.Equal((KeyAccess.Accessible, RecordAccess.Served, At("08:15:30").Utc), Told(standing, "08:10:30"));
        Assert.Equal(1, standing.State.Epoch);
    }

    [Fact]
    public void A_system_clock_that_is_set_makes_no_lease_longer()
    {
        var standing = Fails(Verified(Started("08:00:00"), "08:00:00"), "08:05:00", Outage);
        var setBack = At("08:10:00") with { Utc = Day };

        Assert.Equal(RecordAccess.Refused, AccessReport.Of(standing, setBack).Records);
        Assert.Null(standing.Failed(Outage, null, setBack, Options).Ring);
    }

    [Fact]
    public void A_denial_takes_the_keys_at_once_and_stands_until_an_unwrap_is_verified()
    {
        var open = Verified(Started("08:00:00"), "08:00:00");
        var standing = Fails(open, "08:01:00", Denied);
        Assert.Equal((KeyAccess.Revoked, RecordAccess.Refused, At("08:01:01").Utc), Told(standing, "08:01:00"));
        Assert.Equal((null, 2L, 1L), (standing.Ring, standing.State.Epoch, standing.Stored.Epoch));
        Assert.Equal(2, standing.Saved().Stored.Epoch);

        standing = Fails(standing, "08:01:01", Outage);
        Assert.Equal((KeyAccess.Revoked, 2L, Denied), (standing.State.Access, standing.State.Epoch, standing.Denial));
        Assert.Equal(KeyAccessCause.VaultFailed, AccessReport.Of(standing, At("08:01:01")).Unanswered);

        standing = Verified(standing, "08:02:00", verdict: Expired);
        Assert.Equal((KeyAccess.Degraded, RecordAccess.Served, At("08:07:00").Utc), Told(standing, "08:02:00"));
        Assert.Equal(3, standing.State.Epoch);
    }

    [Fact]
    public void What_the_disk_refused_stays_to_be_stored()
    {
        var open = Verified(Started("08:00:00"), "08:00:00").Saved();
        var again = Verified(open, "08:05:00");
        Assert.True(again.IsStored);

        var unsaved = Fails(open, "08:06:00", Denied);
        Assert.False(unsaved.IsStored);
        Assert.Equal(KeyAccess.Accessible, Fails(unsaved, "08:06:01", Denied).Stored.Access);
        Assert.False(Verified(unsaved, "08:07:00").IsStored);
        Assert.True(Verified(unsaved, "08:07:00").Saved().IsStored);
    }

    [Fact]
    public void An_unwrap_proves_the_form_that_was_unwrapped_for_ten_seconds()
    {
        var standing = Verified(Started("08:00:00"), "08:00:02", asked: "08:00:00");

        Assert.False(standing.MustAskFor(KeyEvidence.Proof, At("08:00:09").Elapsed));
        Assert.True(standing.MustAskFor(KeyEvidence.Proof, At("08:00:10").Elapsed));
        Assert.True(standing.Under(Forms.ReplaceBy(FormUnder("2"))).MustAskFor(KeyEvidence.Proof, At("08:00:03").Elapsed));
        Assert.True(Fails(standing, "08:00:03", Outage).MustAskFor(KeyEvidence.Proof, At("08:00:03").Elapsed));
    }

    [Theory]
    [InlineData("08:00:00", false, true, true)]
    [InlineData("08:00:00", true, false, true)]
    [InlineData("08:10:00", true, false, false)]
    public void In_an_outage_the_key_in_memory_does_for_a_re_wrap_while_its_lease_runs_and_never_for_a_prune(
        string now, bool outage, bool proof, bool lease)
    {
        var standing = Verified(Started("08:00:00"), "08:00:00");
        standing = outage ? Fails(standing, "08:00:00", Outage) : standing;
        var elapsed = At(now).Elapsed;

        Assert.Equal([lease, proof, lease], Enum.GetValues<KeyEvidence>().Select(evidence => standing.Grants(evidence, elapsed)));
        Assert.Equal((!lease, true), (standing.MustAskFor(KeyEvidence.Lease, elapsed), standing.MustAskFor(KeyEvidence.AskedNow, elapsed)));
    }

    [Fact]
    public void Of_a_denial_the_vault_is_not_asked_again_except_by_work_that_says_so_and_nothing_is_granted()
    {
        var standing = Fails(Verified(Started("08:00:00"), "08:00:00"), "08:00:00", Denied);

        Assert.Equal([false, false, true], Enum.GetValues<KeyEvidence>().Select(evidence => standing.MustAskFor(evidence, At("08:00:01").Elapsed)));
        Assert.DoesNotContain(Enum.GetValues<KeyEvidence>(), evidence => standing.Grants(evidence, At("08:00:01").Elapsed));
    }

    [Fact]
    public void Another_configured_key_opens_an_epoch_and_another_form_does_not()
    {
        var standing = Verified(Started("08:00:00"), "08:00:00", newer: Version("2"));
        Assert.Equal(Version("2"), standing.NewerVersion);

        var rewrapped = standing.Under(Forms.ReplaceBy(FormUnder("2")));
        Assert.Equal((1L, 1L, null), (rewrapped.State.Epoch, rewrapped.Stored.Epoch, rewrapped.NewerVersion));

        var rekeyed = standing.Under(Forms with { Configured = KeyIdentifier.Parse("https://clean.vault.localhost/keys/kek") });
        Assert.Equal((2L, 2L), (rekeyed.State.Epoch, rekeyed.Stored.Epoch));
    }

    [Fact]
    public void A_check_that_broke_off_is_not_tried_again_for_half_a_minute() =>
        Assert.Equal(At("08:00:31").Utc, Started("08:00:00").Postponed(At("08:00:01")).NextCheckAt);

    [Fact]
    public void A_vault_that_asks_to_be_left_alone_is() =>
        Assert.Equal(At("08:00:20").Utc, Started("08:00:00").Failed(Outage, TimeSpan.FromSeconds(20), At("08:00:00"), Options).NextCheckAt);

    [Fact]
    public void A_change_is_announced_and_the_same_answer_again_is_not()
    {
        var start = Started("08:00:00");
        var open = Verified(start, "08:00:02");
        Assert.Equal((KeyAccess.NotVerified, KeyAccess.Accessible), Announced(start, open, "08:00:02"));
        var again = Verified(open, "08:05:02");
        Assert.Null(Announced(open, again, "08:05:02"));

        var outage = Fails(again, "08:10:02", Outage);
        Assert.Equal((KeyAccess.Accessible, KeyAccess.Unavailable), Announced(again, outage, "08:10:02"));
        Assert.Null(Announced(outage, Fails(outage, "08:10:03", Outage), "08:10:03"));

        var denied = Fails(outage, "08:11:00", Denied);
        Assert.Equal((KeyAccess.Unavailable, KeyAccess.Revoked), Announced(outage, denied, "08:11:00"));
        var unanswered = Fails(denied, "08:11:01", Outage);
        Assert.Equal((KeyAccess.Revoked, KeyAccess.Revoked), Announced(denied, unanswered, "08:11:01"));
        Assert.Null(Announced(unanswered, Fails(unanswered, "08:11:03", Outage), "08:11:03"));
    }

    [Fact]
    public void The_end_of_a_lease_is_announced_once_though_its_clock_has_run_out_before()
    {
        var served = Fails(Verified(Started("08:00:00"), "08:00:00"), "08:09:59", Outage);
        var closed = served.WithoutKeys();

        var change = AccessReport.Change(served, closed, At("08:10:00"))!.Value;
        Assert.Equal((RecordAccess.Served, RecordAccess.Refused), (change.Before.Records, change.After.Records));
        Assert.Null(AccessReport.Change(closed, Fails(closed, "08:10:00", Outage), At("08:10:00")));
    }

    [Fact]
    public void Whatever_comes_keys_are_in_memory_only_while_nothing_denies_them_and_epochs_only_grow() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 700]).Array[1, 40].Sample(steps =>
        {
            var (standing, now) = (Started("08:00:00"), At("08:00:00"));
            foreach (var (kind, seconds) in steps)
            {
                var before = standing;
                now = new Moment(now.Utc.AddSeconds(seconds), now.Elapsed + TimeSpan.FromSeconds(seconds));
                standing = kind switch
                {
                    0 => before.Verified(before.Ring ?? NewRing(), AccessVerdict.Verified, null, now.Elapsed, now, Options),
                    1 => before.Failed(Denied, null, now, Options),
                    2 => before.Failed(Outage, null, now, Options),
                    _ => before.Failed(new AccessVerdict(KeyAccess.Misconfigured, KeyAccessCause.RequestRejected), null, now, Options),
                };
                Assert.Equal(standing.State.IsRevoked != before.State.IsRevoked ? 1 : 0, standing.State.Epoch - before.State.Epoch);
                Assert.True(kind != 0 || !standing.State.IsRevoked);
                Assert.True(kind != 1 || standing is { State.IsRevoked: true, Ring: null });
                Assert.True(kind < 2 || standing.State.IsRevoked == before.State.IsRevoked);
                Assert.True(standing.Ring is null || standing.LeaseRuns(now.Elapsed));
                Assert.Equal(standing.Ring is not null, AccessReport.Of(standing, now).Records == RecordAccess.Served);
                Assert.InRange(standing.NextCheckAt, now.Utc, now.Utc + Options.PollInterval);
            }
        });

    private static Moment At(string time)
    {
        var sinceMidnight = TimeSpan.Parse(time, CultureInfo.InvariantCulture);
        return new Moment(Day + sinceMidnight, sinceMidnight - TimeSpan.FromHours(7));
    }

    private static KeyIdentifier Version(string version) => Key.WithVersion(version.PadLeft(32, '0'));

    private static WrappedForm FormUnder(string version) => new(Version(version), KeyVaults.WrapAlgorithm, [1], [2], Day);

    private static KeyRing NewRing() => new(InstanceKey.Random(Guid.Empty), SecretKey.Random());

    private static AccessState State(AccessVerdict verdict) => new(verdict.Access, verdict.Cause, verdict.VaultErrorCode, 1, Day, Day);

    private static AccessStanding Started(string time, AccessVerdict? stored = null) =>
        AccessStanding.AtStart(Forms, State(stored ?? AccessVerdict.Verified), verified: false, At(time), Options);

    private static AccessStanding Verified(
        AccessStanding before, string time, string? asked = null, AccessVerdict? verdict = null, KeyIdentifier? newer = null) =>
        before.Verified(before.Ring ?? NewRing(), verdict ?? AccessVerdict.Verified, newer, At(asked ?? time).Elapsed, At(time), Options);

    private static AccessStanding Fails(AccessStanding before, string time, AccessVerdict verdict) => before.Failed(verdict, null, At(time), Options);

    private static (KeyAccess Access, RecordAccess Records, DateTimeOffset? NextCheckAt) Told(AccessStanding standing, string time)
    {
        var status = AccessReport.Of(standing, At(time));
        return (status.Access, status.Records, status.NextCheckAt);
    }

    private static (KeyAccess Before, KeyAccess After)? Announced(AccessStanding before, AccessStanding after, string time) =>
        AccessReport.Change(before, after, At(time)) is var (was, becomes) ? (was.Access, becomes.Access) : null;
}
