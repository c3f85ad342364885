using System.Security.Cryptography;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.KeyVault;

/// <summary>A purge leaves no byte of a key in any file; and what runs by time takes exactly what is due.</summary>
public sealed class PurgeTests : IAsyncLifetime
{
    private const string Vault = "kv-purge";
    private static readonly DateTimeOffset Deleted = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _root = new();
    private readonly FakeTimeProvider _clock = new(Deleted);
    private readonly Random _random = new(20260301);
    private MasterKey _masterKey = null!;
    private VaultDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _masterKey = MasterKey.Open(ProtectedFolder.Open(Path.Combine(_root.Path, "master")), databaseExists: false);
        _database = await VaultDatabase.OpenAsync(ProtectedFolder.Open(Folder), _masterKey, default);
        await using var context = _database.CreateContext();
        context.Add(new VaultRow { Name = Vault, ResourceGroup = "rg", Location = "westeurope", PurgeProtection = true, RetentionDays = 90, Created = 0 });
        await context.SaveChangesAsync();
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        _masterKey.Dispose();
        _root.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task After_a_purge_no_file_has_a_byte_of_the_key_wherever_its_row_has_been()
    {
        var secrets = await AddKeysAsync(count: 150, due: index => index % 3 == 0);
        await MoveRowsAboutAsync();
        var (purged, kept) = (secrets.Where(key => key.Due).ToList(), secrets.Where(key => !key.Due).ToList());
        Assert.All(purged, key => Assert.True(IsAnywhere(key)));
        using var keys = Load();

        var done = await keys.PurgeDueAsync(Deleted);

        Assert.Equal(purged.Count, done.Count);
        Assert.All(purged, key => Assert.False(IsAnywhere(key), $"A part of {key.Name} is still in a file."));
        Assert.All(kept, key => Assert.True(IsAnywhere(key)));
        Assert.Equal(0, new FileInfo(Path.Combine(Folder, "vault.db-wal")).Length);
    }

    /// <summary>The failing controls: each half of the measure alone leaves the key where a search finds it.</summary>
    [Theory]
    [InlineData("PRAGMA secure_delete=OFF", "PRAGMA wal_checkpoint(TRUNCATE)")]
    [InlineData("PRAGMA secure_delete=ON", "SELECT 1")]
    public async Task Without_secure_delete_or_without_truncation_the_key_is_still_there(string before, string after)
    {
        var secrets = await AddKeysAsync(count: 20, due: _ => true);
        await MoveRowsAboutAsync();
        using (var connection = _database.Connect())
        {
            Execute(connection, before);
            Execute(connection, "DELETE FROM KeyVersions; DELETE FROM Keys");
            Execute(connection, after);
        }

        Assert.Contains(secrets, IsAnywhere);
    }

    [Fact]
    public async Task A_start_empties_the_log_that_a_crash_after_a_purge_left()
    {
        var secrets = await AddKeysAsync(count: 5, due: _ => true);
        using (var connection = _database.Connect())
        {
            Execute(connection, "DELETE FROM KeyVersions; DELETE FROM Keys");
        }

        Assert.Contains(secrets, IsAnywhere);
        var copy = Path.Combine(_root.Path, "crashed");
        var folder = ProtectedFolder.Open(copy);
        foreach (var file in new[] { "vault.db", "vault.db-wal" })
        {
            File.Copy(Path.Combine(Folder, file), Path.Combine(copy, file));
        }

        using var reopened = await VaultDatabase.OpenAsync(folder, _masterKey, default);

        Assert.All(secrets, key => Assert.False(IsIn(copy, key)));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(90)]
    public void A_key_is_due_for_purge_at_the_end_of_its_retention_and_not_a_second_earlier(int days)
    {
        var deleted = Key(Deletion.At(Deleted, days));
        StoredKey[] keys = [deleted, Key(null)];

        Assert.Empty(PurgeSchedule.Due(keys, Deleted.AddDays(days).AddSeconds(-1)));
        Assert.Equal([deleted], PurgeSchedule.Due(keys, Deleted.AddDays(days)));
        Assert.Equal([deleted], PurgeSchedule.Due(keys, Deleted.AddDays(days).AddSeconds(1)));
    }

    [Fact]
    public async Task What_must_be_logged_about_a_scheduled_purge_is_committed_with_it_or_neither_is()
    {
        await AddKeysAsync(count: 2, due: _ => true);
        using var keys = Load();

        await Assert.ThrowsAsync<InvalidOperationException>(() => keys.PurgeDueAsync(Deleted, (_, _) => throw new InvalidOperationException("log full")));
        Assert.Equal(2, keys.DeletedNamesIn(Vault).Count);
        Assert.Equal(2, _database.Query("SELECT 1 FROM Keys", _ => true).Count);
        var logged = new List<string>();
        await keys.PurgeDueAsync(Deleted, (_, key) => logged.Add(key.Name));

        Assert.Equal(["key-000", "key-001"], logged.Order());
        Assert.Empty(keys.DeletedNamesIn(Vault));
        Assert.Empty(_database.Query("SELECT 1 FROM KeyVersions", _ => true));
        Assert.Empty(await keys.PurgeDueAsync(Deleted));
    }

    private string Folder => Path.Combine(_root.Path, "vault");

    private KeyStore Load()
    {
        var keys = new KeyStore(_database, _masterKey, new Settling(_clock, TimeSpan.Zero));
        keys.Load();
        return keys;
    }

    private static StoredKey Key(Deletion? deletion) => new(1, Vault, "key", KeyRows.NoVersions, "", null, deletion);

    /// <summary>Rows as long as those of RSA-2048 to RSA-4096. What is sealed need not open: it is only looked for.</summary>
    private async Task<List<Secret>> AddKeysAsync(int count, Func<int, bool> due)
    {
        var secrets = Enumerable.Range(0, count)
            .Select(index => (index, size: 256 * (1 + index % 3)))
            .Select(key => new Secret(
                $"key-{key.index:D3}", due(key.index), RandomNumberGenerator.GetBytes(5 * key.size), RandomNumberGenerator.GetBytes(key.size)))
            .ToList();
        await using var context = _database.CreateContext();
        var keys = secrets.ConvertAll(secret => new KeyRow
        {
            Vault = Vault, Name = secret.Name, Deleted = 0, ScheduledPurge = secret.Due ? Deleted.UtcTicks : Deleted.AddDays(1).UtcTicks,
        });
        context.AddRange(keys);
        await context.SaveChangesAsync();
        context.AddRange(keys.Zip(secrets, (key, secret) => new KeyVersionRow
        {
            KeyId = key.Id, Version = Guid.NewGuid()
                .ToString("N"), KeyType = "RSA", Size = 8 * secret.Modulus.Length, Modulus = secret.Modulus, Exponent = [1, 0, 1],
            SealedPrivateKey = secret.Sealed, Operations = "wrapKey", Enabled = true, Created = 0, Updated = 0,
        }));
        await context.SaveChangesAsync();
        return secrets;
    }

    /// <summary>Rows that grow and shrink make SQLite split, merge and defragment pages, and move their neighbours.</summary>
    private async Task MoveRowsAboutAsync()
    {
        await using var context = _database.CreateContext();
        var rows = await context.KeyVersions.ToListAsync();
        for (var round = 0; round < 6; round++)
        {
            foreach (var row in rows.Where(_ => _random.Next(2) == 0))
            {
                row.Tags = _random.Next(3) == 0 ? null : $"{{\"t\":\"{new string('t', _random.Next(3000))}\"}}";
            }

            await context.SaveChangesAsync();
        }
    }

    private bool IsAnywhere(Secret key) => IsIn(Folder, key);

    /// <summary>Looks for pieces, since a row may be cut by the edge of a page.</summary>
    private static bool IsIn(string folder, Secret key)
    {
        var files = Directory.GetFiles(folder).Select(Read).ToList();
        return new[] { key.Sealed, key.Modulus }.SelectMany(value => value.Chunk(32))
            .Any(piece => files.Exists(content => content.AsSpan().IndexOf(piece) >= 0));
    }

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed record Secret(string Name, bool Due, byte[] Sealed, byte[] Modulus);
}
