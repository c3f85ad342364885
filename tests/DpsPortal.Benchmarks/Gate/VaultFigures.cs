using System.Globalization;
using DpsPortal.Benchmarks.VaultLoad;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>
/// The embedded vault under load over HTTPS, with token check, authorization and durable audit, beside a bare Kestrel with TLS, JSON and RSA in
/// memory, which has none of these. Both are driven by the same client in the same run.
/// </summary>
internal abstract class VaultFigure(string name, double least) : GateFigure
{
    private const int Rounds = 15;
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(500);
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
            return await Pairs.RatesAsync(Rounds, () => RateAsync(ours), () => RateAsync(limit));
        }
    }

    protected abstract Task<(Load Ours, Load Limit)> PrepareAsync(VaultBesideBare servers);

    /// <summary>Of a sample, what counts.</summary>
    protected virtual double RateOf((double Wall, double Cpu) sample) => sample.Wall;

    private async Task<double> RateAsync(Load load) => RateOf(await load.RunAsync(Sample));
}

/// <summary>Unwraps per second of elapsed time.</summary>
internal sealed class UnwrapWall(int connections, double least)
    : VaultFigure(string.Create(CultureInfo.InvariantCulture, $"vault-unwrap-wall-{connections}"), least)
{
    protected override Task<(Load Ours, Load Limit)> PrepareAsync(VaultBesideBare servers) => servers.UnwrapAsync(2048, connections);
}

/// <summary>Unwraps per second of the server's CPU time.</summary>
internal sealed class UnwrapCpu(string name, int bits, int connections, double least) : VaultFigure(name, least)
{
    private const int QuickBits = 2048;

    protected override async Task<(Load Ours, Load Limit)> PrepareAsync(VaultBesideBare servers)
    {
        if (bits > QuickBits)
        {
            // The same code with a quicker key: a slow one does not run it often enough to be compiled for good within the warm-up.
            var (ours, limit) = await servers.UnwrapAsync(QuickBits, connections);
            using (ours)
            using (limit)
            {
                await ours.WarmUpAsync(LongestWarmUp);
                await limit.WarmUpAsync(LongestWarmUp);
            }
        }

        return await servers.UnwrapAsync(bits, connections);
    }

    protected override double RateOf((double Wall, double Cpu) sample) => sample.Cpu;
}

/// <summary>GET of a key, beside a bare endpoint that returns the same bytes.</summary>
internal sealed class GetKey(int connections) : VaultFigure("vault-get-key", 0.40)
{
    protected override Task<(Load Ours, Load Limit)> PrepareAsync(VaultBesideBare servers) => servers.GetKeyAsync(connections);
}
