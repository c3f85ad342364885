using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Rotation;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// Re-wrapping an instance of many records of 1 KiB under another version of its key, as DPS does it against the embedded vault over
/// HTTPS, beside rewriting those records. Elapsed time, durable on both sides. To and fro between two versions that DPS knows: under a
/// new one, the key client of the instance's identity downloads the public key first, once, and the first instance reads the version.
/// </summary>
internal sealed class RotationBesideRewrite(string name, int records) : GateFigure
{
    private const int MostFurtherCalls = 5;
    private const int PayloadSize = 900;
    private const int Rounds = 5;
    private const int RotationsPerRound = 50;
    private const int WarmUpRounds = 6;

    public override string Name => name;

    /// <summary>A million records take minutes and gigabytes.</summary>
    public override bool OnlyWhenNamed => records > 100_000;

    public override string Target => "≤ 0.001";

    public override bool Passes(double ratio) => ratio <= 0.001;

    public override async Task<Measured> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("dpsportal-rotation-");
        try
        {
            await using var systems = await RunningSystems.StartAsync(folder.FullName);
            await systems.PrepareAsync(records, Record);
            var instances = systems.Get<IProvisioningInstances>();
            var versions = await TwoVersionsAsync(systems);
            using var rewrite = await RecordRewrite.CopyAsync(systems.Provisioning, RunningSystems.Instance, Path.Combine(folder.FullName, "rewritten"));

            // Before anything counts both are compiled at the highest tier: the rewriting reaches it in one round, a rotation is one call.
            await RewriteAsync(rewrite);
            for (var round = 0; round < WarmUpRounds; round++)
            {
                await RotateAsync(instances, versions);
            }

            await RequireFewStepsAsync(folder.FullName, () => RotateAsync(instances, versions));
            var rounds = new List<(double Ours, double Limit)>();
            for (var round = 0; round < Rounds; round++)
            {
                rounds.Add((await RotateAsync(instances, versions), await RewriteAsync(rewrite)));
            }

            return new Measured(
                Milliseconds(Pairs.Median(rounds.Select(pair => pair.Ours))),
                Milliseconds(Pairs.Median(rounds.Select(pair => pair.Limit))),
                Pairs.Median(rounds.Select(pair => pair.Ours / pair.Limit)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Seconds of one rotation, to and fro between the versions.</summary>
    private static async Task<double> RotateAsync(IProvisioningInstances instances, KeyIdentifier[] versions)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < RotationsPerRound; i++)
        {
            var rewrapped = RunningSystems.Require(await instances.RewrapAsync(RunningSystems.Caller, RunningSystems.Instance, versions[i % 2], default));
            if (rewrapped.From == rewrapped.To)
            {
                throw new InvalidOperationException("That was no rotation.");
            }
        }

        return clock.Elapsed.TotalSeconds / RotationsPerRound;
    }

    /// <summary>
    /// Exact where time is not: by its own log the vault was asked for one proof each, and now and then for a version; and no record
    /// was written.
    /// </summary>
    private static async Task RequireFewStepsAsync(string folder, Func<Task> rotateRound)
    {
        var (calls, revision) = Count(folder);
        await rotateRound();
        var (callsAfter, revisionAfter) = Count(folder);
        if (callsAfter - calls > RotationsPerRound + MostFurtherCalls || revisionAfter != revision)
        {
            throw new InvalidOperationException(
                $"{callsAfter - calls} calls of the vault in {RotationsPerRound} rotations, {revisionAfter - revision} records written.");
        }
    }

    private static (long Calls, long Revision) Count(string folder) => (
        Scalar(Path.Combine(folder, "vault", "vault.db"), "SELECT COUNT(*) FROM AuditEvents"),
        Scalar(Path.Combine(folder, "dps", "dps.db"), "SELECT SUM(Revision) FROM Instances"));

    private static long Scalar(string database, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private async Task<double> RewriteAsync(RecordRewrite rewrite)
    {
        var clock = Stopwatch.StartNew();
        var rewritten = await rewrite.RunAsync();
        return rewritten == records ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"{rewritten} records were rewritten.");
    }

    /// <summary>The instance's first version, and the one it is wrapped under now.</summary>
    private static async Task<KeyIdentifier[]> TwoVersionsAsync(RunningSystems systems)
    {
        var first = (await systems.KeyAsync()).Current.Id;
        await systems.FinishAsync(await systems.Get<IRotationService>().StartAsync(RunningSystems.Custodian, first.Versionless, first.Version!, default));
        return [first, (await systems.KeyAsync()).Current.Id];
    }

    private static RegistrationRecord Record(int number) => new()
    {
        RegistrationId = string.Create(CultureInfo.InvariantCulture, $"device-{number:D7}"),
        Status = "assigned",
        DeviceId = "device",
        AssignedHub = "hub.azure-devices.net",
        Payload = JsonValue.Create(new string((char)('a' + (number % 26)), PayloadSize)),
    };

    private static string Milliseconds(double seconds) => (seconds * 1000).ToString("N2", CultureInfo.InvariantCulture) + " ms";
}
