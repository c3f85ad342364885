using System.Diagnostics;
using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// From disabling the version that wraps an instance's key until DPS has looked: the vault changed, the epoch durable, reads in
/// flight ended. Beside one GET of the key over the same client. Eight readers read all the while, on both sides.
/// </summary>
internal sealed class RevokeDisable : GateFigure
{
    private const int Readers = 8;
    private const int Records = 1000;
    private const int Rounds = 40;
    private const int WarmUpRounds = 10;
    private const int GetsARound = 10;

    public override string Name => "revoke-disable";

    public override string Target => "≤ 10";

    public override bool Passes(double ratio) => ratio <= 10;

    public override async Task<Measured> MeasureAsync()
    {
        var folder = Directory.CreateTempSubdirectory("dpsportal-revoke-");
        try
        {
            await using var systems = await RunningSystems.StartAsync(folder.FullName);
            await systems.PrepareAsync(Records, number => StoreBesidePlain.Records(number, 1)[0]);
            var version = (await systems.KeyAsync()).Current.Id;
            using var stop = new CancellationTokenSource();
            // On threads of their own: a read that need not wait would not give the pool's back, to vault and DPS.
            var readers = Enumerable.Range(0, Readers).Select(reader => Task.Factory.StartNew(
                () => Read(systems, reader, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            var rounds = new List<(double Ours, double Limit)>();
            for (var round = 0; round < WarmUpRounds + Rounds; round++)
            {
                rounds.Add((await RevokeAsync(systems, version), await GetAsync(systems.Get<VaultKeys>(), version)));
            }

            await stop.CancelAsync();
            await Task.WhenAll(readers);
            return Of(rounds[WarmUpRounds..]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Measured Of(List<(double Ours, double Limit)> rounds)
    {
        var ours = rounds.Select(pair => pair.Ours).Order().ToArray();
        return new Measured(
            string.Create(CultureInfo.InvariantCulture, $"{ours[ours.Length / 2] * 1000:0.0}, p95 {ours[ours.Length * 95 / 100] * 1000:0.0} ms"),
            string.Create(CultureInfo.InvariantCulture, $"{Pairs.Median(rounds.Select(pair => pair.Limit)) * 1000:0.00} ms"),
            Pairs.Median(rounds.Select(pair => pair.Ours / pair.Limit)));
    }

    /// <summary>Seconds of one revoke; then the version is enabled again, and DPS has seen it.</summary>
    private static async Task<double> RevokeAsync(RunningSystems systems, KeyIdentifier version)
    {
        var vault = systems.Get<VaultKeys>();
        var clock = Stopwatch.StartNew();
        await vault.SetEnabledAsync(version, enabled: false, default);
        var revoked = await RecheckAsync(systems);
        var seconds = clock.Elapsed.TotalSeconds;
        await vault.SetEnabledAsync(version, enabled: true, default);
        var restored = await RecheckAsync(systems);
        return (revoked, restored) == (KeyAccess.Revoked, KeyAccess.Accessible)
            ? seconds
            : throw new InvalidOperationException($"The key was found to be {revoked}, and then {restored}.");
    }

    private static async Task<KeyAccess> RecheckAsync(RunningSystems systems) =>
        RunningSystems.Require(await systems.Get<IProvisioningInstances>().RecheckAsync(RunningSystems.Caller, RunningSystems.Instance, default)).Access;

    private static async Task<double> GetAsync(VaultKeys vault, KeyIdentifier version)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < GetsARound; i++)
        {
            _ = await vault.FindAsync(version, default) ?? throw new InvalidOperationException("The key is not there.");
        }

        return clock.Elapsed.TotalSeconds / GetsARound;
    }

    /// <summary>With a moment between reads: without one, eight would take the machine, and a GET would measure the scheduler.</summary>
    private static void Read(RunningSystems systems, int reader, CancellationToken stop)
    {
        var enrollments = systems.Get<IEnrollments>();
        for (var at = reader; !stop.IsCancellationRequested; at = (at + Readers) % Records)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"device-{at:D7}");
            switch (enrollments.ReadRegistrationAsync(RunningSystems.Caller, RunningSystems.Instance, id, CancellationToken.None).GetAwaiter().GetResult())
            {
                case RecordRead<RegistrationRecord>.Found or RecordRead<RegistrationRecord>.Rejected { Read.Access: KeyAccess.Revoked }:
                    Thread.Sleep(1);
                    break;
                case var other:
                    throw new InvalidOperationException($"A reader met {other.GetType().Name}.");
            }
        }
    }
}
