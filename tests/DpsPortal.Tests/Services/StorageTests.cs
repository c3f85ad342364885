using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace DpsPortal.Tests.Services;

public sealed class StorageTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("dps-portal-store-").FullName;

    private PortalServicesOptions Options => new() { DataDirectory = Path.Combine(_root, "portal") };

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("secure_delete", "1")]
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "10000")]
    [InlineData("temp_store", "2")]
    public async Task Every_connection_has_what_durability_needs(string pragma, string expected)
    {
        using var database = new PortalDatabase(Options);

        // Two at once, so that one of them is not the connection that migrated.
        await using var first = await database.OpenAsync(CancellationToken.None);
        await using var second = await database.OpenAsync(CancellationToken.None);
        await first.Database.OpenConnectionAsync();
        await second.Database.OpenConnectionAsync();

        Assert.Equal(expected, await PragmaAsync(first, pragma));
        Assert.Equal(expected, await PragmaAsync(second, pragma));
    }

    [Fact]
    public async Task The_assertion_of_the_pragmas_can_fail()
    {
        await using var careless = new SqliteConnection($"Data Source={Path.Combine(_root, "careless.db")}");
        await careless.OpenAsync();
        await using var command = careless.CreateCommand();
        command.CommandText =
            "PRAGMA busy_timeout=10000; PRAGMA temp_store=MEMORY; " +
            "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL";
        await command.ExecuteNonQueryAsync();

        var fault = Assert.Throws<InvalidOperationException>(() => StorePragmas.Assert(careless));

        Assert.Contains("synchronous", fault.Message, StringComparison.Ordinal);
        SqliteConnection.ClearPool(careless);
    }

    [Fact]
    public async Task The_folder_is_this_users_and_this_processs_alone()
    {
        using (var database = new PortalDatabase(Options))
        {
            await using var context = await database.OpenAsync(CancellationToken.None);
            await context.Activity.CountAsync();
            using var second = new PortalDatabase(Options);

            var fault = await Assert.ThrowsAsync<PortalStartRefusedException>(() => second.OpenAsync(CancellationToken.None).AsTask());

            Assert.Contains("Portal:DataDirectory", fault.Message, StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(Options.DataDirectory).UnixFileMode);
                Assert.All(
                    Directory.GetFiles(Options.DataDirectory),
                    file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode));
            }
        }

        using var again = new PortalDatabase(Options);
        await using var reopened = await again.OpenAsync(CancellationToken.None);
        Assert.False(await reopened.Activity.AnyAsync());
    }

    [Fact]
    public async Task A_folder_that_others_may_enter_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(Options.DataDirectory);
        File.SetUnixFileMode(Options.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead);
        using var database = new PortalDatabase(Options);

        var fault = await Assert.ThrowsAsync<PortalStartRefusedException>(() => database.OpenAsync(CancellationToken.None).AsTask());

        Assert.Contains($"chmod go= '{Options.DataDirectory}'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_warm_path_knows_every_migration_and_a_newer_store_is_refused()
    {
        using (var database = new PortalDatabase(Options))
        {
            await using var context = await database.OpenAsync(CancellationToken.None);
            var migrations = context.Database.GetMigrations().Count();
            Assert.True(migrations == PortalDatabase.SchemaVersion, $"{migrations} migrations");
            Assert.False(context.Database.HasPendingModelChanges());
            await context.Database.ExecuteSqlRawAsync("PRAGMA user_version=99");
        }

        using var newer = new PortalDatabase(Options);
        var fault = await Assert.ThrowsAsync<PortalStartRefusedException>(() => newer.OpenAsync(CancellationToken.None).AsTask());
        Assert.Contains("newer", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_upgrade_a_key_has_the_entries_about_instances_behind_which_an_operation_on_it_is()
    {
        const string Key = "https://kv.vault.azure.net/keys/kek";
        var operation = Guid.NewGuid();
        using (var database = new PortalDatabase(Options))
        {
            await using var context = await database.OpenAsync(CancellationToken.None);
            await context.Database.ExecuteSqlAsync(
                $$"""
                INSERT INTO Operations (Id, Kind, Subject, Holds, State, Intent, Stopped, StartedAt, By_ObjectId, By_DisplayName, By_Role)
                VALUES ({{operation}}, 1, {{Key}}, {{"key:" + Key}}, 0, '{}', 0, 0, 'o', 'n', 0)
                """);
            foreach (var (subject, of) in new (string, Guid?)[] { ("by-the-key", operation), ("by-another", null), (Key, operation) })
            {
                await context.Database.ExecuteSqlAsync(
                    $"INSERT INTO Activity (At, Code, Subject, Arguments, Result, Operation) VALUES (0, 'AccessLost', {subject}, '[]', 4, {of})");
            }

            await context.Database.ExecuteSqlRawAsync(
                "DROP TABLE ActivityKeys; DELETE FROM __EFMigrationsHistory WHERE MigrationId LIKE '%KeysOfActivity'; PRAGMA user_version=2");
        }

        using var upgraded = new PortalDatabase(Options);
        await using var after = await upgraded.OpenAsync(CancellationToken.None);
        var found = await after.ActivityKeys.ToListAsync();
        Assert.Equal((Key, "by-the-key"), (Assert.Single(found).Key, (await after.Activity.SingleAsync(row => row.Sequence == found[0].Sequence)).Subject));
    }

    [Fact]
    public async Task After_an_upgrade_what_instances_moved_to_and_began_with_is_found_under_those_keys_and_damage_hides_nothing()
    {
        const string From = "https://kv.vault.localhost:8443/keys/from/0123456789abcdef0123456789abcdef";
        const string To = "https://kv.vault.azure.net/keys/to";
        using (var database = new PortalDatabase(Options))
        {
            await using var context = await database.OpenAsync(CancellationToken.None);
            await AddAsync("moved", OperationKind.Rekey, $$"""{"From":"{{From}}","Key":"{{To}}"}""", ActivityCodes.Rekey, "[]");
            await AddAsync("made", OperationKind.CreateInstance, $$"""{"CustomerManaged":true,"Key":"{{From}}"}""", ActivityCodes.InstanceCreation, "[]");
            await AddAsync(
                "of-Microsoft", OperationKind.CreateInstance, $$"""{"CustomerManaged":false,"Key":"{{From}}"}""", ActivityCodes.InstanceCreation, "[]");
            await AddAsync("nameless", OperationKind.CreateInstance, """{"CustomerManaged":true,"Key":null}""", ActivityCodes.InstanceCreation, "[]");
            await AddAsync("damaged", OperationKind.Rekey, """{"From":"https://kv""", ActivityCodes.Rekey, "[]");
            await AddAsync("of-another-kind", OperationKind.Rekey, """{"From":7,"Key":["https://kv.vault.azure.net/keys/to"]}""", ActivityCodes.Rekey, "[]");
            await AddAsync("followed", null, "", ActivityCodes.VersionPickedUp, $$"""["{{From}}","{{To}}/fedcba9876543210fedcba9876543210"]""");
            await AddAsync("followed-later", null, "", ActivityCodes.VersionPickedUpLater, $$"""["{{From}}","{{From}}"]""");
            await AddAsync("followed-damaged", null, "", ActivityCodes.VersionPickedUp, "[\"https");
            await context.Database.ExecuteSqlRawAsync(
                "DROP TABLE ActivityKeys; DELETE FROM __EFMigrationsHistory WHERE MigrationId LIKE '%KeysOfActivity'; PRAGMA user_version=2");

            async Task AddAsync(string instance, OperationKind? kind, string intent, string code, string arguments)
            {
                Guid? operation = kind is null ? null : Guid.NewGuid();
                if (kind is not null)
                {
                    await context.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO Operations (Id, Kind, Subject, Holds, State, Intent, Stopped, StartedAt, By_ObjectId, By_DisplayName, By_Role)
                        VALUES ({operation}, {(int)kind}, {instance}, {instance}, 0, {intent}, 0, 0, 'o', 'n', 0)
                        """);
                }

                await context.Database.ExecuteSqlAsync(
                    $"INSERT INTO Activity (At, Code, Subject, Arguments, Result, Operation) VALUES (0, {code}, {instance}, {arguments}, 1, {operation})");
            }
        }

        using var upgraded = new PortalDatabase(Options);
        await using var after = await upgraded.OpenAsync(CancellationToken.None);
        string[] canonical = [KeyIdentifier.Parse(From).Subject(), To];
        Assert.Equal(
            [
                ("moved", canonical[0]), ("moved", canonical[1]), ("made", canonical[0]),
                ("followed", canonical[0]), ("followed", canonical[1]), ("followed-later", canonical[0]),
            ],
            (await after.ActivityKeys.Join(
                after.Activity, row => row.Sequence, entry => entry.Sequence, (row, entry) => new { entry.Subject, row.Key, row.Sequence })
                .ToListAsync())
                .OrderBy(found => found.Sequence).ThenBy(found => found.Key == To).Select(found => (found.Subject, found.Key)));
    }

    [Fact]
    public async Task History_kept_under_a_port_is_found_after_an_upgrade()
    {
        string[] written = ["https://kv-contoso-prod.vault.localhost:8443/keys/kek", "https://kv.vault.azure.net/keys/kek", "dps-contoso-prod"];
        using (var database = new PortalDatabase(Options))
        {
            await using var context = await database.OpenAsync(CancellationToken.None);
            foreach (var subject in written)
            {
                await context.Database.ExecuteSqlAsync(
                    $"INSERT INTO Activity (At, Code, Subject, Arguments, Result) VALUES (0, 'Rotation', {subject}, '[]', 1)");
                await context.Database.ExecuteSqlAsync(
                    $$"""
                    INSERT INTO Operations (Id, Kind, Subject, Holds, State, Intent, Stopped, StartedAt, By_ObjectId, By_DisplayName, By_Role)
                    VALUES ({{Guid.NewGuid()}}, 1, {{subject}}, {{"key:" + subject}}, 0, '{}', 0, 0, 'o', 'n', 0)
                    """);
            }

            await context.Database.ExecuteSqlRawAsync("DELETE FROM __EFMigrationsHistory WHERE MigrationId LIKE '%CanonicalSubjects'; PRAGMA user_version=1");
        }

        using var upgraded = new PortalDatabase(Options);
        await using var after = await upgraded.OpenAsync(CancellationToken.None);
        string[] expected = ["https://kv-contoso-prod.vault.localhost/keys/kek", "https://kv.vault.azure.net/keys/kek", "dps-contoso-prod"];
        Assert.Equal(expected, await after.Activity.OrderBy(row => row.Sequence).Select(row => row.Subject).ToListAsync());
        Assert.Equal(expected, await after.Operations.OrderBy(row => row.Sequence).Select(row => row.Subject).ToListAsync());
        Assert.Equal(expected.Select(subject => "key:" + subject), await after.Operations.OrderBy(row => row.Sequence).Select(row => row.Holds).ToListAsync());
    }

    [Fact]
    public async Task A_damaged_entry_of_the_activity_log_is_marked_and_hides_no_other()
    {
        using var database = new PortalDatabase(Options);
        using var changes = new PortalChanges(TimeProvider.System, NullLogger<PortalChanges>.Instance);
        var log = new ActivityLog(database, new DomainClock(TimeProvider.System), changes);
        foreach (var subject in (string[])["one", "two", "three"])
        {
            await log.WriteAsync(
                new NewActivity(ActivityCodes.Rotation, subject, ActivityResult.Succeeded, Staff.Custodian, ["argument"]), CancellationToken.None);
        }

        await using (var context = await database.OpenAsync(CancellationToken.None))
        {
            await context.Database.ExecuteSqlRawAsync("UPDATE Activity SET Arguments = '[\"argu' WHERE Subject = 'two'");
        }

        var entries = await log.ListAsync(Staff.Auditor, new ActivityFilter(), null, 10, CancellationToken.None);

        Assert.Equal(
            [("three", ActivityCodes.Rotation), ("two", ActivityCodes.EntryUnreadable), ("one", ActivityCodes.Rotation)],
            entries.Select(entry => (entry.Subject, entry.Code)));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static async Task<string?> PragmaAsync(PortalContext context, string name)
    {
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}
