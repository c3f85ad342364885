using System.Net;
using System.Security.Cryptography;
using DpsPortal.KeyVault.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.Tests.KeyVault;

/// <summary>A database made by the first version of the schema is brought to the present one, and loses nothing.</summary>
[StartsHosts]
public sealed class MigrationTests : IAsyncDisposable
{
    private const string Version = "0123456789abcdef0123456789abcdef";
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task Keys_roles_and_vaults_of_the_first_schema_are_still_good()
    {
        using var rsa = RSA.Create(2048);
        var assignment = Guid.NewGuid();
        await MakeFirstDatabaseAsync(rsa, assignment);

        await _vault.StartAsync();

        var wrapped = Base64UrlEncoder.Encode(rsa.Encrypt([1, 2, 3], RSAEncryptionPadding.OaepSHA256));
        var unwrapped = await _vault.PostAsync("/keys/old-key/unwrapkey", new { alg = "RSA-OAEP-256", value = wrapped });
        Assert.Equal("AQID", (string)unwrapped.Json["value"]!);
        Assert.Equal(
            (HttpStatusCode.OK, "P90D"),
            (await _vault.GetAsync("/keys/old-key/rotationpolicy")) is var policy
                ? (policy.Status, (string?)policy.Json["attributes"]!["expiryTime"])
                : default);
        Assert.Equal("it", (string)(await _vault.GetAsync($"/keys/old-key/{Version}")).Json["tags"]!["owner"]!);
        Assert.Equal(HttpStatusCode.OK, (await _vault.PostAsync("/keys/old-key/rotate", null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await _vault.SendAsync(HttpMethod.Delete, "/keys/old-key")).Status);
        Assert.Equal("AQID", (string)(await RecoverAndUnwrapAsync(wrapped)).Json["value"]!);
        await _vault.StopAsync();
        Assert.Equal([$"{VaultDatabase.SchemaVersion}"], Read("PRAGMA user_version"));
        Assert.Equal(["2048", "2048"], Read("SELECT Size FROM KeyVersions"));
        Assert.Equal(["standard"], Read("SELECT Sku FROM Vaults"));
        Assert.Equal(
            [$"{assignment} ".ToUpperInvariant()], Read("SELECT Name || ' ' || COALESCE(Removed, '') FROM RoleAssignments"), StringComparer.OrdinalIgnoreCase);
    }

    private async Task<VaultResponse> RecoverAndUnwrapAsync(string wrapped)
    {
        await _vault.SendAsync(HttpMethod.Post, "/deletedkeys/old-key/recover");
        return await _vault.PostAsync($"/keys/old-key/{Version}/unwrapkey", new { alg = "RSA-OAEP-256", value = wrapped });
    }

    private async Task MakeFirstDatabaseAsync(RSA rsa, Guid assignment)
    {
        using var masterKey = MasterKey.Open(ProtectedFolder.Open(Path.Combine(_vault.Root, "vault-master-key")), databaseExists: false);
        ProtectedFolder.Open(_vault.Options.DataDirectory).EnsureFile("vault.db");
        using var database = new VaultDatabase(_vault.DatabasePath);
        using var connection = database.Connect();
        await using var context = database.CreateContext();
        await context.GetService<IMigrator>().MigrateAsync("20261123203302_Initial");
        var parts = rsa.ExportParameters(includePrivateParameters: false);
        Execute(connection, "PRAGMA user_version=1");
        Execute(connection, "INSERT INTO SealedChecks (Id, Value) VALUES (1, $a)", masterKey.Seal("dps-portal embedded vault"u8, nameof(SealedCheckRow)));
        Execute(
            connection,
            "INSERT INTO Vaults (Name, ResourceGroup, Location, PurgeProtection, RetentionDays, Created) VALUES ($a, 'rg-contoso-devices', " +
            "'westeurope', 1, 90, 0)",
            _vault.Options.DefaultVault);
        Execute(connection, "INSERT INTO RoleAssignments (Name, Scope, RoleDefinitionId, PrincipalId, PrincipalType, Created) VALUES ($a, $b, $c, $d, " +
            "'ServicePrincipal', 0)",
            assignment, _vault.SubscriptionPath, Guid.Parse("00482a5a-887f-4fb3-b363-3b7fe8e74483"), _vault.Options.AdministratorObjectId);
        Execute(connection, "INSERT INTO Keys (Id, Vault, Name, RotationPolicy) VALUES (7, $a, 'old-key', $b)", _vault.Options.DefaultVault,
            """{"actions":[],"expiryTime":"P90D","created":"2026-01-01T00:00:00+00:00","updated":"2026-01-01T00:00:00+00:00"}""");
        Execute(connection,
            "INSERT INTO KeyVersions (KeyId, Version, KeyType, Modulus, Exponent, SealedPrivateKey, Operations, Enabled, Created, Updated, Tags) " +
            "VALUES (7, $a, 'RSA', $b, $c, $d, 'wrapKey unwrapKey', 1, 0, 0, '{\"owner\":\"it\"}')",
            Version, parts.Modulus!, parts.Exponent!, masterKey.Seal(
                rsa.ExportPkcs8PrivateKey(), "rsa-private-key", _vault.Options.DefaultVault, "old-key", Version));
    }

    private List<string> Read(string sql)
    {
        using var database = new VaultDatabase(_vault.DatabasePath);
        return database.Query(sql, row => row.GetString(0));
    }

    private static void Execute(SqliteConnection connection, string sql, params object[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters.AddWithValue("$" + (char)('a' + index), values[index]);
        }

        command.ExecuteNonQuery();
    }
}
