using System.Diagnostics;
using System.Text.Json;

namespace DpsPortal.Tests.Crash;

/// <summary>Starts the process that is to be killed, life after life on one data folder.</summary>
internal sealed class CrashChild : IDisposable
{
    // 128 + SIGKILL.
    private const int Killed = 137;

    // A first life waits for some 140 durable commits. While the disk still writes what a build has left, four beside one another took 52 s.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _data = new();

    /// <summary>Ends a life at each checkpoint in turn; the last one ends by itself.</summary>
    public async Task<Lives> LivesAsync(string operation, IReadOnlyList<string> checkpoints)
    {
        var before = Assert.Single(await LifeAsync([operation, checkpoints[0]], Killed));
        var lives = new List<LifeAfterKill>();
        for (var next = 1; next <= checkpoints.Count; next++)
        {
            var reports = next < checkpoints.Count ? await LifeAsync([operation, checkpoints[next]], Killed) : await LifeAsync([], 0);
            lives.Add(new LifeAfterKill(checkpoints[next - 1], reports));
        }

        return new Lives(before, lives);
    }

    public void Dispose() => _data.Dispose();

    private async Task<CrashReport[]> LifeAsync(string[] death, int expectedExitCode)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly(), "crash-child", _data.Path, .. death]) { RedirectStandardOutput = true, RedirectStandardError = true };

        // Short lives: instrumenting code for later costs more than it brings.
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience);
        var worked = TimeSpan.Zero;
        await using var overdue = deadline.Token.Register(() =>
        {
            // Tells a life that hangs or waits for the disk from one that got no processor.
            worked = process.HasExited ? worked : process.TotalProcessorTime;
            process.Kill();
        });
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var printed = await process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);

        // A child that was to die and did not has shown that the checkpoint is never reached.
        Assert.False(deadline.IsCancellationRequested, $"{string.Join(' ', death)}: still running after {Patience}, of which it worked {worked}. {printed} {await errors}");
        Assert.True(process.ExitCode == expectedExitCode, $"{string.Join(' ', death)}: exit code {process.ExitCode}. {printed} {await errors}");
        return [.. printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<CrashReport>(line)!)];
    }

    /// <summary>Where the code of the children is.</summary>
    public static string Assembly()
    {
        var folder = Path.GetRelativePath(Repository.PathOf("tests", "DpsPortal.Tests"), AppContext.BaseDirectory);
        return Repository.PathOf("tests", "DpsPortal.Benchmarks", folder, "DpsPortal.Benchmarks.dll");
    }
}

/// <param name="Before">How things were before the first kill.</param>
internal sealed record Lives(CrashReport Before, IReadOnlyList<LifeAfterKill> AfterKill);

/// <param name="Reports">What the life after the kill found, and what it found after a restore if there was something to restore.</param>
internal sealed record LifeAfterKill(string KilledAt, IReadOnlyList<CrashReport> Reports);

/// <summary>What a life of the child printed; see the type of the same name there.</summary>
internal sealed record CrashReport(
    string Operation,
    string State,
    int Intents,
    int Successes,
    string Key,
    int Versions,
    string CurrentAvailability,
    int Assignments,
    bool FollowsCurrent,
    int WrappedKeys,
    string Access,
    long Epoch,
    long ReadOk,
    long Rejected,
    long Corrupt,
    string? ContentHash);
