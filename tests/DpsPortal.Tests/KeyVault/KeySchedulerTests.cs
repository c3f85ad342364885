using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.Hosting;
using DpsPortal.KeyVault.Events;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Time on the domain clock: policies run, expiries are announced, events are published.</summary>
[StartsHosts]
public sealed class KeySchedulerTests : IAsyncDisposable
{
    private const string RotateEvery30Days =
        """{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30D"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P90D"}}""";
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task A_policy_rotates_once_however_far_the_clock_jumps()
    {
        await _vault.StartAsync();
        var first = await _vault.CreateKeyAsync("due");
        await SetPolicyAsync("due", RotateEvery30Days);

        _vault.Clock.Advance(TimeSpan.FromDays(400));
        var created = await _vault.Events.WaitAsync("KeyNewVersionCreated", "due", occurrence: 2);

        var now = RunningVault.Start.AddDays(400).ToUnixTimeSeconds();
        var current = await _vault.GetAsync("/keys/due");
        Assert.Equal(created.Data.Version, current.KeyVersion);
        Assert.Equal(now, (long)current.Json["attributes"]!["created"]!);
        Assert.Equal(now + 90 * 86400, (long)current.Json["attributes"]!["exp"]!);
        Assert.Equal(2, (await VersionsAsync("due")).Count);
        Assert.True((bool)(await _vault.GetAsync($"/keys/due/{first.KeyVersion}")).Json["attributes"]!["enabled"]!);

        _vault.Clock.Advance(TimeSpan.FromDays(30));
        await _vault.Events.WaitAsync("KeyNewVersionCreated", "due", occurrence: 3);
        Assert.Equal(["KeyRotateIfDue", "KeyRotateIfDue"], Operations("KeyRotateIfDue"));
    }

    [Fact]
    public async Task A_version_disabled_by_somebody_is_not_replaced_by_time()
    {
        await _vault.StartAsync();
        await _vault.CreateKeyAsync("taken-away");
        await SetPolicyAsync("taken-away", RotateEvery30Days);
        await _vault.PatchAsync("/keys/taken-away", new { attributes = new { enabled = false } });
        await _vault.CreateKeyAsync("later");
        await SetPolicyAsync("later", RotateEvery30Days.Replace("P30D", "P31D", StringComparison.Ordinal));

        _vault.Clock.Advance(TimeSpan.FromDays(40));
        await _vault.Events.WaitAsync("KeyNewVersionCreated", "later", occurrence: 2);
        Assert.Single(await VersionsAsync("taken-away"));

        await _vault.PatchAsync("/keys/taken-away", new { attributes = new { enabled = true } });
        _vault.Clock.Advance(TimeSpan.FromSeconds(1));
        await _vault.Events.WaitAsync("KeyNewVersionCreated", "taken-away", occurrence: 2);
    }

    [Fact]
    public async Task An_expiry_is_announced_once_each_time_in_event_grids_schema()
    {
        await _vault.StartAsync();
        var expires = RunningVault.Start.AddDays(60).ToUnixTimeSeconds();
        var notBefore = RunningVault.Start.ToUnixTimeSeconds();
        var key = await _vault.CreateKeyAsync("expiring", new { kty = "RSA", attributes = new { nbf = notBefore, exp = expires } });

        _vault.Clock.Advance(TimeSpan.FromDays(30));
        var near = await _vault.Events.WaitAsync("KeyNearExpiry", "expiring");
        _vault.Clock.Advance(TimeSpan.FromDays(30));
        await _vault.Events.WaitAsync("KeyExpired", "expiring");
        await _vault.StopAsync();
        await _vault.StartAsync();
        await SentinelAsync();

        Assert.Equal(["KeyNewVersionCreated", "KeyNearExpiry", "KeyExpired"], _vault.Events.Of("expiring"));
        Assert.Equal(["KeyNearExpiryEventGridNotification", "KeyExpiredEventGridNotification"], Operations("Key%EventGridNotification"));
        var json = JsonSerializer.SerializeToNode(near)!;
        Assert.Equal(
            ["data", "dataVersion", "eventTime", "eventType", "id", "metadataVersion", "subject", "topic"],
            json.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal("Microsoft.KeyVault.KeyNearExpiry", (string)json["eventType"]!);
        Assert.Equal(_vault.VaultResourceId("kv-contoso-prod"), (string)json["topic"]!);
        var data = new JsonObject
        {
            ["Id"] = key.KeyId, ["VaultName"] = "kv-contoso-prod", ["ObjectType"] = "Key", ["ObjectName"] = "expiring",
            ["Version"] = key.KeyVersion, ["NBF"] = notBefore, ["EXP"] = expires,
        };
        Assert.Equal(data.ToJsonString(), json["data"]!.ToJsonString());
    }

    [Fact]
    public async Task A_moved_expiry_is_announced_again()
    {
        await _vault.StartAsync();
        await _vault.CreateKeyAsync("moving", new { kty = "RSA", attributes = new { exp = RunningVault.Start.AddDays(10).ToUnixTimeSeconds() } });
        _vault.Clock.Advance(TimeSpan.FromSeconds(1));
        await _vault.Events.WaitAsync("KeyNearExpiry", "moving");

        await _vault.PatchAsync("/keys/moving", new { attributes = new { exp = RunningVault.Start.AddDays(20).ToUnixTimeSeconds() } });
        _vault.Clock.Advance(TimeSpan.FromSeconds(1));
        await _vault.Events.WaitAsync("KeyNearExpiry", "moving", occurrence: 2);

        Assert.Equal(
            2,
            _vault.Events.All.Where(happening => happening.EventType == KeyVaultEventTypes.KeyNearExpiry).Select(happening => happening.Id).Distinct().Count());
    }

    [Fact]
    public async Task Nothing_is_published_when_a_key_is_disabled_or_deleted_or_a_role_is_taken_away()
    {
        await _vault.StartAsync();
        await _vault.CreateKeyAsync("silent");
        await _vault.CreateKeyAsync("silently-deleted");
        var (_, principal) = await _vault.CreateIdentityAsync("id-silent");
        var assignment = await _vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, _vault.VaultResourceId("kv-contoso-prod"));

        await _vault.PatchAsync("/keys/silent", new { attributes = new { enabled = false } });
        Assert.Equal(HttpStatusCode.OK, (await _vault.SendAsync(HttpMethod.Delete, assignment)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _vault.SendAsync(HttpMethod.Delete, "/keys/silently-deleted")).Status);
        await SentinelAsync();

        Assert.Equal(["silent KeyNewVersionCreated", "silently-deleted KeyNewVersionCreated", "sentinel KeyNewVersionCreated"],
            _vault.Events.All.Select(happening => $"{happening.Subject} {RecordedEvents.Kind(happening)}"));
    }

    [Fact]
    public async Task A_deleted_key_is_purged_when_its_retention_ends_and_not_a_second_before()
    {
        await _vault.StartAsync();
        await _vault.CreateVaultAsync("kv-short", purgeProtection: true, retentionDays: 7);
        await _vault.CreateKeyAsync("gone", vaultName: "kv-short");
        var deleted = RunningVault.VaultAddress("kv-short") + "/deletedkeys/gone";
        await _vault.SendAsync(HttpMethod.Delete, RunningVault.VaultAddress("kv-short") + "/keys/gone");
        await ExpiringAsync("one-second-before", RunningVault.Start.AddDays(7).AddSeconds(-1));
        await ExpiringAsync("after", RunningVault.Start.AddDays(7));

        _vault.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await _vault.Events.WaitAsync("KeyExpired", "one-second-before");
        Assert.Equal(HttpStatusCode.OK, (await _vault.GetAsync(deleted)).Status);

        _vault.Clock.Advance(TimeSpan.FromSeconds(1));
        await _vault.Events.WaitAsync("KeyExpired", "after");
        await SentinelAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await _vault.GetAsync(deleted)).Status);
        Assert.Equal(["KeyPurge"], Operations("KeyPurge"));
    }

    [Fact]
    public async Task A_purge_that_comes_due_in_a_deleted_vault_is_logged_too()
    {
        await _vault.StartAsync();
        await _vault.CreateVaultAsync("kv-closed", purgeProtection: true, retentionDays: 7);
        await _vault.CreateKeyAsync("gone", vaultName: "kv-closed");
        await _vault.SendAsync(HttpMethod.Delete, RunningVault.VaultAddress("kv-closed") + "/keys/gone");
        _vault.Clock.Advance(TimeSpan.FromDays(3));
        await _vault.SendAsync(HttpMethod.Delete, _vault.VaultResourceId("kv-closed"));
        await ExpiringAsync("after", RunningVault.Start.AddDays(7));

        _vault.Clock.Advance(TimeSpan.FromDays(4));
        await _vault.Events.WaitAsync("KeyExpired", "after");
        await SentinelAsync();

        Assert.Equal(["KeyPurge"], Operations("KeyPurge"));
    }

    /// <summary>A crash leaves the database as it was committed and the announcement not marked: what these two lines make.</summary>
    [Fact]
    public async Task After_a_crash_between_change_and_announcement_the_event_comes_again_and_the_change_does_not()
    {
        await _vault.StartAsync();
        await _vault.CreateKeyAsync("crash", new { kty = "RSA", attributes = new { exp = RunningVault.Start.AddDays(90).ToUnixTimeSeconds() } });
        await SetPolicyAsync("crash", RotateEvery30Days);
        _vault.Clock.Advance(TimeSpan.FromDays(31));
        var rotated = await _vault.Events.WaitAsync("KeyNewVersionCreated", "crash", occurrence: 2);
        await _vault.StopAsync();
        await File.WriteAllTextAsync(Path.Combine(_vault.Options.DataDirectory, "events.cursor"), "1");

        await _vault.StartAsync();
        var again = await _vault.Events.WaitAsync("KeyNewVersionCreated", "crash", occurrence: 3);

        Assert.Equal(rotated.Id, again.Id);
        Assert.Equal(rotated.Data, again.Data);
        Assert.Equal(2, (await VersionsAsync("crash")).Count);
        Assert.Equal("2", await File.ReadAllTextAsync(Path.Combine(_vault.Options.DataDirectory, "events.cursor")));
    }

    [Fact]
    public async Task An_announcement_that_was_not_marked_comes_again()
    {
        await _vault.StartAsync();
        await _vault.CreateKeyAsync("unmarked", new { kty = "RSA", attributes = new { exp = RunningVault.Start.AddDays(10).ToUnixTimeSeconds() } });
        _vault.Clock.Advance(TimeSpan.FromSeconds(1));
        var first = await _vault.Events.WaitAsync("KeyNearExpiry", "unmarked");
        await _vault.StopAsync();
        _vault.Execute("UPDATE KeyVersions SET NearExpiryPublished = 0");

        await _vault.StartAsync();
        var again = await _vault.Events.WaitAsync("KeyNearExpiry", "unmarked", occurrence: 2);

        Assert.Equal(first.Id, again.Id);
    }

    [Fact]
    public async Task A_subscriber_that_fails_or_has_left_disturbs_nobody()
    {
        await _vault.StartAsync();
        using var failing = _vault.Vault.Subscribe(_ => throw new InvalidOperationException("subscriber"));
        var seen = new RecordedEvents();
        var subscription = _vault.Vault.Subscribe(seen.Add);
        await _vault.CreateKeyAsync("first");
        await seen.WaitAsync("KeyNewVersionCreated", "first");

        subscription.Dispose();
        subscription.Dispose();
        await SentinelAsync();

        Assert.Equal(["KeyNewVersionCreated"], seen.All.Select(RecordedEvents.Kind));
        Assert.Contains(_vault.Logs, line => line.Contains("A subscriber failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_that_is_moved_is_noticed_without_its_timers_knowing()
    {
        var clock = new DomainClock();
        clock.MoveTo(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await _vault.StartAsync(clock);
        await _vault.CreateKeyAsync("moved-clock");
        await SetPolicyAsync("moved-clock", RotateEvery30Days);

        clock.MoveTo(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        var rotated = await _vault.Events.WaitAsync("KeyNewVersionCreated", "moved-clock", occurrence: 2);

        Assert.Equal(new DateTime(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc), rotated.EventTime.UtcDateTime, TimeSpan.FromMinutes(1));
    }

    /// <summary>A last event: everything before it has been published by then.</summary>
    private async Task SentinelAsync()
    {
        await _vault.CreateKeyAsync("sentinel");
        await _vault.Events.WaitAsync("KeyNewVersionCreated", "sentinel");
    }

    private Task<VaultResponse> ExpiringAsync(string name, DateTimeOffset expires) =>
        _vault.CreateKeyAsync(name, new { kty = "RSA", attributes = new { exp = expires.ToUnixTimeSeconds() } });

    private async Task SetPolicyAsync(string key, string policy) =>
        Assert.Equal(HttpStatusCode.OK, (await _vault.SendAsync(HttpMethod.Put, $"/keys/{key}/rotationpolicy", policy)).Status);

    private async Task<JsonArray> VersionsAsync(string key) => (await _vault.GetAsync($"/keys/{key}/versions")).Json["value"]!.AsArray();

    private List<string> Operations(string like)
    {
        using var connection = _vault.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT OperationName FROM AuditEvents WHERE OperationName LIKE $like ORDER BY Sequence";
        command.Parameters.AddWithValue("$like", like);
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }
}
