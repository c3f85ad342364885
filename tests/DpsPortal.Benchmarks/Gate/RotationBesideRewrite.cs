using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Rotation;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// Re-wrapping an instance of 100,000 records of 1 KiB under another version of its key and pruning the old form, as DPS does it
/// against the embedded vault over HTTPS, beside rewriting those records. Elapsed time, durable on both sides.
/// </summary>
internal sealed class RotationBesideRewrite : GateFigure
{
    private const int Records = 100_000;
    private const int PayloadSize = 900;
    private const int Rounds = 5;
    private const int RotationsPerRound = 50;
    private const int WarmUpRounds = 6;

    public override string Name => "rotation";

    public override string Target => "≤ 0.001";

    public override bool Passes(double ratio) => ratio <= 0.001;

    public override async Task<Measured> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("dpsportal-rotation-");
        try
        {
            await using var systems = await RunningSystems.StartAsync(folder.FullName);
            await systems.PrepareAsync(Records, Record);
            var instances = systems.Get<IProvisioningInstances>();
            var versions = await TwoVersionsAsync(systems);
            using var rewrite = await RecordRewrite.CopyAsync(systems.Provisioning, RunningSystems.Instance, Path.Combine(folder.FullName, "rewritten"));

            // Before anything counts both are compiled at the highest tier: the rewriting reaches it in one round, a rotation is one call.
            await RewriteAsync(rewrite);
            for (var round = 0; round < WarmUpRounds; round++)
            {
                await RotateAsync(instances, versions);
            }

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
            var pruned = RunningSystems.Require(await instances.PruneRetiringAsync(RunningSystems.Caller, RunningSystems.Instance, default));
            if (rewrapped.From == rewrapped.To || pruned.Removed != 1)
            {
                throw new InvalidOperationException("That was no rotation.");
            }
        }

        return clock.Elapsed.TotalSeconds / RotationsPerRound;
    }

    private static async Task<double> RewriteAsync(RecordRewrite rewrite)
    {
        var clock = Stopwatch.StartNew();
        var rewritten = await rewrite.RunAsync();
        return rewritten == Records ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"{rewritten} records were rewritten.");
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
        RegistrationId = string.Create(CultureInfo.InvariantCulture, $"device-{number:D6}"),
        Status = "assigned",
        DeviceId = "device",
        AssignedHub = "hub.azure-devices.net",
        Payload = JsonValue.Create(new string((char)('a' + (number % 26)), PayloadSize)),
    };

    private static string Milliseconds(double seconds) => (seconds * 1000).ToString("N2", CultureInfo.InvariantCulture) + " ms";
}
