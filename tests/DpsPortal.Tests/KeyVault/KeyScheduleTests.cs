using System.Collections.Immutable;
using System.Globalization;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Schedule;

namespace DpsPortal.Tests.KeyVault;

/// <summary>What is due and when, at literal dates.</summary>
public sealed class KeyScheduleTests
{
    [Theory]
    [InlineData("2026-03-01T09:00:00Z", "P7D", "2026-03-08T09:00:00Z")]
    [InlineData("2026-03-01T09:00:00Z", "P28D", "2026-03-29T09:00:00Z")]
    [InlineData("2026-03-01T09:00:00Z", "P90D", "2026-05-30T09:00:00Z")]
    [InlineData("2026-01-31T09:00:00Z", "P1M", "2026-02-28T09:00:00Z")]
    [InlineData("2028-01-31T09:00:00Z", "P1M", "2028-02-29T09:00:00Z")]
    [InlineData("2028-02-29T23:59:59Z", "P1Y", "2029-02-28T23:59:59Z")]
    [InlineData("2027-02-28T00:00:00Z", "P2W", "2027-03-14T00:00:00Z")]
    [InlineData("2026-08-31T12:00:00Z", "P18M", "2028-02-29T12:00:00Z")]
    public void A_rotation_after_creation_is_due_at_its_second_and_not_before(string created, string after, string due)
    {
        var key = Key(created, null, Rotate(after: after));

        Assert.Equal(["Rotate"], DueAt(due, key));
        Assert.Equal((DateTimeOffset?)Time(due), KeySchedule.At(Time(due).AddSeconds(-1), [key]).Next);
        Assert.Empty(KeySchedule.At(Time(due).AddSeconds(-1), [key]).Due);
        Assert.Equal(["Rotate"], DueAt(Time(due).AddSeconds(1), key));
    }

    [Theory]
    [InlineData("2026-05-30T09:00:00Z", "P7D", "2026-05-23T09:00:00Z")]
    [InlineData("2026-03-31T09:00:00Z", "P1M", "2026-02-28T09:00:00Z")]
    [InlineData("2028-03-31T09:00:00Z", "P1M", "2028-02-29T09:00:00Z")]
    [InlineData("2026-05-30T09:00:00Z", "P28D", "2026-05-02T09:00:00Z")]
    public void A_rotation_before_expiry_is_due_at_its_second_and_not_before(string expires, string before, string due)
    {
        var key = Key("2025-01-01T00:00:00Z", expires, Rotate(before: before));

        Assert.Contains("Rotate", DueAt(due, key));
        Assert.DoesNotContain("Rotate", DueAt(Time(due).AddSeconds(-1), key));
    }

    [Fact]
    public void Without_an_expiry_nothing_is_due_before_it()
    {
        var agenda = KeySchedule.At(Time("9000-01-01T00:00:00Z"), [Key("2026-01-01T00:00:00Z", null, Rotate(before: "P10D"), Notify("P10D"))]);

        Assert.Empty(agenda.Due);
        Assert.Null(agenda.Next);
    }

    [Fact]
    public void An_expiry_is_announced_thirty_days_before_or_as_the_policy_says_and_when_it_has_come()
    {
        var usual = Key("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z");
        var own = Key("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", Notify("P60D"));

        Assert.Equal([(DueKind.NearExpiry, Time("2026-12-01T00:00:00Z")), (DueKind.Expired, Time("2026-12-31T00:00:00Z"))], Timeline(usual));
        Assert.Equal([(DueKind.NearExpiry, Time("2026-11-01T00:00:00Z")), (DueKind.Expired, Time("2026-12-31T00:00:00Z"))], Timeline(own));
        Assert.Equal(["NearExpiry"], DueAt(Time("2026-12-31T00:00:00Z").AddSeconds(-1), usual));
    }

    [Fact]
    public void What_was_announced_is_not_due_again_until_the_expiry_moves()
    {
        var key = Key("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z");
        var announced = WithCurrent(key, key.Current with { NearExpiryPublished = true, ExpiredPublished = true });
        var retagged = WithCurrent(announced, announced.Current.With(announced.Current.Attributes with { Enabled = false }));
        var moved = WithCurrent(announced, announced.Current.With(announced.Current.Attributes with { Expires = Time("2027-06-01T00:00:00Z") }));

        Assert.Empty(Timeline(announced));
        Assert.Empty(Timeline(retagged));
        Assert.Equal([(DueKind.NearExpiry, Time("2027-05-02T00:00:00Z")), (DueKind.Expired, Time("2027-06-01T00:00:00Z"))], Timeline(moved));
    }

    [Fact]
    public void A_clock_that_jumps_over_years_finds_one_rotation_due()
    {
        var key = Key("2026-01-01T00:00:00Z", null, Rotate(after: "P30D"));

        Assert.Equal(["Rotate"], DueAt("2031-07-01T00:00:00Z", key));
    }

    [Fact]
    public void A_disabled_version_is_not_rotated_by_time_and_is_overdue_once_enabled()
    {
        var key = Key("2026-01-01T00:00:00Z", null, Rotate(after: "P30D"));
        var disabled = WithCurrent(key, key.Current.With(key.Current.Attributes with { Enabled = false }));

        Assert.Empty(DueAt("2026-07-01T00:00:00Z", disabled));
        Assert.Equal(["Rotate"], DueAt("2026-07-01T00:00:00Z", key));
    }

    [Fact]
    public void Only_the_current_version_counts()
    {
        var old = Version("a", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        var current = Version("b", "2026-01-20T00:00:00Z", null);
        var key = new StoredKey(1, "kv", "k", ImmutableSortedDictionary<string, KeyVersion>.Empty.Add("a", old).Add("b", current), "b", null);

        Assert.Empty(Timeline(key));
    }

    [Fact]
    public void Due_actions_of_all_keys_come_in_the_order_of_their_dates()
    {
        var first = Key("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z");
        var second = Key("2026-01-01T00:00:00Z", null, Rotate(after: "P40D"));

        var agenda = KeySchedule.At(Time("2026-02-15T00:00:00Z"), [second, first]);

        Assert.Equal([DueKind.NearExpiry, DueKind.Rotate], agenda.Due.Select(action => action.Kind));
        Assert.Equal((DateTimeOffset?)Time("2026-03-01T00:00:00Z"), agenda.Next);
    }

    [Theory]
    [InlineData("2026-03-01T09:00:00Z", 7, "2026-03-08T09:00:00Z")]
    [InlineData("2026-03-01T09:00:00Z", 90, "2026-05-30T09:00:00Z")]
    [InlineData("2028-02-25T00:00:00Z", 7, "2028-03-03T00:00:00Z")]
    public void Of_a_deleted_key_only_its_purge_is_due_at_its_second(string deleted, int days, string purge)
    {
        var key = Key("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", Rotate(after: "P30D")) with { Deletion = Deletion.At(Time(deleted), days) };

        Assert.Equal([(DueKind.Purge, Time(purge))], Timeline(key));
        Assert.Empty(DueAt(Time(purge).AddSeconds(-1), key));
        Assert.Equal(["Purge"], DueAt(purge, key));
    }

    [Fact]
    public void An_expiry_at_the_beginning_of_the_calendar_does_not_leave_it() =>
        Assert.Equal([(DueKind.NearExpiry, DateTimeOffset.MinValue), (DueKind.Expired, Time("1970-01-01T00:00:00Z"))],
            Timeline(Key("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", Notify("P999Y9999M9999W99999D"))));

    private static IEnumerable<(DueKind, DateTimeOffset)> Timeline(StoredKey key) => KeySchedule.Of(key).Select(action => (action.Kind, action.At));

    private static IEnumerable<string> DueAt(string now, StoredKey key) => DueAt(Time(now), key);

    private static IEnumerable<string> DueAt(DateTimeOffset now, StoredKey key) => KeySchedule.At(now, [key]).Due.Select(action => action.Kind.ToString());

    private static LifetimeAction Rotate(string? after = null, string? before = null) => new(RotationPolicy.Rotate, after, before);

    private static LifetimeAction Notify(string before) => new(RotationPolicy.Notify, null, before);

    private static StoredKey Key(string created, string? expires, params LifetimeAction[] actions)
    {
        var policy = actions.Length == 0 ? null : new RotationPolicy(actions, "P2Y", Time(created), Time(created));
        return new StoredKey(1, "kv", "k", ImmutableSortedDictionary<string, KeyVersion>.Empty.Add("a", Version("a", created, expires)), "a", policy);
    }

    private static KeyVersion Version(string id, string created, string? expires) => new(
        id, "RSA", null!, [], new KeyAttributes(true, null, expires is null ? null : Time(expires), Time(created), Time(created)), null);

    private static StoredKey WithCurrent(StoredKey key, KeyVersion version) => key with { Versions = key.Versions.SetItem(version.Version, version) };

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
