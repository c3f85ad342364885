using System.Diagnostics;
using System.Text.Json;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Operations;

namespace DpsPortal.Tests.Crash;

/// <summary>
/// The process is ended by SIGKILL at every step of a rotation and of a revoke. Each next start is on the same data; before it
/// dies in turn it reports what it found once the operation left behind had ended by itself.
/// </summary>
public sealed class KillTests
{
    [Fact]
    public async Task A_rotation_killed_at_any_step_completes_by_itself_and_loses_no_record()
    {
        using var data = new TemporaryFolder();
        var before = await LifeAsync(data.Path, "none");
        var versions = before.Versions;
        foreach (var checkpoint in ServiceCheckpoints.Rotate.Concat(RewrapCheckpoints.All))
        {
            var killed = await LifeAsync(data.Path, "rotate", checkpoint);
            Assert.Equal(before.ContentHash, killed.ContentHash);

            var after = await LifeAsync(data.Path, "none");
            versions++;
            Assert.Equal(("Rotate", "Succeeded"), (after.Operation, after.State));
            Assert.Equal(versions, after.Versions);
            Assert.Equal(after.CurrentVersion, after.EffectiveVersion);
            Assert.Equal(1, after.WrappedKeys);
            Assert.Equal((500, 0, 0), (after.ReadOk, after.Rejected, after.Corrupt));
            Assert.Equal(before.ContentHash, after.ContentHash);
        }
    }

    [Fact]
    public async Task A_revoke_killed_at_any_step_completes_by_itself_and_can_be_restored_without_loss()
    {
        using var data = new TemporaryFolder();
        var before = await LifeAsync(data.Path, "none");
        foreach (var checkpoint in ServiceCheckpoints.RevokeByVersion.Concat(RevokeCheckpoints.All))
        {
            await LifeAsync(data.Path, "revoke", checkpoint);

            // This life finds the revoke completed, then restores.
            var revoked = await LifeAsync(data.Path, "restore");
            Assert.Equal(("Revoke", "Succeeded"), (revoked.Operation, revoked.State));
            Assert.Equal(("Disabled", "Revoked"), (revoked.CurrentAvailability, revoked.Access));
            Assert.Equal((0, 500, 0), (revoked.ReadOk, revoked.Rejected, revoked.Corrupt));

            var restored = await LifeAsync(data.Path, "none");
            Assert.Equal(("Restore", "Succeeded", "Accessible"), (restored.Operation, restored.State, restored.Access));
            Assert.Equal(before.ContentHash, restored.ContentHash);
        }
    }

    private static async Task<CrashReport> LifeAsync(string data, string operation, string? checkpoint = null)
    {
        var start = new ProcessStartInfo("dotnet", [ChildAssembly(), "crash-child", data, operation, .. checkpoint is null ? Array.Empty<string>() : [checkpoint]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        var report = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);

        // 128 + SIGKILL. A child that was to die and did not has shown that the checkpoint is never reached.
        var expected = checkpoint is null ? 0 : 137;
        Assert.True(process.ExitCode == expected, $"{operation} at {checkpoint}: exit code {process.ExitCode}. {report} {await errors}");
        return JsonSerializer.Deserialize<CrashReport>(report.Split('\n')[0])!;
    }

    private static string ChildAssembly()
    {
        var folder = Path.GetRelativePath(Repository.PathOf("tests", "DpsPortal.Tests"), AppContext.BaseDirectory);
        return Repository.PathOf("tests", "DpsPortal.Benchmarks", folder, "DpsPortal.Benchmarks.dll");
    }

    /// <summary>What a life of the child printed; see the type of the same name there.</summary>
    private sealed record CrashReport(
        string Operation,
        string State,
        int Versions,
        string CurrentVersion,
        string CurrentAvailability,
        string EffectiveVersion,
        int WrappedKeys,
        string Access,
        long ReadOk,
        long Rejected,
        long Corrupt,
        string? ContentHash);
}
