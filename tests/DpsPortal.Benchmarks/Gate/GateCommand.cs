using System.Globalization;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>Runs the named figures, or all but the longest, and prints a line for each.</summary>
internal static class GateCommand
{
    public static IReadOnlyList<GateFigure> Figures { get; } =
    [
        new RecordEncryption(),
        new RecordDecryption(),
        new ProtectorEncryption(),
        new ProtectorDecryption(),
        new StoreInsert(),
        new StoreRead(),
        new Import("import-20k", 20_000),
        new Import("import-100k", 100_000),
        new RevocationCheck(),
        new RevokeDisable(),
        new QueryPage(),
        new ListedPage(),
        new KeysPages(),
        new InstancesPages(),
        new StartUp(),
        new RotationBesideRewrite("rotation", 100_000),
        new RotationBesideRewrite("rotation-1m", 1_000_000),
        new UnwrapCpu("vault-unwrap-cpu-8", 2048, 8, 0.75),
        new UnwrapCpu("vault-unwrap-cpu-32", 2048, 32, 0.80),
        new UnwrapCpu("vault-unwrap-3072", 3072, 16, 0.88),
        new UnwrapCpu("vault-unwrap-4096", 4096, 16, 0.93),
        new UnwrapWall(8, 0.60),
        new UnwrapWall(32, 0.75),
        new GetKey(32),
        new ListPage(),
        new ColdStart(),
    ];

    public static async Task<int> RunAsync(string[] names)
    {
        var unknown = names.Except(Figures.Select(figure => figure.Name), StringComparer.Ordinal).ToArray();
        if (unknown.Length > 0)
        {
            await Console.Error.WriteLineAsync(
                $"No such figure: {string.Join(", ", unknown)}. There are: {string.Join(", ", Figures.Select(figure => figure.Name))}.");
            return 2;
        }

        var failed = 0;
        Console.WriteLine("{0,-26} {1,18} {2,18} {3,10} {4,12}  {5}", "name", "ours", "limit", "ratio", "target", "result");
        foreach (var figure in Figures.Where(figure => names.Length == 0 ? !figure.OnlyWhenNamed : names.Contains(figure.Name)))
        {
            var measured = await figure.MeasureAsync();
            var passes = figure.Passes(measured.Ratio);
            failed += passes ? 0 : 1;
            Console.WriteLine(
                "{0,-26} {1,18} {2,18} {3,10} {4,12}  {5}",
                figure.Name,
                measured.Ours,
                measured.Limit,
                measured.Ratio.ToString(measured.Ratio < 0.01 ? "0.000000" : "0.000", CultureInfo.InvariantCulture),
                figure.Target,
                passes ? "pass" : "fail");
        }

        return failed;
    }
}

/// <summary>A figure of ours beside its limit, measured in interleaved pairs within one run.</summary>
internal abstract class GateFigure
{
    public abstract string Name { get; }

    /// <summary>For instance <c>≥ 0.85</c>.</summary>
    public abstract string Target { get; }

    public abstract bool Passes(double ratio);

    /// <summary>Too long to run unasked.</summary>
    public virtual bool OnlyWhenNamed => false;

    public abstract Task<Measured> MeasureAsync();
}

/// <param name="Ratio">Median of the ratios of the pairs.</param>
internal sealed record Measured(string Ours, string Limit, double Ratio);
