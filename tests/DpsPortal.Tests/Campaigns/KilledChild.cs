using System.Diagnostics;

namespace DpsPortal.Tests.Campaigns;

/// <summary>A process that is to be killed: a command of the benchmarks, which have the code of the children.</summary>
internal static class KilledChild
{
    // 128 + SIGKILL.
    private const int Killed = 137;

    // A first life waits for some 140 durable commits. While the disk still writes what a build has left, four beside one another took 52 s.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>A life, from its start until it is dead or has ended.</summary>
    /// <param name="arguments">Command, data folder, and what the life is to die in, if it is to die.</param>
    /// <param name="onLine">Told what it prints, line by line; may kill it.</param>
    public static async Task LiveAsync(string assembly, string[] arguments, bool dies, Action<Process, string> onLine)
    {
        using var process = Process.Start(StartOf(assembly, arguments))!;
        using var deadline = new CancellationTokenSource(Patience);
        var worked = TimeSpan.Zero;
        await using var overdue = deadline.Token.Register(() =>
        {
            // Tells a life that hangs or waits for the disk from one that got no processor.
            worked = process.HasExited ? worked : process.TotalProcessorTime;
            process.Kill();
        });
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            onLine(process, line);
        }

        await process.WaitForExitAsync(CancellationToken.None);

        // A child that was to die and did not has shown that the checkpoint is never reached.
        var name = string.Join(' ', arguments);
        Assert.False(deadline.IsCancellationRequested, $"{name}: still running after {Patience}, of which it worked {worked}. {await errors}");
        Assert.True(process.ExitCode == (dies ? Killed : 0), $"{name}: exit code {process.ExitCode}. {await errors}");
    }

    /// <summary>So many of them, spread over all; the campaigns take each.</summary>
    public static IReadOnlyList<T> Some<T>(IReadOnlyList<T> all, int? count) =>
        count is { } wanted && wanted < all.Count
            ? [.. Enumerable.Range(0, wanted).Select(number => all[((2 * number) + 1) * all.Count / (2 * wanted)])]
            : all;

    private static ProcessStartInfo StartOf(string assembly, string[] arguments) => new("dotnet", [assembly, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,

        // Short lives: instrumenting code for later costs more than it brings.
        Environment = { ["DOTNET_TieredPGO"] = "0" },
    };
}
