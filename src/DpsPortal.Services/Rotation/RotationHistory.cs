using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;

namespace DpsPortal.Services.Rotation;

/// <summary>Puts rotations made here and versions made elsewhere into one history. Pure.</summary>
internal static class RotationHistory
{
    /// <param name="reading">What the vault says; <see langword="null"/> when the key or its vault is gone, and only rotations made here are known.</param>
    public static IReadOnlyList<RotationRecord> Of(IEnumerable<OperationRun> rotations, KeyReading? reading)
    {
        var all = rotations.ToLookup(run => run.IsDamaged);
        var own = all[false].Select(OfOperation).ToList();
        var elsewhere = reading is null ? [] : OfVersions(reading, own.Select(record => record.To).OfType<KeyIdentifier>().ToList(), [.. all[true]]);
        return [.. own.Concat(elsewhere).OrderByDescending(record => record.StartedAt)];
    }

    private static RotationRecord OfOperation(OperationRun run)
    {
        var intent = run.Intent<RewrapIntent>();
        var facts = RewrapProcedure.FactsOf(run);
        return new RotationRecord(
            run.Id,
            intent.From,
            facts?.To,
            run.Done(StepCodes.RewrapInstance).Count(),
            (facts?.Instances ?? intent.Instances).Count,
            !run.Ended,
            run.By,
            run.StartedAt,
            run.FinishedAt);
    }

    /// <summary>The oldest version is the key's creation, not a rotation. One that a damaged rotation names was made by that.</summary>
    private static IEnumerable<RotationRecord> OfVersions(KeyReading reading, List<KeyIdentifier> own, List<OperationRun> damaged) =>
        from pair in reading.Versions.Zip(reading.Versions.Skip(1), (version, before) => (version, before))
        where !own.Exists(ours => ours.IsSameVersionAs(pair.version.Id))
        let following = reading.Dependents.Where(dependent => !dependent.Pinned).ToList()
        let covered = following.Count(dependent => dependent.Effective.IsSameVersionAs(pair.version.Id))
        let expected = pair.version.Use == KeyVersionUse.Current ? following.Count : covered
        let made = damaged.Find(run => run.Mentions(pair.version.Id.Version!))
        select new RotationRecord(
            made?.Id, pair.before.Id, pair.version.Id, covered, expected, false, made?.By, pair.version.CreatedAt, pair.version.CreatedAt);
}
