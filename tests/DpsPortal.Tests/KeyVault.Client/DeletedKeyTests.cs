using Azure;
using Azure.Security.KeyVault.Keys;
using static DpsPortal.Tests.KeyVault.Client.RecordingVault;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>Deletion, recovery, purge, backup and restore: what is sent, what is read, and when an operation is complete.</summary>
public sealed class DeletedKeyTests
{
    private const string Gone = """{"error":{"code":"KeyNotFound","message":"Deleted Key not found: kek"}}""";
    private static readonly string Deleted = Wire.KeyBundle().Insert(
        1, """ "recoveryId":"https://v.vault.localhost:8443/deletedkeys/kek","deletedDate":1700000000,"scheduledPurgeDate":1707776000, """);

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_deletion_is_complete_when_the_deleted_key_can_be_had(bool async)
    {
        var vault = new RecordingVault(Json(Deleted), Json(Gone, 404), Json(Deleted));
        var client = vault.CreateClient();

        var operation = async ? await client.StartDeleteKeyAsync("kek") : client.StartDeleteKey("kek");
        Assert.False(operation.HasCompleted);
        Assert.Equal(404, (async ? await operation.UpdateStatusAsync() : operation.UpdateStatus()).Status);
        Assert.False(operation.HasCompleted);
        var completed = await operation.WaitForCompletionAsync(TimeSpan.FromMilliseconds(1), default);

        Assert.True(operation.HasCompleted && operation.HasValue);
        Assert.Equal(["DELETE /keys/kek", "GET /deletedkeys/kek", "GET /deletedkeys/kek"], Sent(vault));
        Assert.Equal(completed.Value, operation.Value);
        Assert.Equal("https://v.vault.localhost:8443/deletedkeys/kek", operation.Value.RecoveryId.AbsoluteUri);
        Assert.Equal(
            new long?[] { 1_700_000_000, 1_707_776_000 },
            new[] { operation.Value.DeletedOn, operation.Value.ScheduledPurgeDate }.Select(time => time?.ToUnixTimeSeconds()));
        Assert.Equal(Wire.Version, operation.Value.Properties.Version);
        Assert.Equal(200, (await operation.UpdateStatusAsync()).Status);
        Assert.Equal(3, vault.Authorized.Count());
    }

    [Fact]
    public async Task A_recovery_is_complete_when_the_key_can_be_had_or_is_there_for_others()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()), Json(Gone, 404), Json(Wire.Refusal("Forbidden", "no", "ForbiddenByRbac"), 403));

        var operation = await vault.CreateClient().StartRecoverDeletedKeyAsync("kek");
        await operation.UpdateStatusAsync();
        Assert.False(operation.HasCompleted);
        await operation.UpdateStatusAsync();

        Assert.True(operation.HasCompleted);
        Assert.Equal(["POST /deletedkeys/kek/recover", $"GET /keys/kek/{Wire.Version}", $"GET /keys/kek/{Wire.Version}"], Sent(vault));
        Assert.Equal("kek", operation.Value.Name);
    }

    [Fact]
    public async Task An_operation_whose_poll_fails_throws_and_goes_on()
    {
        var vault = new RecordingVault(Json(Deleted), Json(Wire.Refusal("BadParameter", "no", "x"), 400), Json(Deleted));
        var operation = await vault.CreateClient().StartDeleteKeyAsync("kek");

        var refused = await Assert.ThrowsAsync<RequestFailedException>(async () => await operation.UpdateStatusAsync());
        await operation.UpdateStatusAsync();

        Assert.Equal("BadParameter", refused.ErrorCode);
        Assert.True(operation.HasCompleted);
    }

    [Fact]
    public async Task Without_soft_delete_a_deletion_is_complete_at_once()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()));

        Assert.True((await vault.CreateClient().StartDeleteKeyAsync("kek")).HasCompleted);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Purge_has_no_value_and_a_refusal_is_thrown(bool async)
    {
        var vault = new RecordingVault(
            _ => new HttpResponseMessage(System.Net.HttpStatusCode.NoContent), Json("""{"error":{"code":"Forbidden","message":"protected"}}""", 403));
        var client = vault.CreateClient();

        var purged = async ? await client.PurgeDeletedKeyAsync("kek") : client.PurgeDeletedKey("kek");
        var refused = async
            ? await Assert.ThrowsAsync<RequestFailedException>(() => client.PurgeDeletedKeyAsync("kek"))
            : Assert.Throws<RequestFailedException>(() => client.PurgeDeletedKey("kek"));

        Assert.Equal((204, 403, "Forbidden"), (purged.Status, refused.Status, refused.ErrorCode));
        Assert.Equal(["DELETE /deletedkeys/kek", "DELETE /deletedkeys/kek"], Sent(vault));
    }

    [Fact]
    public async Task Deleted_keys_are_listed_with_their_dates()
    {
        var vault = new RecordingVault(Json("""
            {"value":[{"kid":"https://v.vault.localhost/keys/kek","recoveryId":"https://v.vault.localhost/deletedkeys/kek","deletedDate":1700000000,
             "scheduledPurgeDate":1707776000,"attributes":{"enabled":true,"recoveryLevel":"Recoverable"}}],"nextLink":null}
            """));

        var key = Assert.Single(await vault.CreateClient().GetDeletedKeysAsync().ToListAsync());

        Assert.Equal(["GET /deletedkeys/"], Sent(vault));
        Assert.Equal(
            ("kek", null, "Recoverable", 1_707_776_000L),
            (key.Name, key.Properties.Version, key.Properties.RecoveryLevel, key.ScheduledPurgeDate!.Value.ToUnixTimeSeconds()));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_backup_is_bytes_and_goes_back_as_it_came(bool async)
    {
        var vault = new RecordingVault(Json("""{"value":"-_8B"}"""), Json(Wire.KeyBundle()));
        var client = vault.CreateClient();

        var blob = async ? await client.BackupKeyAsync("kek") : client.BackupKey("kek");
        var restored = async ? await client.RestoreKeyBackupAsync(blob) : client.RestoreKeyBackup(blob);

        Assert.Equal([0xfb, 0xff, 0x01], blob.Value);
        Assert.Equal(["POST /keys/kek/backup", "POST /keys/restore"], Sent(vault));
        Assert.Equal("""{"value":"-_8B"}""", vault.Authorized.Last().Body);
        Assert.Equal("kek", restored.Value.Name);
    }

    [Fact]
    public void A_deleted_key_can_be_made_for_tests()
    {
        var key = KeyModelFactory.DeletedKey(
            new KeyProperties("kek"), new JsonWebKey([]), new Uri("https://v/deletedkeys/kek"), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(90));

        Assert.Equal(("kek", DateTimeOffset.UnixEpoch.AddDays(90)), (key.Name, key.ScheduledPurgeDate));
    }

    private static IEnumerable<string> Sent(RecordingVault vault) =>
        vault.Authorized.Select(request => $"{request.Method} {request.PathAndQuery[..request.PathAndQuery.IndexOf('?', StringComparison.Ordinal)]}");
}
