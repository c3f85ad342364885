using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DpsPortal.Benchmarks.Gate;

/// <summary>Short samples of two cases, one after the other in turn, so that what disturbs the machine disturbs both.</summary>
internal static partial class Pairs
{
    private const int Rounds = 41;
    private const double SampleSeconds = 0.025;

    /// <summary>Operations per second of this thread's CPU time. The ratio is above 1 when ours is faster.</summary>
    public static Measured Throughput(Action ours, Action limit)
    {
        var batchOurs = BatchFor(ours);
        var batchLimit = BatchFor(limit);
        var rounds = new List<(double Ours, double Limit)>();
        for (var round = 0; round < Rounds; round++)
        {
            // The order alternates, so that neither always runs on the warmer cache.
            var first = round % 2 == 0;
            var a = first ? PerSecond(ours, batchOurs) : 0;
            var b = PerSecond(limit, batchLimit);
            a = first ? a : PerSecond(ours, batchOurs);
            rounds.Add((a, b));
        }

        return Of(rounds);
    }

    /// <summary>Rates, per second, of two cases that take turns in being first.</summary>
    public static async Task<Measured> RatesAsync(int rounds, Func<Task<double>> ours, Func<Task<double>> limit)
    {
        var pairs = new List<(double Ours, double Limit)>();
        for (var round = 0; round < rounds; round++)
        {
            var first = round % 2 == 0;
            var a = first ? await ours() : 0;
            var b = await limit();
            pairs.Add((first ? a : await ours(), b));
        }

        return Of(pairs);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static Measured Of(List<(double Ours, double Limit)> pairs) => new(
        Rate(Median(pairs.Select(pair => pair.Ours))),
        Rate(Median(pairs.Select(pair => pair.Limit))),
        Median(pairs.Select(pair => pair.Ours / pair.Limit)));

    private static string Rate(double perSecond) => perSecond.ToString("N0", CultureInfo.InvariantCulture) + "/s";

    private static int BatchFor(Action action)
    {
        var warm = Stopwatch.StartNew();
        var count = 0;
        while (warm.Elapsed.TotalSeconds < 0.5)
        {
            action();
            count++;
        }

        return Math.Max(1, (int)(count * SampleSeconds / warm.Elapsed.TotalSeconds));
    }

    private static double PerSecond(Action action, int batch)
    {
        var before = ThreadCpuSeconds();
        for (var i = 0; i < batch; i++)
        {
            action();
        }

        return batch / (ThreadCpuSeconds() - before);
    }

    // CPU time of this thread: another program on the same core does not count. Elsewhere than Linux, elapsed time must do.
    private static double ThreadCpuSeconds() =>
        OperatingSystem.IsLinux() && ClockGetTime(3, out var time) == 0
            ? time.Seconds + (time.Nanoseconds / 1e9)
            : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
