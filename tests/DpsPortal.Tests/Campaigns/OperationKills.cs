using System.Text.Json;
using DpsPortal.Services.Operations;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// The process of vault, DPS and service layer is ended by SIGKILL at steps of an operation, before or after it is on record that the step is
/// done, and in the middle of DPS's own. Each next life, on the same data, first reports what became of the operation left behind, which nobody
/// asked it to go on with; it restores what is revoked, reports that too, and starts the next.
/// </summary>
/// <param name="childAssembly">The benchmarks, which have the child's code.</param>
/// <param name="most">At how many checkpoints of an operation lives are ended; at all of them where none is said.</param>
internal sealed class OperationKills(string childAssembly, int? most = null) : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("dpsportal-kills-").FullName;

    /// <summary>Every operation at each of its checkpoints, as often as is said.</summary>
    public static async Task<string> RunAsync(string childAssembly, int rounds)
    {
        var kills = 0;
        Func<OperationKills, Task<int>>[] operations = [RotationAsync, RekeyAsync, KeyRevocationAsync, RoleRevocationAsync];
        foreach (var operation in Enumerable.Repeat(operations, rounds).SelectMany(all => all))
        {
            using var runs = new OperationKills(childAssembly);
            kills += await operation(runs);
        }

        return $"{kills} kills in rotations, re-keys and revokes, each completed once by the next life, no record lost";
    }

    public static async Task<int> RotationAsync(OperationKills runs)
    {
        var lives = await runs.LivesAsync("rotate", [.. ServiceCheckpoints.Rotate, .. RewrapCheckpoints.All]);
        var rotated = lives.Before with { Operation = "Rotate" };

        Assert.All(lives.AfterKill, (life, index) => Assert.Equal(
            (life.KilledAt, rotated with { Versions = rotated.Versions + index + 1 }),
            (life.KilledAt, Assert.Single(life.Reports))));
        return lives.AfterKill.Count;
    }

    /// <summary>To and fro between two keys.</summary>
    public static async Task<int> RekeyAsync(OperationKills runs)
    {
        var steps = ServiceCheckpoints.Rekey.Where(name => name.EndsWith(".after", StringComparison.Ordinal));
        var lives = await runs.LivesAsync("rekey", [.. steps, RewrapCheckpoints.AfterWrap, RewrapCheckpoints.AfterSwitch]);
        var moved = lives.Before with { Operation = "Rekey" };

        // The epoch tells that every life has moved once, and the key that it was to the other one and back.
        Assert.All(lives.AfterKill, (life, index) => Assert.Equal(
            (life.KilledAt, moved with { Key = index % 2 == 0 ? moved.Key + "-other" : moved.Key, Epoch = moved.Epoch + index + 1 }),
            (life.KilledAt, Assert.Single(life.Reports))));
        return lives.AfterKill.Count;
    }

    public static Task<int> KeyRevocationAsync(OperationKills runs) => runs.RevocationAsync(
        "revoke-key", ServiceCheckpoints.RevokeByVersion, before => before with { CurrentAvailability = "Disabled" });

    public static Task<int> RoleRevocationAsync(OperationKills runs) => runs.RevocationAsync(
        "revoke-role", ServiceCheckpoints.RevokeByRole, before => before with { Assignments = 0 });

    public void Dispose() => Directory.Delete(_data, recursive: true);

    /// <param name="withdrawn">What the vault says afterwards, beside what it said before.</param>
    private async Task<int> RevocationAsync(string operation, IReadOnlyList<string> steps, Func<CrashReport, CrashReport> withdrawn)
    {
        var lives = await LivesAsync(operation, [.. steps, .. RevokeCheckpoints.All]);
        var before = lives.Before;
        var revoked = withdrawn(before) with { Operation = "Revoke", Access = "Revoked", ReadOk = 0, Rejected = before.ReadOk, ContentHash = null };
        var restored = before with { Operation = "Restore" };

        // One epoch for each revoke and one for each restore: none is counted twice because of the kill.
        Assert.All(lives.AfterKill, (life, index) =>
        {
            var epoch = before.Epoch + (2 * index);
            CrashReport[] expected = [revoked with { Epoch = epoch + 1 }, restored with { Epoch = epoch + 2 }];
            Assert.Equal(expected.Select(report => (life.KilledAt, report)), life.Reports.Select(report => (life.KilledAt, report)));
        });
        return lives.AfterKill.Count;
    }

    /// <summary>Ends a life at each checkpoint in turn; the last one ends by itself.</summary>
    private async Task<Lives> LivesAsync(string operation, IReadOnlyList<string> all)
    {
        var checkpoints = KilledChild.Some(all, most);
        var before = Assert.Single(await LifeAsync([operation, checkpoints[0]]));
        var lives = new List<LifeAfterKill>();
        for (var next = 1; next <= checkpoints.Count; next++)
        {
            lives.Add(new LifeAfterKill(checkpoints[next - 1], await LifeAsync(next < checkpoints.Count ? [operation, checkpoints[next]] : [])));
        }

        return new Lives(before, lives);
    }

    private async Task<IReadOnlyList<CrashReport>> LifeAsync(string[] death)
    {
        var reports = new List<CrashReport>();
        await KilledChild.LiveAsync(childAssembly, ["crash-child", _data, .. death], death.Length > 0, (_, line) =>
        {
            if (line.StartsWith('{'))
            {
                reports.Add(JsonSerializer.Deserialize<CrashReport>(line)!);
            }
        });
        return reports;
    }

    /// <param name="Before">How things were before the first kill.</param>
    private sealed record Lives(CrashReport Before, IReadOnlyList<LifeAfterKill> AfterKill);

    /// <param name="Reports">What the life after the kill found, and what it found after a restore if there was something to restore.</param>
    private sealed record LifeAfterKill(string KilledAt, IReadOnlyList<CrashReport> Reports);
}
