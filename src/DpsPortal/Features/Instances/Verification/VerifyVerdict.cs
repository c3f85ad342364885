using DpsPortal.Common;
using DpsPortal.Services.Verification;

namespace DpsPortal.Features.Instances.Verification;

/// <summary>What a reading of every record says, alone or beside the one before.</summary>
internal sealed record VerifyVerdict(VerifyVerdictKind Kind, Tone Tone)
{
    public static VerifyVerdict Of(VerificationRun run) => run switch
    {
        { Comparison: { Lost: > 0 } or { Changed: > 0 } } => new(VerifyVerdictKind.NotTheSame, Tone.Bad),
        { Read.Corrupt: > 0 } => new(VerifyVerdictKind.SomeCorrupt, Tone.Bad),
        { Read: { Rejected: > 0, ReadOk: 0 } } => new(VerifyVerdictKind.AllRejected, Tone.Bad),
        { Read.Rejected: > 0 } => new(VerifyVerdictKind.SomeRejected, Tone.Warning),
        { Comparison: null } => new(VerifyVerdictKind.AllRead, Tone.Good),
        _ => new(VerifyVerdictKind.Sound, Tone.Good),
    };

    /// <summary>"20,927 unchanged · 8 new · 0 lost · 0 changed", and what else there is: the first four also where they are none.</summary>
    public static string Counts(Words words, RecordComparison comparison)
    {
        (string Key, long Number, bool Always)[] counts =
        [
            ("CompareUnchanged", comparison.Unchanged, true),
            ("CompareNew", comparison.New, true),
            ("CompareLost", comparison.Lost, true),
            ("CompareChanged", comparison.Changed, true),
            ("CompareRewritten", comparison.Rewritten, false),
            ("CompareDeleted", comparison.Deleted, false),
            ("CompareUnreadable", comparison.Unreadable, false),
            ("CompareNotCompared", comparison.NotCompared, false),
        ];
        return string.Join(" · ", counts.Where(count => count.Always || count.Number > 0).Select(count => words.Count(count.Key, count.Number)));
    }
}
