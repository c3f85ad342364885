using System.Collections.Concurrent;
using CsCheck;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// Random sequences of what people do in the portal and others behind its back; after each step whatever a page, a prediction or the log
/// says is compared with reads at DPS and requests at the vault. A sequence is made from its number, so that one that fails can be run again.
/// </summary>
internal static class TruthRuns
{
    private const ulong Stream = 2903;

    /// <summary>Logs and lists of operations grow.</summary>
    private const int SequencesOnOneTriple = 25;

    /// <summary>A step that never ends is a fault as well, and has to be named.</summary>
    private static readonly TimeSpan StepAtMost = TimeSpan.FromMinutes(1);

    /// <summary>Half of the time of a sequence is waiting: for answers, for the disk.</summary>
    private static readonly int AtOnce = 2 * Environment.ProcessorCount;

    private static readonly SemaphoreSlim Telling = new(AtOnce);

    /// <summary>Of what is said about anything in calm conditions, so much must be definite: who says "unknown" everywhere is never wrong.</summary>
    private const double DefiniteAtLeast = 0.8;

    /// <summary>A long run says how far it is, and what it has found by then.</summary>
    private const int Part = 500;

    /// <summary>Runs sequences on all processors; throws with every kind of falsehood that was found, each in its shortest sequence.</summary>
    public static async Task<string> RunAsync(int sequences)
    {
        var (found, counts) = (new ConcurrentDictionary<string, Seen>(), new ConcurrentDictionary<string, (int Definite, int Unknown)>());
        foreach (var part in Enumerable.Range(0, sequences).Chunk(Part))
        {
            await ExploreAsync(part, found, counts);
            var kinds = found.Select(one =>
                $"\n    {one.Key} ({one.Value.Times} times): sequence {one.Value.Sequence}: {one.Value.Falsehood.Detail}: " +
                $"{string.Join(' ', Sequence(one.Value.Sequence).Take(one.Value.Falsehood.Step))}");
            await Console.Error.WriteLineAsync($"truth: {part[^1] + 1} sequences, {found.Count} kinds of falsehood{string.Concat(kinds)}");
        }

        var claims = counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key} {count.Value.Definite}/{count.Value.Unknown}");
        var said = $"{sequences} sequences of {TruthStep.Length}; claims and open ones: {string.Join(", ", claims)}";
        if (!found.IsEmpty)
        {
            throw new InvalidOperationException($"{said}; {found.Count} kinds of " +
                $"falsehood:\n{string.Join('\n', await Task.WhenAll(found.OrderByDescending(one => one.Value.Times).Select(TellAsync)))}");
        }

        return counts.Values.All(count => count.Definite >= DefiniteAtLeast * (count.Definite + count.Unknown))
            ? said
            : throw new InvalidOperationException($"Too much is unknown: {said}.");
    }

    /// <summary>The falsehoods of one sequence of one's own.</summary>
    public static async Task<IReadOnlyList<Falsehood>> FindAsync(TruthSystems systems, int shape, params TruthStep[] steps)
    {
        var subject = await TruthSubject.BeginAsync(systems, shape).WaitAsync(StepAtMost);
        foreach (var step in steps)
        {
            await subject.TakeAsync(step).WaitAsync(StepAtMost);
        }

        await subject.EndAsync().WaitAsync(StepAtMost);
        return subject.Found;
    }

    private static Task ExploreAsync(
        IEnumerable<int> numbers, ConcurrentDictionary<string, Seen> found, ConcurrentDictionary<string, (int Definite, int Unknown)> counts) =>
        Parallel.ForEachAsync(numbers.Chunk(SequencesOnOneTriple), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (part, _) =>
        {
            await using var systems = await TruthSystems.StartAsync().WaitAsync(StepAtMost, CancellationToken.None);
            foreach (var number in part)
            {
                var subject = await TruthSubject.BeginAsync(systems, number).WaitAsync(StepAtMost, CancellationToken.None);
                try
                {
                    foreach (var step in Sequence(number))
                    {
                        await subject.TakeAsync(step).WaitAsync(StepAtMost, CancellationToken.None);
                    }

                    await subject.EndAsync().WaitAsync(StepAtMost, CancellationToken.None);
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"Sequence {number}: {string.Join(' ', subject.World.Steps)}", failure);
                }

                foreach (var (about, count) in subject.Count)
                {
                    counts.AddOrUpdate(about, count, (_, sum) => (sum.Definite + count.Definite, sum.Unknown + count.Unknown));
                }

                foreach (var falsehood in subject.Found.DistinctBy(one => one.Kind))
                {
                    var seen = new Seen(1, number, falsehood);
                    found.AddOrUpdate(
                        falsehood.Kind, seen, (_, known) => (known.Falsehood.Step <= falsehood.Step ? known : seen) with { Times = known.Times + 1 });
                }
            }
        });

    /// <summary>Leaves steps out while the rest still shows the same falsehood.</summary>
    private static async Task<string> TellAsync(KeyValuePair<string, Seen> found)
    {
        var (kind, (times, number, falsehood)) = found;
        var steps = Sequence(number).Take(falsehood.Step).ToList();
        await Telling.WaitAsync();
        try
        {
            await using var systems = await TruthSystems.StartAsync().WaitAsync(StepAtMost);
            for (var i = steps.Count - 1; i >= 0; i--)
            {
                var shorter = steps.Where((_, index) => index != i).ToArray();
                if ((await FindAsync(systems, number, shorter)).FirstOrDefault(one => one.Kind == kind) is { } still)
                {
                    (steps, falsehood) = ([.. shorter], still);
                }
            }
        }
        catch (Exception failure)
        {
            return $"{kind} ({times} times)\n    sequence {number}: {falsehood.Detail}: {string.Join(' ', steps)} ({failure.Message})";
        }
        finally
        {
            Telling.Release();
        }

        return $"{kind} ({times} times)\n    sequence {number}: {falsehood.Detail}: {string.Join(' ', steps)}";
    }

    private sealed record Seen(int Times, int Sequence, Falsehood Falsehood);

    private static TruthStep[] Sequence(int number) => TruthStep.Sequences.Generate(new PCG((uint)number, Stream), null, out _);
}
