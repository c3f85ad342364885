using DpsPortal.Common;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Features.Instances;

/// <summary>What the runs of a verification say together.</summary>
internal sealed record VerifyVerdict(VerifyVerdictKind Kind, Tone Tone)
{
    /// <param name="runs">Newest first; at least one.</param>
    public static VerifyVerdict Of(IReadOnlyList<RecordVerification> runs)
    {
        var newest = runs[0];
        if (newest.Corrupt > 0)
        {
            return new(VerifyVerdictKind.SomeCorrupt, Tone.Bad);
        }

        if (newest.Rejected > 0)
        {
            return newest.ReadOk == 0 ? new(VerifyVerdictKind.AllRejected, Tone.Bad) : new(VerifyVerdictKind.SomeRejected, Tone.Warning);
        }

        return runs.Skip(1).FirstOrDefault(run => run.ContentHash is not null) switch
        {
            null => new(VerifyVerdictKind.AllRead, Tone.Good),
            var earlier when earlier.ContentHash == newest.ContentHash => new(VerifyVerdictKind.Unchanged, Tone.Good),
            _ => new(VerifyVerdictKind.Changed, Tone.Info),
        };
    }
}

internal enum VerifyVerdictKind
{
    AllRead,
    Unchanged,
    Changed,
    SomeRejected,
    AllRejected,
    SomeCorrupt,
}
