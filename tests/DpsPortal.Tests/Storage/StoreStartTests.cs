using DpsPortal.KeyVault;
using DpsPortal.KeyVault.Storage;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Storage;
using DpsPortal.Services;
using DpsPortal.Services.Storage;
using DpsPortal.Tests.Provisioning;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Tests.Storage;

/// <summary>
/// Every store, in every condition in which a start can find it: one sentence that names the file and the remedy, nothing lost and
/// nothing made anew; and when the remedy was followed, it starts.
/// </summary>
[StartsHosts]
public sealed class StoreStartTests
{
    private const string VaultStore = "vault.db";
    private const string DpsStore = "dps.db";
    private const string PortalStore = "portal.db";

    private static readonly string[] Stores = [VaultStore, DpsStore, PortalStore];

    /// <summary>Condition, what is done to the store, and what the sentence says beside the file's name.</summary>
    private static readonly Dictionary<string, (Action<StoreOnDisk> Spoil, string[] Says)> Conditions = new(StringComparer.Ordinal)
    {
        ["missing beside what an earlier start left"] = (store => File.Delete(store.File), ["is missing", "from a backup", "delete the data folder"]),
        ["empty"] = (store => store.Truncate(0), ["is empty", "from a backup", "delete the data folder"]),
        ["without its tables"] = (WithoutTables, ["is empty", "from a backup"]),
        ["truncated"] = (store => store.Truncate(new FileInfo(store.File).Length / 8192 * 4096), ["is damaged", "from a backup", "delete the data folder"]),
        ["cut within its first page"] = (store => store.Truncate(600), ["is damaged", "from a backup"]),
        ["header damaged"] = (store => store.Overwrite(0, 100), ["is damaged", "from a backup"]),
        ["pages damaged"] = (store => store.DamagePages(), ["is damaged", "from a backup", "Nothing was written"]),
        ["newer schema"] = (store => store.Execute("PRAGMA user_version=99"), ["newer release", "schema 99", "backup"]),
    };

    public static TheoryData<string, string> Cells => [.. from store in Stores from condition in Conditions.Keys select (store, condition)];

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_store_that_cannot_be_used_is_named_with_its_remedy_and_left_as_it_is(string file, string condition)
    {
        using var store = await StoreOnDisk.MadeAsync(file);
        var whole = await File.ReadAllBytesAsync(store.File, TestContext.Current.CancellationToken);
        var (spoil, says) = Conditions[condition];
        spoil(store);
        var before = store.Contents();

        var sentence = await RefusedAsync(store);

        Assert.Contains($"'{store.File}'", sentence, StringComparison.Ordinal);
        Assert.All(says, part => Assert.Contains(part, sentence, StringComparison.Ordinal));
        Assert.Equal(before, store.Contents());
        await File.WriteAllBytesAsync(store.File, whole, TestContext.Current.CancellationToken);
        MakePrivate(store.File);
        await store.StartAsync();
    }

    [Theory]
    [InlineData(VaultStore)]
    [InlineData(DpsStore)]
    [InlineData(PortalStore)]
    public async Task A_store_that_another_program_has_locked_is_named(string file)
    {
        using var store = await StoreOnDisk.MadeAsync(file);
        string sentence;
        using (var other = store.Connect())
        {
            using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            command.ExecuteNonQuery();

            sentence = await RefusedAsync(store);
        }

        Assert.Contains($"'{store.File}'", sentence, StringComparison.Ordinal);
        Assert.Contains("Another program", sentence, StringComparison.Ordinal);
        await store.StartAsync();
    }

    [Theory]
    [InlineData(VaultStore)]
    [InlineData(DpsStore)]
    [InlineData(PortalStore)]
    public async Task A_data_folder_that_is_a_file_is_named(string file)
    {
        using var store = StoreOnDisk.New(file);
        await File.WriteAllTextAsync(store.Folder, "not a folder", TestContext.Current.CancellationToken);

        var sentence = await RefusedAsync(store);

        Assert.Contains($"'{store.Folder}' is a file", sentence, StringComparison.Ordinal);
        Assert.Equal("not a folder", await File.ReadAllTextAsync(store.Folder, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(VaultStore)]
    [InlineData(DpsStore)]
    [InlineData(PortalStore)]
    public async Task A_full_disk_and_one_that_is_read_only_are_named_and_lose_nothing(string file)
    {
        using var store = StoreOnDisk.New(file);
        using var disk = SmallDisk.MountedAt(store.Data);
        Assert.SkipWhen(disk is null, SmallDisk.Needs);
        await store.StartAsync();

        disk.Fill();
        var before = store.Contents();
        var full = await RefusedAsync(store);
        Assert.Contains("no space left", full, StringComparison.Ordinal);
        Assert.Contains(store.Folder, full, StringComparison.Ordinal);
        Assert.Equal(before, store.Contents());

        disk.Free();
        disk.MakeReadOnly();
        var readOnly = await RefusedAsync(store);
        Assert.Contains("cannot be written", readOnly, StringComparison.Ordinal);
        Assert.Contains(store.Folder, readOnly, StringComparison.Ordinal);
        Assert.DoesNotContain("nother process", readOnly, StringComparison.Ordinal);

        disk.MakeWritable();
        await store.StartAsync();
    }

    /// <summary>As an earlier release left it, which knew no mark of the portal's, and as a start that was cut short leaves it.</summary>
    [Theory]
    [InlineData(VaultStore)]
    [InlineData(DpsStore)]
    [InlineData(PortalStore)]
    public async Task A_store_without_the_version_of_its_schema_or_without_its_mark_is_completed(string file)
    {
        using var store = await StoreOnDisk.MadeAsync(file);
        var mark = store.File + ".made";
        var version = store.Number("PRAGMA user_version");
        store.Execute("PRAGMA user_version=0");
        File.Delete(mark);

        await store.StartAsync();

        Assert.Equal(version, store.Number("PRAGMA user_version"));
        Assert.Equal(file == PortalStore, File.Exists(mark));
    }

    /// <summary>As the first release made it; the data of each older schema have tests of their own.</summary>
    [Theory]
    [InlineData(VaultStore)]
    [InlineData(DpsStore)]
    [InlineData(PortalStore)]
    public async Task A_store_of_an_older_schema_is_brought_to_the_present_one(string file)
    {
        using var store = await StoreOnDisk.MadeAsync(file);
        var (version, tables) = (store.Number("PRAGMA user_version"), store.Number("SELECT count(*) FROM sqlite_master"));
        File.Delete(store.File);
        await using (DbContext context = file switch
        {
            VaultStore => new VaultDbContext(new DbContextOptionsBuilder<VaultDbContext>().UseSqlite($"Data Source={store.File};Pooling=False").Options),
            DpsStore => new DpsDbContext(new DbContextOptionsBuilder<DpsDbContext>().UseSqlite($"Data Source={store.File};Pooling=False").Options),
            _ => new PortalContext(new DbContextOptionsBuilder<PortalContext>().UseSqlite($"Data Source={store.File};Pooling=False").Options),
        })
        {
            await context.GetService<IMigrator>().MigrateAsync(context.Database.GetMigrations().First(), TestContext.Current.CancellationToken);
        }

        MakePrivate(store.File);
        store.Execute("PRAGMA user_version=1");
        if (store.KeyFile is { } key)
        {
            File.Delete(key);
        }

        await store.StartAsync();

        Assert.Equal((version, tables), (store.Number("PRAGMA user_version"), store.Number("SELECT count(*) FROM sqlite_master")));
    }

    [Theory]
    [InlineData(VaultStore, "DELETE FROM SealedChecks")]
    [InlineData(DpsStore, "DELETE FROM Meta")]
    public async Task A_first_start_that_ended_before_the_key_was_made_is_gone_on_with(string file, string undo)
    {
        using var store = await StoreOnDisk.MadeAsync(file);
        store.Execute(undo);
        File.Delete(store.KeyFile!);

        await store.StartAsync();

        Assert.True(File.Exists(store.KeyFile));
    }

    [Fact]
    public async Task A_portal_store_that_is_gone_with_its_folder_is_missed_by_the_instances_made_through_it()
    {
        await using var dps = await RunningDps.StartedAsync(new FakeVault().Access);
        using var store = StoreOnDisk.New(PortalStore);
        var options = new PortalServicesOptions { DataDirectory = store.Folder };
        using (var first = new PortalDatabase(options, dps.Instances))
        {
            await (await first.OpenAsync(default)).DisposeAsync();
        }

        await dps.CreatedAsync("contoso");
        using (var again = new PortalDatabase(options, dps.Instances))
        {
            await (await again.OpenAsync(default)).DisposeAsync();
        }

        Directory.Delete(store.Folder, recursive: true);
        using var lost = new PortalDatabase(options, dps.Instances);
        var refused = await Assert.ThrowsAsync<PortalStartRefusedException>(() => lost.OpenAsync(default).AsTask());

        Assert.Contains($"'{store.File}' is missing, but the DPS instance contoso", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(store.File));
    }

    [Fact]
    public async Task A_large_database_does_not_hold_up_the_start_and_is_checked_beside_it()
    {
        using var store = await StoreOnDisk.MadeAsync(PortalStore);
        store.Execute($"CREATE TABLE Large AS SELECT zeroblob({DpsPortal.Services.Storage.StoreFile.CheckedAtStart}) AS Bytes");
        var file = new DpsPortal.Services.Storage.StoreFile(store.File);
        Assert.Null(file.FindDamage());
        store.DamagePages(from: 1024 * 1024);

        await store.StartAsync();
        var log = new RecordedLog();
        using var check = new DpsPortal.Services.Storage.StoreCheck(file, log);
        await check.StartAsync(default);
        await check.ExecuteTask!;

        Assert.Contains(
            log.Lines,
            line => line.Contains($"'{store.File}' is damaged", StringComparison.Ordinal) && line.Contains("from a backup", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(VaultStore, "vault-master-key/master.key", "32 bytes")]
    [InlineData(VaultStore, "vault-master-key/backup.key", "32 bytes")]
    [InlineData(VaultStore, "vault-ca/ca.pem", "no certificate with its key")]
    [InlineData(VaultStore, "vault-ca/localhost.pem", "no certificate with its key")]
    [InlineData(VaultStore, "vault-issuer/signing.pem", "no key")]
    [InlineData(VaultStore, "administrator-credential/secret", "no secret")]
    [InlineData(VaultStore, "identity-endpoint/header", "no secret")]
    [InlineData(DpsStore, "dps-keys/platform.key", "32")]
    public async Task A_key_file_of_garbage_is_named_with_its_remedy_and_not_replaced(string store, string file, string says)
    {
        using var made = await StoreOnDisk.MadeAsync(store);
        var path = Path.Combine(made.Data, file);
        await File.WriteAllTextAsync(path, "garbage", TestContext.Current.CancellationToken);
        var before = made.Contents();

        var sentence = await RefusedAsync(made);

        Assert.Contains(path, sentence, StringComparison.Ordinal);
        Assert.Contains(says, sentence, StringComparison.Ordinal);
        Assert.Equal(before, made.Contents());
    }

    [Theory]
    [InlineData(VaultStore)]
    [InlineData(DpsStore)]
    [InlineData(PortalStore)]
    public async Task A_first_start_that_ended_before_the_database_was_whole_is_gone_on_with(string file)
    {
        using var store = StoreOnDisk.New(file);
        Directory.CreateDirectory(store.Folder);
        MakePrivate(store.Folder);
        await File.WriteAllBytesAsync(store.File, [], TestContext.Current.CancellationToken);
        MakePrivate(store.File);

        await store.StartAsync();

        Assert.True(new FileInfo(store.File).Length > 0);
    }

    [Theory]
    [InlineData(VaultStore)]
    [InlineData(DpsStore)]
    [InlineData(PortalStore)]
    public async Task A_log_without_its_database_is_no_empty_folder(string file)
    {
        using var store = StoreOnDisk.New(file);
        Directory.CreateDirectory(store.Folder);
        MakePrivate(store.Folder);
        await File.WriteAllBytesAsync(store.File + "-wal", new byte[4096], TestContext.Current.CancellationToken);

        var sentence = await RefusedAsync(store);

        Assert.Contains($"'{store.File}' is missing", sentence, StringComparison.Ordinal);
        Assert.Equal(4096, new FileInfo(store.File + "-wal").Length);
    }

    /// <summary>The sentence with which the start was refused. Any other exception would reach people as a stack trace.</summary>
    private static async Task<string> RefusedAsync(StoreOnDisk store)
    {
        var fault = await Record.ExceptionAsync(store.StartAsync);
        SqliteConnection.ClearAllPools();
        Assert.NotNull(fault);
        Assert.True(fault is VaultStartRefusedException or ProvisioningStartRefusedException or PortalStartRefusedException, fault.ToString());
        Assert.DoesNotContain('\n', fault.Message);
        return fault.Message;
    }

    private sealed class RecordedLog : ILogger<DpsPortal.Services.Storage.StoreCheck>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }

    private static void MakePrivate(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | (Directory.Exists(path) ? UnixFileMode.UserExecute : 0));
        }
    }

    private static void WithoutTables(StoreOnDisk store)
    {
        File.Delete(store.File);
        store.Execute("PRAGMA user_version=1");
        MakePrivate(store.File);
    }
}
