using System.Net;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;
using DpsPortal.Services.Storage;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;
using DpsPortal.Tests.Provisioning.Protocols;
using DpsPortal.Tests.Services;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace DpsPortal.Tests.Storage;

/// <summary>A disk that fills up or becomes read-only under a running system: people get a sentence, nothing is lost, and it goes on by itself.</summary>
[StartsHosts]
public sealed class StoreRunningTests
{
    [Fact]
    public async Task A_revoke_on_a_full_disk_closes_the_instance_and_is_durable_and_on_record_as_soon_as_there_is_space()
    {
        var vault = new FakeVault();
        await using var dps = RunningDps.Stopped(vault.Access);
        using var disk = SmallDisk.MountedAt(Path.GetDirectoryName(dps.DataDirectory)!);
        Assert.SkipWhen(disk is null, SmallDisk.Needs);
        await dps.StartAsync();
        var key = vault.AddKey();
        await dps.CreatedAsync("contoso", key);
        await dps.ImportAsync("contoso", 3);
        Assert.IsType<RecordRead<RegistrationRecord>.Found>(await dps.ReadAsync("contoso", "device-000001"));
        Fill(disk, Path.Combine(dps.DataDirectory, "dps.db"));

        vault.Version((await dps.KeyOfAsync("contoso")).EffectiveKey).Enabled = false;
        var fault = await Record.ExceptionAsync(() => dps.RecheckAsync("contoso"));

        Assert.Equal(13, Assert.IsType<SqliteException>(fault).SqliteErrorCode);
        Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001"));

        disk.Free();
        Assert.Equal(KeyAccess.Revoked, (await dps.RecheckAsync("contoso")).Access);
        await dps.StopAsync();
        Assert.Equal("1", Read(dps, "SELECT count(*) FROM Log WHERE Operation = 'AccessChanged' AND Detail LIKE '%to Revoked%'"));
        await dps.StartAsync();
        Assert.Equal(KeyAccess.Revoked, (await dps.KeyOfAsync("contoso")).Access.Access);
        await dps.StopAsync();
    }

    [Fact]
    public async Task Readers_keep_the_key_on_a_full_disk_while_the_vault_goes_on_to_verify_it()
    {
        var vault = new FakeVault();
        await using var dps = RunningDps.Stopped(vault.Access);
        using var disk = SmallDisk.MountedAt(Path.GetDirectoryName(dps.DataDirectory)!);
        Assert.SkipWhen(disk is null, SmallDisk.Needs);
        await dps.StartAsync();
        await dps.CreatedAsync("contoso", vault.AddKey());
        await dps.ImportAsync("contoso", 3);
        await dps.RecheckAsync("contoso");
        Fill(disk, Path.Combine(dps.DataDirectory, "dps.db"));

        Assert.Equal(KeyAccess.Accessible, (await dps.RecheckAsync("contoso")).Access);
        dps.SystemClock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(KeyAccess.Accessible, (await dps.RecheckAsync("contoso")).Access);
        dps.SystemClock.Advance(TimeSpan.FromMinutes(9));

        Assert.IsType<RecordRead<RegistrationRecord>.Found>(await dps.ReadAsync("contoso", "device-000001"));
        disk.Free();
        await dps.StopAsync();
    }

    [Fact]
    public async Task The_protocols_of_DPS_answer_503_on_a_full_disk_and_lose_nothing()
    {
        SmallDisk? disk = null;
        ServedDps? served = null;
        try
        {
            served = await ServedDps.StartedAsync(null, dps => disk = SmallDisk.MountedAt(Path.GetDirectoryName(dps.DataDirectory)!));
            Assert.SkipWhen(disk is null, SmallDisk.Needs);
            await served.PutGroupAsync();
            await served.RegisteredAsync("device-one", served.GroupToken("device-one"));
            Fill(disk, Path.Combine(served.Dps.DataDirectory, "dps.db"));

            var put = await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-b", Group("line-b"));
            var registered = await served.RegisterAsync("device-two", served.GroupToken("device-two"));
            var read = await served.ServiceAsync(HttpMethod.Get, "/enrollmentGroups/line-a");

            Assert.Equal((HttpStatusCode.ServiceUnavailable, 503001), (put.Status, put.Code));
            Assert.Contains("no space left", put.Message, StringComparison.Ordinal);
            Assert.Equal("30", put.Header("Retry-After"));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, 503001), (registered.Status, registered.Code));
            Assert.Equal(HttpStatusCode.OK, read.Status);

            disk.Free();
            Assert.Equal(HttpStatusCode.OK, (await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-b", Group("line-b"))).Status);
            await served.RegisteredAsync("device-two", served.GroupToken("device-two"));
        }
        finally
        {
            await (served?.Dps.StopAsync() ?? Task.CompletedTask);
            disk?.Dispose();
            await (served?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    [Fact]
    public async Task The_vault_answers_503_on_a_full_disk_and_goes_on_when_there_is_space()
    {
        var vault = new RunningVault();
        var disk = SmallDisk.MountedAt(vault.Root);
        try
        {
            Assert.SkipWhen(disk is null, SmallDisk.Needs);
            await vault.StartAsync();
            await vault.CreateKeyAsync("before");
            Fill(disk, vault.DatabasePath);

            var created = await vault.PostAsync("/keys/during/create", new { kty = "RSA" });
            var read = await vault.GetAsync("/keys/before");

            Assert.Equal((HttpStatusCode.ServiceUnavailable, "ServiceUnavailable"), (created.Status, created.Code));
            Assert.Contains("no space left", created.Text, StringComparison.Ordinal);
            // What cannot be logged is not answered either, but in words.
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "ServiceUnavailable"), (read.Status, read.Code));

            disk.Free();
            Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync("/keys/during")).Status);
            Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys/before")).Status);
            await vault.CreateKeyAsync("during");
        }
        finally
        {
            await vault.StopAsync();
            disk?.Dispose();
            await vault.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_portal_refuses_in_words_what_it_cannot_put_on_record()
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.MountedAt(folder.Path);
        Assert.SkipWhen(disk is null, SmallDisk.Needs);
        using var database = new PortalDatabase(new PortalServicesOptions { DataDirectory = Path.Combine(folder.Path, "portal") });
        await (await database.OpenAsync(default)).DisposeAsync();
        using var changes = new PortalChanges(TimeProvider.System, NullLogger<PortalChanges>.Instance);
        var activity = new ActivityLog(database, new DomainClock(TimeProvider.System), changes);
        var guard = new Guard(activity);
        Fill(disk, Path.Combine(folder.Path, "portal", "portal.db"));

        var written = await AskAsync(async () =>
        {
            await activity.WriteAsync(new NewActivity(ActivityCodes.PermissionRefused, "kek", ActivityResult.Intent, Staff.Custodian), default);
            return 1;
        });
        var refused = await AskAsync(() => Task.FromResult<Outcome<int>>(new Refusal(ServiceRefusals.NothingToRevoke)));

        Assert.Equal(ServiceRefusals.StoreFull, written.Refusal().Code);
        Assert.Equal(ServiceRefusals.StoreFull, refused.Refusal().Code);
        disk.Free();
        Assert.Equal(
            ServiceRefusals.NothingToRevoke,
            (await AskAsync(() => Task.FromResult<Outcome<int>>(new Refusal(ServiceRefusals.NothingToRevoke)))).Refusal().Code);

        Task<Outcome<int>> AskAsync(Func<Task<Outcome<int>>> call) => guard.RunAsync(
            Staff.Custodian, Permission.RotateKey, ActivityCodes.PermissionRefused, "kek", call, CancellationToken.None);
    }

    [Theory]
    [InlineData(5, ServiceRefusals.StoreLocked)]
    [InlineData(6, ServiceRefusals.StoreLocked)]
    [InlineData(8, ServiceRefusals.StoreReadOnly)]
    [InlineData(10, ServiceRefusals.StoreUnreachable)]
    [InlineData(11, ServiceRefusals.StoreDamaged)]
    [InlineData(13, ServiceRefusals.StoreFull)]
    [InlineData(14, ServiceRefusals.StoreUnreachable)]
    [InlineData(26, ServiceRefusals.StoreDamaged)]
    public async Task Each_fault_of_a_store_has_its_own_refusal(int answered, string told)
    {
        using var folder = new TemporaryFolder();
        using var portal = new PortalOnDisk(folder.Path);

        Assert.Equal(told, (await portal.AskAsync(() => throw new SqliteException("As SQLite says it.", answered))).Refusal().Code);
    }

    [Fact]
    public async Task The_portal_refuses_in_words_while_another_program_has_its_store_locked_and_then_goes_on()
    {
        using var folder = new TemporaryFolder();
        using var portal = new PortalOnDisk(folder.Path);
        await portal.WriteAsync();
        using (Lock(portal.File))
        {
            Assert.Equal(ServiceRefusals.StoreLocked, (await portal.WriteAsync()).Refusal().Code);
        }

        Assert.Equal(1, (await portal.WriteAsync()).Value());
        Assert.Equal(2, await portal.CountAsync());
    }

    [Fact]
    public async Task The_portal_writes_nothing_into_a_store_that_was_deleted_and_makes_no_other()
    {
        using var folder = new TemporaryFolder();
        using (var portal = new PortalOnDisk(folder.Path))
        {
            await portal.WriteAsync();
            Remove(portal.File, to: folder.Path);

            Assert.Equal(ServiceRefusals.StoreUnreachable, (await portal.WriteAsync()).Refusal().Code);
            Assert.False(File.Exists(portal.File));

            // Another file in its place is not what is open: what was written would go with the process.
            File.Copy(Path.Combine(folder.Path, "kept.db"), portal.File);
            Assert.Equal(ServiceRefusals.StoreUnreachable, (await portal.WriteAsync()).Refusal().Code);
        }

        File.Copy(Path.Combine(folder.Path, "kept.db"), Path.Combine(folder.Path, "portal", "portal.db"), overwrite: true);
        MakePrivate(Path.Combine(folder.Path, "portal", "portal.db"));
        using var again = new PortalOnDisk(folder.Path);
        Assert.Equal(1, await again.CountAsync());
    }

    [Theory]
    [InlineData(true, "locked")]
    [InlineData(false, "cannot be reached")]
    public async Task The_protocols_of_DPS_answer_503_while_its_store_is_locked_or_gone(bool locked, string says)
    {
        using var folder = new TemporaryFolder();
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        var file = Path.Combine(served.Dps.DataDirectory, "dps.db");
        using (locked ? Lock(file) : null)
        {
            if (!locked)
            {
                Remove(file, to: folder.Path);
            }

            var put = await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-b", Group("line-b"));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, 503001), (put.Status, put.Code));
            Assert.Contains(says, put.Message, StringComparison.Ordinal);
            Assert.Equal("30", put.Header("Retry-After"));
            Assert.Equal(locked, File.Exists(file));
        }

        if (locked)
        {
            Assert.Equal(HttpStatusCode.OK, (await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-b", Group("line-b"))).Status);
            return;
        }

        await served.Dps.StopAsync();
        File.Copy(Path.Combine(folder.Path, "kept.db"), file);
        MakePrivate(file);
        Assert.Equal("1", Read(served.Dps, "SELECT count(*) FROM Records"));
    }

    [Theory]
    [InlineData(true, "locked")]
    [InlineData(false, "cannot be reached")]
    public async Task The_vault_answers_503_while_its_store_is_locked_or_gone(bool locked, string says)
    {
        using var folder = new TemporaryFolder();
        await using var vault = new RunningVault();
        await vault.StartAsync();
        await vault.CreateKeyAsync("before");
        using (locked ? Lock(vault.DatabasePath) : null)
        {
            if (!locked)
            {
                Remove(vault.DatabasePath, to: folder.Path);
            }

            var created = await vault.PostAsync("/keys/during/create", new { kty = "RSA" });
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "ServiceUnavailable"), (created.Status, created.Code));
            Assert.Contains(says, created.Text, StringComparison.Ordinal);
            Assert.Equal(locked, File.Exists(vault.DatabasePath));
        }

        if (!locked)
        {
            await vault.StopAsync();
            File.Copy(Path.Combine(folder.Path, "kept.db"), vault.DatabasePath);
            MakePrivate(vault.DatabasePath);
            await vault.StartAsync();
        }

        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync("/keys/during")).Status);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys/before")).Status);
    }

    private static SqliteConnection Lock(string database)
    {
        var other = new SqliteConnection($"Data Source={database};Pooling=False");
        other.Open();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return other;
    }

    /// <summary>Deletes it as somebody would who cleans up; what it held is kept as a backup would have it.</summary>
    private static void Remove(string database, string to)
    {
        using (var connection = new SqliteConnection($"Data Source={database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"VACUUM INTO '{Path.Combine(to, "kept.db")}'";
            command.ExecuteNonQuery();
        }

        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            File.Delete(database + suffix);
        }
    }

    private static void MakePrivate(string file)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>The portal's store with what writes into it.</summary>
    private sealed class PortalOnDisk : IDisposable
    {
        private readonly PortalDatabase _database;
        private readonly PortalChanges _changes = new(TimeProvider.System, NullLogger<PortalChanges>.Instance);
        private readonly ActivityLog _activity;

        public PortalOnDisk(string folder)
        {
            File = Path.Combine(folder, "portal", "portal.db");
            _database = new PortalDatabase(new PortalServicesOptions { DataDirectory = Path.GetDirectoryName(File)! });
            _activity = new ActivityLog(_database, new DomainClock(TimeProvider.System), _changes);
        }

        public string File { get; }

        public Task<Outcome<int>> AskAsync(Func<Task<Outcome<int>>> call) => new Guard(_activity).RunAsync(
            Staff.Custodian, Permission.RotateKey, null, "kek", call, CancellationToken.None);

        public Task<Outcome<int>> WriteAsync() => AskAsync(async () =>
        {
            await _activity.WriteAsync(new NewActivity(ActivityCodes.Rotation, "kek", ActivityResult.Intent, Staff.Custodian), default);
            return 1;
        });

        public Task<long> CountAsync() => _database.NumberAsync("SELECT COUNT(*) FROM Activity", default);

        public void Dispose()
        {
            _database.Dispose();
            _changes.Dispose();
        }
    }

    /// <summary>A log that has been emptied has no room of its own: the next write needs the disk.</summary>
    private static void Fill(SmallDisk disk, string database)
    {
        using (var connection = new SqliteConnection($"Data Source={database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
            disk.Fill();
        }
    }

    private static object Group(string id) => new
    {
        enrollmentGroupId = id,
        attestation = new { type = "symmetricKey", symmetricKey = new { primaryKey = ServedDps.GroupKey, secondaryKey = ServedDps.Derived("second") } },
    };

    private static string Read(RunningDps dps, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
