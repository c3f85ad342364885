using System.Net;
using System.Security.Cryptography;
using DpsPortal.KeyVault;
using DpsPortal.KeyVault.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Tests.KeyVault;

/// <summary>The database: durable, sealed, and under the PRAGMAs that make it so.</summary>
[StartsHosts]
public sealed class StorageTests : IAsyncDisposable
{
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task Every_connection_has_the_pragmas_and_one_that_has_not_is_caught()
    {
        await _vault.StartAsync();
        using var database = new VaultDatabase(_vault.DatabasePath);
        await using var context = database.CreateContext();
        await context.Database.OpenConnectionAsync();
        using var own = database.Connect();

        StorePragmas.Assert(context.Database.GetDbConnection());
        StorePragmas.Assert(own);
        foreach (var spoiled in new[] { "synchronous=NORMAL", "secure_delete=OFF", "foreign_keys=OFF", "busy_timeout=0", "temp_store=FILE" })
        {
            using var control = database.Connect();
            Execute(control, "PRAGMA " + spoiled);
            Assert.Throws<InvalidOperationException>(() => StorePragmas.Assert(control));
        }

        using var memory = new SqliteConnection("Data Source=:memory:");
        memory.Open();
        Assert.Throws<InvalidOperationException>(() => StorePragmas.Apply(memory));
    }

    [Fact]
    public void The_schema_version_is_the_number_of_migrations()
    {
        using var database = new VaultDatabase(Path.Combine(_vault.Root, "none.db"));
        using var context = database.CreateContext();
        Assert.True(context.Database.GetMigrations().Count() == VaultDatabase.SchemaVersion);
        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task A_database_of_a_newer_version_refuses_the_start()
    {
        await _vault.StartAsync();
        await _vault.StopAsync();
        Change($"PRAGMA user_version={VaultDatabase.SchemaVersion + 1}");
        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);
        Assert.Contains("newer release", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_private_part_of_a_key_lies_in_the_database()
    {
        await _vault.StartAsync();
        var key = await _vault.CreateKeyAsync("secret");
        await _vault.StopAsync();
        using var masterKey = MasterKey.Open(ProtectedFolder.Open(Path.Combine(_vault.Root, "vault-master-key")), databaseExists: true);
        var stored = Read("SELECT SealedPrivateKey FROM KeyVersions");
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(masterKey.Open(stored, "rsa-private-key", "kv-contoso-prod", "secret", key.KeyVersion), out _);
        var secret = rsa.ExportParameters(includePrivateParameters: true);

        var files = Directory.GetFiles(_vault.Options.DataDirectory).Select(File.ReadAllBytes).ToList();

        Assert.Contains(files, content => content.AsSpan().IndexOf(secret.Modulus) >= 0);
        foreach (var part in new[] { secret.D!, secret.P!, secret.Q!, secret.DP!, secret.DQ!, secret.InverseQ! })
        {
            Assert.DoesNotContain(files, content => content.AsSpan().IndexOf(part.AsSpan(0, 32)) >= 0);
        }
    }

    [Fact]
    public async Task A_private_key_moved_to_another_version_is_not_used()
    {
        await _vault.StartAsync();
        var first = await _vault.CreateKeyAsync("moved");
        var second = await _vault.PostAsync("/keys/moved/rotate", null);
        var wrapped = await _vault.PostAsync($"/keys/moved/{first.KeyVersion}/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" });
        await _vault.StopAsync();
        Change($"UPDATE KeyVersions SET SealedPrivateKey = (SELECT SealedPrivateKey FROM KeyVersions WHERE Version = '{first.KeyVersion}') WHERE " +
            $"Version = '{second.KeyVersion}'");
        await _vault.StartAsync();

        var moved = await _vault.PostAsync($"/keys/moved/{second.KeyVersion}/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! });
        var own = await _vault.PostAsync($"/keys/moved/{first.KeyVersion}/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! });

        Assert.Equal((HttpStatusCode.InternalServerError, "InternalServerError"), (moved.Status, moved.Code));
        Assert.DoesNotContain("Cryptographic", moved.Text, StringComparison.Ordinal);
        Assert.Equal("AQID", (string)own.Json["value"]!);
    }

    [Fact]
    public void A_sealed_value_opens_only_in_its_slot_and_unchanged()
    {
        using var masterKey = MasterKey.Open(ProtectedFolder.Open(Path.Combine(_vault.Root, "mk")), databaseExists: false);
        byte[] value = [1, 2, 3, 4];
        var sealedValue = masterKey.Seal(value, "a", "bc");

        Assert.Equal(value, masterKey.Open(sealedValue, "a", "bc"));
        Assert.ThrowsAny<CryptographicException>(() => masterKey.Open(sealedValue, "ab", "c"));
        Assert.NotEqual(sealedValue, masterKey.Seal(value, "a", "bc"));
        for (var index = 0; index < sealedValue.Length; index++)
        {
            var changed = sealedValue.ToArray();
            changed[index] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => masterKey.Open(changed, "a", "bc"));
        }

        Assert.ThrowsAny<CryptographicException>(() => masterKey.Open(sealedValue.AsSpan(0, 20), "a", "bc"));
        Assert.Equal("MasterKey", masterKey.ToString());
    }

    private void Change(string sql)
    {
        using var connection = Connect();
        Execute(connection, sql);
    }

    private byte[] Read(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (byte[])command.ExecuteScalar()!;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_vault.DatabasePath};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
