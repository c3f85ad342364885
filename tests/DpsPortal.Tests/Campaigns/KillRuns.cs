using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// Ends a process that runs the simulated DPS alone, life after life on one data folder: at every checkpoint of each of its
/// operations, then at random moments under load. Each next life finds every acknowledged write, nothing corrupt, and what was
/// left under way completed.
/// </summary>
internal sealed class KillRuns(string childAssembly) : IDisposable
{
    private static readonly (string Operation, IReadOnlyList<string> Checkpoints)[] Failpoints =
    [
        ("rewrap", RewrapCheckpoints.All),
        ("rekey", [.. RewrapCheckpoints.All, .. PruneCheckpoints.All]),
        ("revoke", RevokeCheckpoints.All),
        ("reencrypt", ReencryptionCheckpoints.All),
    ];

    // A kill shows atomicity, not durability: memory will do.
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Engine.Root, "dps-kills-" + Guid.NewGuid().ToString("N"))).FullName;
    private readonly Dictionary<string, (int Acknowledged, int Tried)> _writes = [];
    private int _acknowledged;

    /// <param name="childAssembly">The benchmarks, which have the child's code.</param>
    public static async Task<string> RunAsync(string childAssembly, int randomMoments, int? failpoints = null)
    {
        using var runs = new KillRuns(childAssembly);
        var points = Failpoints.SelectMany(each => each.Checkpoints.Select(checkpoint => (each.Operation, Checkpoint: checkpoint))).ToList();
        var chosen = KilledChild.Some(points, failpoints);
        foreach (var (operation, checkpoint) in chosen)
        {
            await runs.LifeAsync([operation, checkpoint], killAfter: null);
        }

        var random = new Random(20260302);
        for (var moment = 0; moment < randomMoments; moment++)
        {
            await runs.LifeAsync(["load"], TimeSpan.FromMilliseconds(random.Next(500)));
        }

        await runs.LifeAsync([], killAfter: null);
        return $"{chosen.Count} failpoints, {randomMoments} random moments, {runs._acknowledged} writes acknowledged, none lost, nothing half applied";
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task LifeAsync(string[] death, TimeSpan? killAfter)
    {
        var seen = false;
        await KilledChild.LiveAsync(childAssembly, ["engine-child", Path.Combine(_folder, "dps"), .. death], death.Length > 0, (process, line) =>
        {
            if (line.StartsWith('{'))
            {
                seen = true;
                Check(JsonSerializer.Deserialize<EngineState>(line)!, death);
                KillLater(process, killAfter);
            }
            else
            {
                Note(line.Split(' '));
            }
        });
        Assert.True(seen, $"{string.Join(' ', death)}: nothing was reported.");
    }

    private static void KillLater(Process process, TimeSpan? after)
    {
        if (after is { } delay)
        {
            _ = Task.Delay(delay).ContinueWith(_ => process.Kill(), TaskScheduler.Default);
        }
    }

    /// <summary><c>try id number</c> before a write and <c>ack id number</c> after it; the last line may be cut off.</summary>
    private void Note(string[] words)
    {
        if (words is [var what, var id, var text] && int.TryParse(text, CultureInfo.InvariantCulture, out var number))
        {
            var (acknowledged, _) = _writes.GetValueOrDefault(id);
            _writes[id] = (what == "ack" ? number : acknowledged, number);
            _acknowledged += what == "ack" ? 1 : 0;
        }
    }

    private void Check(EngineState state, string[] death)
    {
        Assert.True(state is { Access: "Accessible", Rejected: 0, Corrupt: 0, Unfinished: 0, CurrentForms: 1 }, $"Before {string.Join(' ', death)}: {state}");
        foreach (var (id, (acknowledged, tried)) in _writes)
        {
            Assert.True(state.Values.TryGetValue(id, out var value) || acknowledged == 0, $"{id} is lost.");
            Assert.InRange(value, acknowledged, tried);
        }
    }
}

/// <summary>What a life of the child found, after the vault let it and what was under way had ended.</summary>
/// <param name="Unfinished">Records that a re-encryption has still to write.</param>
/// <param name="Values">The number written last for each record.</param>
internal sealed record EngineState(
    string Access, long ReadOk, long Rejected, long Corrupt, long Unfinished, int CurrentForms, IReadOnlyDictionary<string, int> Values);
