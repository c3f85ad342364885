using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;

namespace DpsPortal.Tests.Services;

/// <summary>The pure decisions: availability, drift, and what a change of access means.</summary>
public sealed class StateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly KeyIdentifier Key = KeyIdentifier.Parse("https://kv.vault.localhost:8443/keys/kek");

    [Theory]
    [InlineData(true, null, null, KeyAvailability.Enabled)]
    [InlineData(true, 0, 1, KeyAvailability.Enabled)]
    [InlineData(true, 1, null, KeyAvailability.NotYetValid)]
    [InlineData(true, null, 0, KeyAvailability.Expired)]
    [InlineData(true, null, -1, KeyAvailability.Expired)]
    [InlineData(false, 1, -1, KeyAvailability.Disabled)]
    public void A_version_is_available_by_the_clock_of_its_domain(bool enabled, int? validFromHours, int? expiresInHours, KeyAvailability expected)
    {
        var version = new KeyProperties(Key.WithVersion(new string('1', 32)).ToUri())
        {
            Enabled = enabled,
            NotBefore = validFromHours is { } from ? Now.AddHours(from) : null,
            ExpiresOn = expiresInHours is { } to ? Now.AddHours(to) : null,
        };

        Assert.Equal(expected, KeyVersions.AvailabilityOf(version, Now));
    }

    [Theory]
    [InlineData(false, '1', "1", VersionDrift.None)]
    [InlineData(false, '1', "2", VersionDrift.NotPickedUp)]
    [InlineData(true, '1', "2", VersionDrift.PinnedBehind)]
    [InlineData(true, '1', "1", VersionDrift.None)]
    [InlineData(false, '1', null, VersionDrift.NotKnown)]
    public void Drift_compares_configured_effective_and_current(bool pinned, char effective, string? current, VersionDrift expected)
    {
        var version = Key.WithVersion(new string(effective, 32));
        var encryption = new InstanceEncryption.CustomerManagedKey(
            pinned ? version : Key, version, new ManagedIdentity("id", "client", "principal"), [], Status(KeyAccess.Accessible));

        Assert.Equal(expected, VersionDrifts.Of(encryption, current is null ? null : new string(current[0], 32)));
        Assert.Equal(VersionDrift.NotKnown, VersionDrifts.Of(new InstanceEncryption.MicrosoftManaged(), current));
    }

    [Theory]
    // The instance was made on day 0, its present form on the day given; the version on day 5.
    [InlineData(9, '2', '1', 9)]
    [InlineData(9, '1', '1', null)]
    [InlineData(3, '2', '1', null)]
    [InlineData(-1, '2', '1', null)]
    public void A_backup_from_before_the_last_instance_can_have_left_a_version_may_need_it(int wrapped, char under, char version, int? leftBefore)
    {
        var encryption = new InstanceEncryption.CustomerManagedKey(
            Key, Key.WithVersion(new string(under, 32)), new ManagedIdentity("id", "client", "principal"),
            [new(Key.WithVersion(new string(under, 32)), "RSA-OAEP-256", WrappedKeyUse.Current, Now.AddDays(wrapped))], Status(KeyAccess.Accessible));
        var instance = new ProvisioningInstance("dps", "rg", "westeurope", "0ne00000001", Now, encryption, new RecordCounts(0, 0, 1));
        var properties = KeyModelFactory.KeyProperties(id: Key.WithVersion(new string(version, 32)).ToUri(), createdOn: Now.AddDays(5));

        Assert.Equal(leftBefore is { } day ? Now.AddDays(day) : null, KeyVersions.Describe(properties, "current", KeyUses.Of([instance]), Now).LeftBefore);
    }

    [Theory]
    [InlineData(KeyAccess.Accessible, KeyAccess.Revoked, "Lost")]
    [InlineData(KeyAccess.Unavailable, KeyAccess.Revoked, "Lost")]
    [InlineData(KeyAccess.Accessible, KeyAccess.Misconfigured, "Misconfigured")]
    [InlineData(KeyAccess.Misconfigured, KeyAccess.Revoked, "Lost")]
    [InlineData(KeyAccess.Revoked, KeyAccess.Accessible, "Regained")]
    [InlineData(KeyAccess.Revoked, KeyAccess.Degraded, "Regained")]
    [InlineData(KeyAccess.Misconfigured, KeyAccess.Accessible, "Answering")]
    [InlineData(KeyAccess.Accessible, KeyAccess.Degraded, "Degraded")]
    [InlineData(KeyAccess.Accessible, KeyAccess.Unavailable, "Unavailable")]
    [InlineData(KeyAccess.Unavailable, KeyAccess.Accessible, "Answering")]
    [InlineData(KeyAccess.Revoked, KeyAccess.Revoked, null)]
    public void A_change_of_access_means_one_thing(KeyAccess before, KeyAccess after, string? expected) =>
        Assert.Equal(expected, AccessTransitions.Of(Status(before), Status(after))?.ToString());

    [Fact]
    public void The_first_look_after_a_start_is_no_news() =>
        Assert.Null(AccessTransitions.Of(Status(KeyAccess.Unavailable) with { Cause = KeyAccessCause.NotVerifiedYet }, Status(KeyAccess.Accessible)));

    [Theory]
    [InlineData(KeyAccess.Accessible, KeyAccess.Unavailable, RecordAccess.Served, RecordAccess.Served, "Unavailable")]
    [InlineData(KeyAccess.Accessible, KeyAccess.Misconfigured, RecordAccess.Served, RecordAccess.Served, "Misconfigured")]
    [InlineData(KeyAccess.Unavailable, KeyAccess.Unavailable, RecordAccess.Served, RecordAccess.Refused, "LeaseEnded")]
    [InlineData(KeyAccess.Misconfigured, KeyAccess.Misconfigured, RecordAccess.Served, RecordAccess.Refused, "LeaseEnded")]
    [InlineData(KeyAccess.Unavailable, KeyAccess.Unavailable, RecordAccess.Served, RecordAccess.Served, null)]
    [InlineData(KeyAccess.Misconfigured, KeyAccess.Accessible, RecordAccess.Served, RecordAccess.Served, "Answering")]
    [InlineData(KeyAccess.Misconfigured, KeyAccess.Revoked, RecordAccess.Served, RecordAccess.Refused, "Lost")]
    public void What_is_served_from_the_lease_is_not_lost_and_its_end_is_news(
        KeyAccess before, KeyAccess after, RecordAccess recordsBefore, RecordAccess recordsAfter, string? expected) =>
        Assert.Equal(
            expected, AccessTransitions.Of(Status(before) with { Records = recordsBefore }, Status(after) with { Records = recordsAfter })?.ToString());

    [Theory]
    [InlineData(KeyAccess.Accessible, KeyAccess.Accessible, null)]
    [InlineData(KeyAccess.Accessible, KeyAccess.Revoked, "Lost")]
    [InlineData(KeyAccess.Accessible, KeyAccess.Unavailable, "Unavailable")]
    [InlineData(KeyAccess.Unavailable, KeyAccess.Unavailable, "RefusedSinceStart")]
    [InlineData(KeyAccess.Unavailable, KeyAccess.Accessible, "Answering")]
    [InlineData(KeyAccess.Misconfigured, KeyAccess.Misconfigured, "RefusedSinceStart")]
    [InlineData(KeyAccess.Misconfigured, KeyAccess.Accessible, "Answering")]
    public void The_first_look_after_a_start_is_news_against_what_was_known_last(KeyAccess known, KeyAccess after, string? expected) =>
        Assert.Equal(expected, AccessTransitions.Of(Status(KeyAccess.NotVerified) with { LastKnown = known }, Status(after))?.ToString());

    [Fact]
    public void A_key_identifier_has_one_spelling_and_no_room_for_a_line_break()
    {
        Assert.Equal(Key, KeyIdentifier.Parse("https://KV.vault.localhost:8443/keys/KEK"));
        Assert.Equal("https://kv.vault.localhost:8443/keys/kek", KeyIdentifier.Parse("https://kv.vault.localhost:8443/keys/KeK").ToString());
        Assert.Throws<ArgumentException>(() => Key.WithVersion(new string('1', 32) + "\n"));
    }

    private static KeyAccessStatus Status(KeyAccess access, long epoch = 1) => new(access, KeyAccessCause.None, null, Now, null, null, null, epoch);
}
