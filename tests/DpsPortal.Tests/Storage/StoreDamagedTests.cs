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

/// <summary>
/// Another program writes into a store that is in use. What was in memory may still be answered; everything else is refused in words,
/// nothing is made anew in its place, and the next start names the damage.
/// </summary>
[StartsHosts]
public sealed class StoreDamagedTests
{
    public enum Damage
    {
        Emptied,
        Truncated,
        Header,
        Pages,
    }

    [Theory]
    [InlineData(Damage.Emptied)]
    [InlineData(Damage.Truncated)]
    [InlineData(Damage.Header)]
    [InlineData(Damage.Pages)]
    public async Task The_vault_answers_in_words_while_its_store_is_damaged(Damage damage)
    {
        await using var vault = new RunningVault();
        await vault.StartAsync();
        await vault.CreateKeyAsync("before");
        Do(damage, vault.DatabasePath);

        VaultResponse[] answers =
        [
            await vault.GetAsync("/keys/before"),
            await vault.GetAsync("/keys/none"),
            await vault.PostAsync("/keys/during/create", new { kty = "RSA" }),
            await vault.GetAsync("/keys"),
        ];

        Assert.All(answers, answer => Assert.True(
            answer.Status is HttpStatusCode.OK or HttpStatusCode.NotFound
                || (answer.Status is HttpStatusCode.ServiceUnavailable && answer.Code == "ServiceUnavailable"), answer.Text));
        Assert.Contains(answers, answer => answer.Status is HttpStatusCode.ServiceUnavailable);
        Assert.DoesNotContain(answers, answer => answer is { Status: HttpStatusCode.OK, Text: """{"value":[],"nextLink":null}""" });
    }

    [Theory]
    [InlineData(Damage.Emptied)]
    [InlineData(Damage.Truncated)]
    [InlineData(Damage.Header)]
    [InlineData(Damage.Pages)]
    public async Task The_protocols_of_DPS_answer_in_words_while_its_store_is_damaged(Damage damage)
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        Do(damage, Path.Combine(served.Dps.DataDirectory, "dps.db"));

        var read = await served.ServiceAsync(HttpMethod.Get, "/enrollmentGroups/line-a");
        var put = await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-b", new
        {
            enrollmentGroupId = "line-b",
            attestation = new { type = "symmetricKey", symmetricKey = new { primaryKey = ServedDps.GroupKey, secondaryKey = ServedDps.Derived("second") } },
        });
        var registered = await served.RegisterAsync("device-two", served.GroupToken("device-two"));

        Assert.True(read.Status is HttpStatusCode.OK || (read.Status, read.Code) == (HttpStatusCode.ServiceUnavailable, 503001), read.Message);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 503001), (put.Status, put.Code));
        Assert.True((int)registered.Status is 202 or 503, registered.Message);
    }

    [Theory]
    [InlineData(Damage.Emptied)]
    [InlineData(Damage.Truncated)]
    [InlineData(Damage.Header)]
    [InlineData(Damage.Pages)]
    public async Task The_portal_refuses_in_words_while_its_store_is_damaged(Damage damage)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "portal", "portal.db");
        using var database = new PortalDatabase(new PortalServicesOptions { DataDirectory = Path.GetDirectoryName(file)! });
        using var changes = new PortalChanges(TimeProvider.System, NullLogger<PortalChanges>.Instance);
        var activity = new ActivityLog(database, new DomainClock(TimeProvider.System), changes);
        var guard = new Guard(activity);
        Assert.Equal(1, (await WriteAsync()).Value());
        Do(damage, file);

        var written = await WriteAsync();

        Assert.Equal(ServiceRefusals.StoreDamaged, written.Refusal().Code);

        Task<Outcome<int>> WriteAsync() => guard.RunAsync<int>(
            Staff.Custodian,
            Permission.RotateKey,
            null,
            "kek",
            async () =>
            {
                await activity.WriteAsync(new NewActivity(ActivityCodes.Rotation, "kek", ActivityResult.Intent, Staff.Custodian), default);
                return 1;
            },
            CancellationToken.None);
    }

    private static void Do(Damage damage, string database)
    {
        using (var connection = new SqliteConnection($"Data Source={database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }

        using var file = new FileStream(database, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var noise = new byte[file.Length];
        Array.Fill(noise, (byte)0xA5);
        switch (damage)
        {
            case Damage.Emptied:
                file.SetLength(0);
                break;
            case Damage.Truncated:
                file.SetLength(4096);
                break;
            case Damage.Header:
                file.Write(noise, 0, 100);
                break;
            default:
                file.Position = 4096;
                file.Write(noise, 0, (int)file.Length - 4096);
                break;
        }
    }
}
