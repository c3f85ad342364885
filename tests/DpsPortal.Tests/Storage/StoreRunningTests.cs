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
using Xunit;

namespace DpsPortal.Tests.Storage;

/// <summary>A disk that fills up or becomes read-only under a running system: people get a sentence, nothing is lost, and it goes on by itself.</summary>
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
        Assert.Equal(ServiceRefusals.NothingToRevoke, (await AskAsync(() => Task.FromResult<Outcome<int>>(new Refusal(ServiceRefusals.NothingToRevoke)))).Refusal().Code);

        Task<Outcome<int>> AskAsync(Func<Task<Outcome<int>>> call) => guard.RunAsync(
            Staff.Custodian, Permission.RotateKey, ActivityCodes.PermissionRefused, "kek", call, CancellationToken.None);
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
