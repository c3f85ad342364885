using System.Net;
using System.Net.Sockets;
using System.Text;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>How the protocols are listened for, and what a start makes of an older database.</summary>
[StartsHosts]
public sealed class ListenerTests
{
    [Fact]
    public async Task A_busy_port_is_refused_with_the_settings_name_and_the_folder_is_free_again()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var dps = RunningDps.Stopped(new FakeVault().Access);
        dps.Certificate = TestCertificates.Server;
        dps.Options.Port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var refused = await Assert.ThrowsAsync<ProvisioningStartRefusedException>(dps.StartAsync);

        Assert.Contains("Provisioning:Url", refused.Message, StringComparison.Ordinal);
        dps.Options.Port = 0;
        await dps.StartAsync();
        Assert.InRange(dps.Host.Port!.Value, 1024, 65535);
    }

    [Fact]
    public async Task An_instance_whose_policies_were_all_removed_gets_none_back_at_the_next_start()
    {
        await using var dps = await RunningDps.StartedAsync(new FakeVault().Access);
        await dps.CreatedAsync("closed");
        await dps.CreatedAsync("open");
        (await dps.Host.Settings.RemovePolicyAsync(RunningDps.Tester, "closed", SharedAccessPolicy.Owner, default)).Value();

        await dps.RestartAsync();

        Assert.Empty(await dps.Host.Settings.ListPoliciesAsync(RunningDps.Tester, "closed", default));
        Assert.Single(await dps.Host.Settings.ListPoliciesAsync(RunningDps.Tester, "open", default));
    }

    [Fact]
    public async Task Without_a_certificate_the_contract_is_served_alone()
    {
        await using var dps = await RunningDps.StartedAsync(new FakeVault().Access);

        Assert.Null(dps.Host.Port);
        Assert.Empty(await dps.Instances.ListAsync(RunningDps.Tester, default));
    }

    [Fact]
    public async Task Every_answer_forbids_keeping_and_guessing_and_says_nothing_of_the_server()
    {
        await using var served = await ServedDps.StartedAsync(null);

        foreach (var answered in new[] { await served.ServiceAsync(HttpMethod.Get, "/nothing"), await served.ServiceAsync(
            HttpMethod.Get, "/enrollments/x"), await served.PutGroupAsync() })
        {
            Assert.Equal(
                ("no-store", "nosniff", null), (answered.Header("Cache-Control"), answered.Header("X-Content-Type-Options"), answered.Header("Server")));
            Assert.Equal("application/json; charset=utf-8", answered.Response.Content.Headers.ContentType!.ToString());
        }
    }

    [Fact]
    public async Task No_key_and_no_content_is_in_the_files_the_log_included_and_a_moved_policy_key_does_not_open()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        await served.Dps.CreatedAsync("other");
        await served.ServiceAsync(HttpMethod.Post, "/enrollmentGroups/line-a/attestationmechanism");
        const string Twin = "canary-of-a-twin";
        await served.PutGroupAsync("line-b", new { initialTwin = new { tags = new { site = Twin } } });
        await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"));
        await served.ServiceAsync(
            HttpMethod.Put, "/enrollmentGroups/line-c",
            new { enrollmentGroupId = "line-c", attestation = new { type = "symmetricKey" }, iotHubs = new[] { Twin } });
        var owner = served.OwnerKey;
        await served.Dps.StopAsync();

        foreach (var file in Directory.EnumerateFiles(served.Dps.DataDirectory).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Twin)));
            foreach (var secret in new[] { owner, ServedDps.GroupKey })
            {
                Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)));
                Assert.Equal(-1, bytes.AsSpan().IndexOf(Convert.FromBase64String(secret)));
            }
        }

        Run(served.Dps, "UPDATE SharedAccessPolicies SET SealedKeys = (SELECT SealedKeys FROM SharedAccessPolicies WHERE InstanceId = 1) WHERE InstanceId = 2");
        await served.Dps.StartAsync();
        Assert.Equal(
            ProvisioningRefusals.RecordCorrupt,
            (await served.Dps.Host.Settings.RevealPolicyAsync(RunningDps.Tester, "other", SharedAccessPolicy.Owner, default)).Refusal().Code);
    }

    [Fact]
    public async Task Rejections_of_the_release_before_are_in_the_operations_log_after_the_migration()
    {
        await using var dps = RunningDps.Stopped(new FakeVault().Access);
        dps.Certificate = TestCertificates.Server;
        Directory.CreateDirectory(dps.DataDirectory);
        var path = Path.Combine(dps.DataDirectory, "dps.db");
        await using (var context = new DpsDbContext(new DbContextOptionsBuilder<DpsDbContext>().UseSqlite($"Data Source={path};Pooling=False").Options))
        {
            await context.GetService<IMigrator>().MigrateAsync("Initial");
        }

        Run(dps, """
            INSERT INTO RejectedReads (Sequence, At, Instance, Operation, Kind, RecordId, StatusCode, ErrorCode, Access, Cause, VaultErrorCode, CallerId, CallerName, Latency)
            VALUES (41, 1, 'contoso', 'Get', 1, 'line-a', 403, 403011, 4, 4, 'ForbiddenByRbac', 'id', 'Tess', 7)
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(dps.DataDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await dps.StartAsync();

        var read = Assert.Single(await dps.Host.Events.ListRejectedAsync(null, null, 10, default));
        Assert.Equal(
            (41, "Get", "line-a", KeyAccess.Revoked, KeyAccessCause.RoleMissing, "Tess"),
            (read.Sequence, read.Operation, read.RecordId, read.Access, read.Cause, read.Caller.DisplayName));
        var entry = Assert.Single(await dps.Host.Events.ListOperationsAsync("contoso", null, 10, default));
        Assert.Equal((OperationCategory.ServiceOperations, OperationProtocol.Contract), (entry.Category, entry.Protocol));
    }

    [Fact]
    public async Task An_instance_without_a_policy_gets_one_at_the_start_and_keeps_it()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.Dps.StopAsync();
        Run(served.Dps, "DELETE FROM SharedAccessPolicies");

        await served.Dps.StartAsync();
        await served.ConnectAsync();
        var key = served.OwnerKey;
        await served.PutGroupAsync();
        await served.Dps.RestartAsync();
        await served.ConnectAsync();

        Assert.Equal(key, served.OwnerKey);
        Assert.Equal(HttpStatusCode.OK, (await served.ServiceAsync(HttpMethod.Get, "/enrollmentGroups/line-a")).Status);
    }

    private static void Run(RunningDps dps, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
