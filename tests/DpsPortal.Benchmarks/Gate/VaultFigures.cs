using System.Globalization;
using DpsPortal.Benchmarks.VaultLoad;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// The embedded vault under load over HTTPS, with token check, authorization and durable audit, beside servers and primitives that
/// do nothing else.
/// </summary>
internal abstract class VaultFigure(string name, double least) : GateFigure
{
    private const int Rounds = 15;
    protected static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(500);
    protected static readonly TimeSpan LongestWarmUp = TimeSpan.FromMinutes(1);

    public override string Name => name;

    public override string Target => FormattableString.Invariant($"≥ {least:0.00}");

    public override bool Passes(double ratio) => ratio >= least;

    public override async Task<Measured> MeasureAsync()
    {
        await using var servers = await VaultBesideBare.StartAsync();
        var (ours, limit) = await PrepareAsync(servers);
        using (ours)
        using (limit)
        {
            await ours.WarmUpAsync(LongestWarmUp);
            await limit.WarmUpAsync(LongestWarmUp);
            return await Pairs.RatesAsync(Rounds, () => OursAsync(ours), () => LimitAsync(servers, limit));
        }
    }

    protected abstract Task<(Load Ours, Load Limit)> PrepareAsync(VaultBesideBare servers);

    protected virtual async Task<double> OursAsync(Load load) => (await load.RunAsync(Sample)).Wall;

    protected virtual async Task<double> LimitAsync(VaultBesideBare servers, Load load) => (await load.RunAsync(Sample)).Wall;
}

/// <summary>Unwraps per second of elapsed time, beside a bare Kestrel with RSA in memory, the same client driving both.</summary>
internal sealed class UnwrapWall(int connections) : VaultFigure(string.Create(CultureInfo.InvariantCulture, $"vault-unwrap-wall-{connections}"), 0.90)
{
    protected override Task<(Load Ours, Load Limit)> PrepareAsync(VaultBesideBare servers) => servers.UnwrapAsync(2048, connections);
}

/// <summary>Unwraps per second of the server's CPU time, beside bare RSA.Decrypt on all cores.</summary>
internal sealed class UnwrapCpu(string name, int bits, int connections, double least) : VaultFigure(name, least)
{
    private const int QuickBits = 2048;

    protected override async Task<(Load Ours, Load Limit)> PrepareAsync(VaultBesideBare servers)
    {
        if (bits > QuickBits)
        {
            // The same code with a quicker key: a slow one does not run it often enough to be compiled for good within the warm-up.
            var (quick, unused) = await servers.UnwrapAsync(QuickBits, connections);
            using (quick)
            using (unused)
            {
                await quick.WarmUpAsync(LongestWarmUp);
            }
        }

        return await servers.UnwrapAsync(bits, connections);
    }

    protected override async Task<double> OursAsync(Load load) => (await load.RunAsync(Sample)).Cpu;

    protected override async Task<double> LimitAsync(VaultBesideBare servers, Load load) => double.Parse(
        await servers.Bare.AskAsync(string.Create(CultureInfo.InvariantCulture, $"decrypt {bits} {Sample.TotalMilliseconds}")), CultureInfo.InvariantCulture);
}

/// <summary>GET of a key, beside a bare endpoint that returns the same bytes.</summary>
internal sealed class GetKey(int connections) : VaultFigure("vault-get-key", 0.40)
{
    protected override Task<(Load Ours, Load Limit)> PrepareAsync(VaultBesideBare servers) => servers.GetKeyAsync(connections);
}
