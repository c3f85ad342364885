using System.Net;
using DpsPortal.KeyVault.Keys;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Delete, list and get deleted keys, recover, purge.</summary>
[StartsHosts]
public sealed class DeletedKeyTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string Purgeable = "kv-purgeable";

    [Fact]
    public async Task A_deleted_key_shows_when_it_was_deleted_and_when_it_will_be_purged_and_can_be_recovered_as_it_was()
    {
        var first = await vault.CreateKeyAsync("comes-back", new { kty = "RSA", tags = new { owner = "it" } });
        var wrapped = await vault.PostAsync("/keys/comes-back/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" });
        var second = await vault.PostAsync("/keys/comes-back/rotate", null);
        var policy = await vault.SendAsync(HttpMethod.Put, "/keys/comes-back/rotationpolicy", new { attributes = new { expiryTime = "P90D" } });
        var versions = await vault.GetAsync("/keys/comes-back/versions");
        var now = vault.Clock.GetUtcNow().ToUnixTimeSeconds();

        var deleted = await vault.SendAsync(HttpMethod.Delete, "/keys/comes-back");
        var got = await vault.GetAsync("/deletedkeys/comes-back");
        var listed = (await vault.GetAsync("/deletedkeys")).Json["value"]!.AsArray()
            .Single(item => ((string)item!["recoveryId"]!).EndsWith("/comes-back", StringComparison.Ordinal))!;
        var recovered = await vault.SendAsync(HttpMethod.Post, "/deletedkeys/comes-back/recover");

        Assert.Equal((HttpStatusCode.OK, second.KeyId), (deleted.Status, deleted.KeyId));
        Assert.Equal($"{RunningVault.VaultAddress("kv-contoso-prod")}/deletedkeys/comes-back", (string)deleted.Json["recoveryId"]!);
        Assert.Equal((now, now + 90 * 86400), ((long)deleted.Json["deletedDate"]!, (long)deleted.Json["scheduledPurgeDate"]!));
        Assert.Equal("it", (string)deleted.Json["tags"]!["owner"]!);
        Assert.Equal(deleted.Text, got.Text);
        Assert.Equal($"{RunningVault.VaultAddress("kv-contoso-prod")}/keys/comes-back", (string)listed["kid"]!);
        Assert.Equal((now, now + 90 * 86400), ((long)listed["deletedDate"]!, (long)listed["scheduledPurgeDate"]!));
        Assert.Null(listed["key"]);
        Assert.Equal((HttpStatusCode.OK, second.Text), (recovered.Status, recovered.Text));
        Assert.Equal(versions.Text, (await vault.GetAsync("/keys/comes-back/versions")).Text);
        Assert.Equal(policy.Text, (await vault.GetAsync("/keys/comes-back/rotationpolicy")).Text);
        var unwrapped = await vault.PostAsync(
            $"/keys/comes-back/{first.KeyVersion}/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! });
        Assert.Equal("AQID", (string)unwrapped.Json["value"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync("/deletedkeys/comes-back")).Status);
    }

    [Fact]
    public async Task Nothing_can_be_done_with_a_deleted_key_but_recover_and_purge_it()
    {
        var key = await vault.CreateKeyAsync("gone");
        await vault.SendAsync(HttpMethod.Delete, "/keys/gone");
        var crypto = new { alg = "RSA-OAEP", value = "AAAA" };

        foreach (var (method, path, body) in new (string, string, object?)[]
        {
            ("GET", "/keys/gone", null), ("GET", $"/keys/gone/{key.KeyVersion}", null), ("PATCH", "/keys/gone", new { }), ("POST", "/keys/gone/rotate", null),
            ("DELETE", "/keys/gone", null), ("POST", "/keys/gone/backup", null), ("GET", "/keys/gone/rotationpolicy", null), (
                "PUT", "/keys/gone/rotationpolicy", new { }),
            ("POST", "/keys/gone/wrapkey", crypto), (
                "POST", $"/keys/gone/{key.KeyVersion}/unwrapkey", crypto), ("POST", "/keys/gone/encrypt", crypto), ("POST", "/keys/gone/decrypt", crypto),
        })
        {
            var answer = await vault.SendAsync(new HttpMethod(method), path, body);
            Assert.True((answer.Status, answer.Code) == (HttpStatusCode.NotFound, "KeyNotFound"), $"{method} {path}: {answer.Status} {answer.Text}");
            Assert.StartsWith("A key with (name/id) gone", answer.Message, StringComparison.Ordinal);
        }

        Assert.Empty((await vault.GetAsync("/keys/gone/versions")).Json["value"]!.AsArray());
        Assert.DoesNotContain(
            (await vault.GetAsync("/keys")).Json["value"]!.AsArray(), item => ((string)item!["kid"]!).EndsWith("/gone", StringComparison.Ordinal));
        var recreated = await vault.PostAsync("/keys/gone/create", new { kty = "RSA" });
        Assert.Equal((HttpStatusCode.Conflict, "Conflict", "ObjectIsDeletedButRecoverable"), (recreated.Status, recreated.Code, recreated.InnerCode));
        Assert.Equal(
            "Key gone is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the key can only be recovered or purged.",
            recreated.Message);
    }

    [Theory]
    [InlineData("GET", "/deletedkeys/never-made")]
    [InlineData("DELETE", "/deletedkeys/never-made")]
    [InlineData("POST", "/deletedkeys/never-made/recover")]
    [InlineData("DELETE", "/keys/never-made")]
    [InlineData("POST", "/keys/never-made/backup")]
    public async Task A_key_that_was_never_made_is_not_found(string method, string path)
    {
        var answer = await vault.SendAsync(new HttpMethod(method), path);

        Assert.Equal((HttpStatusCode.NotFound, "KeyNotFound", null), (answer.Status, answer.Code, answer.InnerCode));
        Assert.StartsWith(
            "A key with (name/id) never-made was not found in this key vault. If you recently deleted this key", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/deletedkeys/still-there")]
    [InlineData("DELETE", "/deletedkeys/still-there")]
    [InlineData("POST", "/deletedkeys/still-there/recover")]
    public async Task A_key_that_is_there_is_not_a_deleted_one(string method, string path)
    {
        await vault.CreateKeyAsync("still-there");

        Assert.Equal(
            (HttpStatusCode.NotFound, "KeyNotFound"),
            (await vault.SendAsync(new HttpMethod(method), path)) is var answer ? (answer.Status, answer.Code) : default);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys/still-there")).Status);
    }

    [Fact]
    public async Task Purge_protection_refuses_a_purge_and_names_itself()
    {
        await vault.CreateKeyAsync("protected");
        await vault.SendAsync(HttpMethod.Delete, "/keys/protected");

        var refused = await vault.SendAsync(HttpMethod.Delete, "/deletedkeys/protected");

        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), (refused.Status, refused.Code));
        Assert.Equal(
            "Operation \"purge\" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the " +
            "retention period has passed.\r\nVault: kv-contoso-prod;location=westeurope",
            refused.Message);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/deletedkeys/protected")).Status);
    }

    [Fact]
    public async Task A_purged_key_is_gone_its_name_is_free_and_its_audit_event_says_so()
    {
        await vault.CreateVaultAsync(Purgeable, purgeProtection: false, retentionDays: 7);
        var host = RunningVault.VaultAddress(Purgeable);
        var old = await vault.CreateKeyAsync("reused", vaultName: Purgeable);
        var deleted = await vault.SendAsync(HttpMethod.Delete, $"{host}/keys/reused");
        Assert.Equal(7 * 86400, (long)deleted.Json["scheduledPurgeDate"]! - (long)deleted.Json["deletedDate"]!);

        var purged = await vault.SendAsync(HttpMethod.Delete, $"{host}/deletedkeys/reused");

        Assert.Equal((HttpStatusCode.NoContent, ""), (purged.Status, purged.Text));
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync($"{host}/deletedkeys/reused")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await vault.SendAsync(HttpMethod.Post, $"{host}/deletedkeys/reused/recover")).Status);
        Assert.Equal("""{"value":[],"nextLink":null}""", (await vault.GetAsync($"{host}/deletedkeys")).Text);
        var made = await vault.CreateKeyAsync("reused", vaultName: Purgeable);
        Assert.NotEqual(old.KeyVersion, made.KeyVersion);
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync($"{host}/keys/reused/{old.KeyVersion}")).Status);
        Assert.Equal(["KeyDelete 200", "KeyPurge 204"], AuditOf($"{host}/keys/reused", "KeyDelete", "KeyPurge"));
    }

    [Theory]
    [InlineData(true, 90, "Recoverable")]
    [InlineData(false, 90, "Recoverable+Purgeable")]
    [InlineData(true, 89, "CustomizedRecoverable")]
    [InlineData(false, 7, "CustomizedRecoverable+Purgeable")]
    public async Task The_recovery_level_follows_retention_and_purge_protection(bool purgeProtection, int days, string level)
    {
        var name = $"kv-level-{days}-{(purgeProtection ? "p" : "u")}";
        await vault.CreateVaultAsync(name, purgeProtection, days);
        var created = await vault.CreateKeyAsync("level", vaultName: name);
        var deleted = await vault.SendAsync(HttpMethod.Delete, $"{RunningVault.VaultAddress(name)}/keys/level");

        Assert.All(
            [created.Json, deleted.Json],
            bundle => Assert.Equal((level, days), ((string)bundle["attributes"]!["recoveryLevel"]!, (int)bundle["attributes"]!["recoverableDays"]!)));
        Assert.Equal(days * 86400, (long)deleted.Json["scheduledPurgeDate"]! - (long)deleted.Json["deletedDate"]!);
    }

    [Fact]
    public async Task Deletion_dates_survive_a_restart()
    {
        await using var own = new RunningVault();
        await own.StartAsync();
        var key = await own.CreateKeyAsync("kept");
        var wrapped = await own.PostAsync("/keys/kept/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" });
        own.Clock.Advance(TimeSpan.FromMilliseconds(1234));
        var deleted = await own.SendAsync(HttpMethod.Delete, "/keys/kept");
        await own.StopAsync();
        own.Clock.Advance(TimeSpan.FromDays(3));
        await own.StartAsync();

        Assert.Equal(deleted.Text, (await own.GetAsync("/deletedkeys/kept")).Text);
        Assert.Equal(key.Text, (await own.SendAsync(HttpMethod.Post, "/deletedkeys/kept/recover")).Text);
        Assert.Equal(
            "AQID", (string)(await own.PostAsync("/keys/kept/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! })).Json["value"]!);
    }

    [Fact]
    public async Task While_it_settles_a_deletion_and_then_a_recovery_is_pending_for_those_who_poll_and_a_conflict_for_those_who_change()
    {
        await using var own = new RunningVault();
        own.Options.SettlingTime = TimeSpan.FromSeconds(10);
        await own.StartAsync();
        await own.CreateVaultAsync(Purgeable, purgeProtection: false);
        var host = RunningVault.VaultAddress(Purgeable);
        var key = await own.CreateKeyAsync("slow", vaultName: Purgeable);

        var deleted = await own.SendAsync(HttpMethod.Delete, $"{host}/keys/slow");
        Assert.Equal(HttpStatusCode.OK, deleted.Status);
        own.Clock.Advance(TimeSpan.FromSeconds(9));
        var pending = await own.GetAsync($"{host}/deletedkeys/slow");
        Assert.Equal((HttpStatusCode.NotFound, "KeyNotFound", "Deleted Key not found: slow"), (pending.Status, pending.Code, pending.Message));
        Assert.Equal(HttpStatusCode.NotFound, (await own.GetAsync($"{host}/keys/slow")).Status);
        Assert.Empty((await own.GetAsync($"{host}/deletedkeys")).Json["value"]!.AsArray());
        await AssertConflictAsync(
            "ObjectIsBeingDeleted", ("POST", "/keys/slow/create"), ("DELETE", "/keys/slow"), ("DELETE", "/deletedkeys/slow"),
            ("POST", "/deletedkeys/slow/recover"));

        own.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(deleted.Text, (await own.GetAsync($"{host}/deletedkeys/slow")).Text);
        Assert.Single((await own.GetAsync($"{host}/deletedkeys")).Json["value"]!.AsArray());
        Assert.Equal(HttpStatusCode.OK, (await own.SendAsync(HttpMethod.Post, $"{host}/deletedkeys/slow/recover")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await own.GetAsync($"{host}/keys/slow/{key.KeyVersion}")).Status);
        Assert.Empty((await own.GetAsync($"{host}/keys")).Json["value"]!.AsArray());
        await AssertConflictAsync("ObjectIsBeingRecovered", ("POST", "/keys/slow/create"), ("DELETE", "/keys/slow"), ("DELETE", "/deletedkeys/slow"));
        var twice = await own.SendAsync(HttpMethod.Post, $"{host}/deletedkeys/slow/recover");
        Assert.Equal((HttpStatusCode.Conflict, "Conflict", null), (twice.Status, twice.Code, twice.InnerCode));
        Assert.StartsWith($"There was a conflict while recovering the soft-deleted key '{host}/keys/slow'.", twice.Message, StringComparison.Ordinal);

        own.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(key.Text, (await own.GetAsync($"{host}/keys/slow/{key.KeyVersion}")).Text);
        Assert.Single((await own.GetAsync($"{host}/keys")).Json["value"]!.AsArray());

        async Task AssertConflictAsync(string inner, params (string Method, string Path)[] requests)
        {
            foreach (var (method, path) in requests)
            {
                var answer = await own.SendAsync(
                    new HttpMethod(method), host + path, path.EndsWith("create", StringComparison.Ordinal) ? new { kty = "RSA" } : null);
                Assert.True((answer.Status, answer.Code, answer.InnerCode) == (HttpStatusCode.Conflict, "Conflict", inner), $"{method} {path}: {answer.Text}");
            }
        }
    }

    [Fact]
    public void What_began_in_the_future_of_a_clock_that_was_set_back_has_settled()
    {
        var key = new StoredKey(1, "v", "n", KeyRows.NoVersions, "", null, Deletion.At(RunningVault.Start, 90));

        Assert.Equal(KeyPresence.Deleted, Settling.Of(key, RunningVault.Start.AddDays(-1), TimeSpan.FromSeconds(10)));
        Assert.Equal(KeyPresence.BeingDeleted, Settling.Of(key, RunningVault.Start, TimeSpan.FromSeconds(10)));
        Assert.Equal(KeyPresence.Deleted, Settling.Of(key, RunningVault.Start, TimeSpan.Zero));
    }

    private List<string> AuditOf(string id, params string[] operations)
    {
        using var database = new DpsPortal.KeyVault.Storage.VaultDatabase(vault.DatabasePath);
        return [.. database.Query(
            "SELECT OperationName, HttpStatusCode, Id FROM AuditEvents ORDER BY Sequence",
            row => (Operation: row.GetString(0), Status: row.GetInt32(1), Id: row.GetString(2)))
            .Where(entry => entry.Id == id && operations.Contains(entry.Operation)).Select(entry => $"{entry.Operation} {entry.Status}")];
    }
}
