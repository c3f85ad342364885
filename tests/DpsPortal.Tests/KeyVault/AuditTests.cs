using System.Net;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Every call has its AuditEvent before it has its answer.</summary>
[StartsHosts]
public sealed class AuditTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Fact]
    public async Task Every_call_is_logged_with_its_caller_and_outcome()
    {
        var key = await vault.CreateKeyAsync("logged");
        await vault.GetAsync("/keys/logged");
        await vault.PatchAsync("/keys/logged", new { attributes = new { enabled = false } });
        await vault.PostAsync("/keys/logged/unwrapkey", new { alg = "RSA-OAEP-256", value = "AAAA" });
        await vault.PostAsync("/keys/logged/rotate", null);

        var events = Events("%/keys/logged%");

        Assert.Equal(
            ["KeyCreate 200 Success", "KeyGet 200 Success", "KeyUpdate 200 Success", "KeyUnwrap 403 Failure", "KeyRotate 200 Success"],
            events.Select(row => $"{row.Operation} {row.Status} {row.Result}"));
        Assert.Equal("Forbidden/KeyDisabled", events[3].Description);
        Assert.All(events, row => Assert.Equal(vault.Options.AdministratorObjectId, row.ObjectId));
        Assert.Equal(key.KeyId, events[0].Id);
        Assert.StartsWith("https://kv-contoso-prod.vault.localhost:8443/keys/logged", events[1].Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_without_a_token_is_logged_as_authentication()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, RunningVault.VaultAddress("kv-contoso-prod") + "/keys/stranger");
        await vault.SendAsync(request);

        var row = Assert.Single(Events("/keys/stranger"));

        Assert.Equal(("Authentication", 401, null), (row.Operation, row.Status, row.ObjectId));
    }

    [Fact]
    public async Task The_log_and_the_vault_hold_no_token()
    {
        var token = await vault.AdministratorTokenAsync();
        await vault.GetAsync("/keys", token);
        var secret = await File.ReadAllTextAsync(Path.Combine(vault.Root, "administrator-credential", "secret"));
        foreach (var file in Directory.GetFiles(vault.Options.DataDirectory, "vault.db*"))
        {
            var text = System.Text.Encoding.Latin1.GetString(await ReadSharedAsync(file));
            Assert.DoesNotContain(token.Split('.')[2], text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_cannot_be_logged_is_not_answered()
    {
        await using var own = new RunningVault();
        await own.StartAsync();
        await own.CreateKeyAsync("unlogged");
        var token = await own.AdministratorTokenAsync();
        Execute(own.DatabasePath, "ALTER TABLE AuditEvents RENAME TO Hidden");

        var read = await own.GetAsync("/keys/unlogged", token);
        var change = await own.PatchAsync("/keys/unlogged", new { attributes = new { enabled = false } });
        Execute(own.DatabasePath, "ALTER TABLE Hidden RENAME TO AuditEvents");
        var after = await own.GetAsync("/keys/unlogged", token);

        Assert.Equal((HttpStatusCode.InternalServerError, "InternalServerError"), (read.Status, read.Code));
        Assert.DoesNotContain("\"kid\"", read.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Audit", read.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.InternalServerError, change.Status);
        Assert.True((bool)after.Json["attributes"]!["enabled"]!);
        Assert.NotEmpty(own.Logs);
    }

    [Fact]
    public async Task Many_callers_at_once_share_commits_and_lose_nothing()
    {
        await vault.CreateKeyAsync("crowd");
        var wrapped = (string)(await vault.PostAsync("/keys/crowd/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" })).Json["value"]!;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var count = 0; count < 25; count++)
            {
                var opened = await vault.PostAsync("/keys/crowd/unwrapkey", new { alg = "RSA-OAEP-256", value = wrapped });
                Assert.Equal("AQID", (string)opened.Json["value"]!);
            }
        }));

        Assert.Equal(200, Events("%/keys/crowd").Count(row => row.Operation == "KeyUnwrap"));
    }

    private List<AuditRow> Events(string id)
    {
        using var connection = new SqliteConnection($"Data Source={vault.DatabasePath};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT OperationName, HttpStatusCode, ResultType, ResultDescription, CallerObjectId, Id, RequestUri FROM AuditEvents WHERE Id LIKE $id " +
            "ORDER BY Sequence";
        command.Parameters.AddWithValue("$id", id);
        using var reader = command.ExecuteReader();
        var rows = new List<AuditRow>();
        while (reader.Read())
        {
            rows.Add(new AuditRow(reader.GetString(0), reader.GetInt32(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetGuid(4), reader.GetString(5), reader.GetString(6)));
        }

        return rows;
    }

    private static void Execute(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private sealed record AuditRow(string Operation, int Status, string Result, string? Description, Guid? ObjectId, string Id, string Uri);
}
