using System.Collections.Concurrent;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Campaigns;

/// <summary>A fault put into the engine from outside, to see whether the model finds it.</summary>
/// <param name="Sql">Run on the database of each sequence: triggers that do to the data what a fault of the store would.</param>
/// <param name="Replace">Puts another policy or another clock into the engine's services.</param>
/// <param name="Decorate">Puts something between the engine and those who read from it.</param>
internal sealed record SeededBug(
    string Name,
    string? Sql = null,
    Action<IServiceCollection, FakeTimeProvider>? Replace = null,
    Func<IEnrollments, IEnrollments>? Decorate = null);

/// <summary>
/// Sequences of thirty random steps against the engine and a model of it; after each step the invariants are checked. A sequence
/// is made from its number, so that one that fails can be run again.
/// </summary>
internal static class ModelRuns
{
    private const ulong Stream = 4711;

    /// <summary>Runs sequences on all processors; throws with the shortest form of the first that violates an invariant.</summary>
    public static async Task<string> RunAsync(int sequences)
    {
        var seen = new ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, sequences), async (number, _) =>
        {
            if (await ViolationAsync(Sequence(number), null, seen) is { } violation)
            {
                throw new InvalidOperationException($"Sequence {number}: {await ShortestAsync(Sequence(number), violation, null)}");
            }
        });
        return $"{sequences} sequences of {ModelStep.Length}; " +
            $"{string.Join(", ", seen.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"))}";
    }

    /// <returns>The number of the first sequence that finds the bug, and what it found; <see langword="null"/> when none does.</returns>
    public static async Task<(int Sequence, string Violation)?> FindAsync(SeededBug bug, int sequences)
    {
        for (var number = 0; number < sequences; number++)
        {
            if (await ViolationAsync(Sequence(number), bug, null) is { } violation)
            {
                return (number, violation);
            }
        }

        return null;
    }

    private static ModelStep[] Sequence(int number) => ModelStep.Sequences.Generate(new PCG((uint)number, Stream), null, out _);

    private static async Task<string?> ViolationAsync(IReadOnlyList<ModelStep> steps, SeededBug? bug, ConcurrentDictionary<string, int>? seen)
    {
        using var subject = await ModelSubject.StartAsync(bug);
        var done = 0;
        try
        {
            await subject.CheckAsync();
            foreach (var step in steps)
            {
                await subject.TakeAsync(step);
                await subject.CheckAsync();
                done++;
            }

            await subject.EndAsync();
        }
        catch (Exception failure)
        {
            return $"after {done} steps, {failure}";
        }

        foreach (var (what, count) in subject.Seen)
        {
            seen?.AddOrUpdate(what, count, (_, sum) => sum + count);
        }

        return null;
    }

    /// <summary>Leaves steps out while the rest still fails.</summary>
    private static async Task<string> ShortestAsync(ModelStep[] failing, string violation, SeededBug? bug)
    {
        var steps = failing.ToList();
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            var shorter = steps.Where((_, index) => index != i).ToList();
            if (await ViolationAsync(shorter, bug, null) is { } still)
            {
                (steps, violation) = (shorter, still);
            }
        }

        return $"{string.Join(' ', steps)}: {violation}";
    }
}
