using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Verification;

/// <summary>A reading of every record, kept.</summary>
/// <param name="Sequence">Order in which readings began.</param>
/// <param name="Comparison">With the last reading before that met no rejection; <see langword="null"/> where there is none, or where this one read nothing.</param>
public sealed record VerificationRun(
    long Sequence, string Instance, Person By, DateTimeOffset StartedAt, RecordVerification Read, RecordComparison? Comparison);

/// <summary>What became of each record between two readings. Every record of either is in exactly one of the numbers.</summary>
/// <param name="With">The earlier reading: when it ended, and by whom it was made.</param>
/// <param name="Unchanged">The same revision and the same content.</param>
/// <param name="Rewritten">DPS has written it since: a device came back, somebody edited it.</param>
/// <param name="New">Written for the first time since.</param>
/// <param name="Deleted">Gone, and DPS has its deletion on record.</param>
/// <param name="Lost">Gone without a deletion.</param>
/// <param name="Changed">Other than it was, without a write that DPS knows of: its store was changed.</param>
/// <param name="Unreadable">The stored bytes do not open.</param>
/// <param name="NotCompared">Rejected now, or not readable then.</param>
/// <param name="Findings">Of those lost, changed and unreadable the first <see cref="MostFindings"/>.</param>
public sealed record RecordComparison(
    ComparedReading With,
    long Unchanged,
    long Rewritten,
    long New,
    long Deleted,
    long Lost,
    long Changed,
    long Unreadable,
    long NotCompared,
    IReadOnlyList<RecordFinding> Findings)
{
    public const int MostFindings = 20;

    /// <summary>Whether every record is what DPS says it should be.</summary>
    public bool IsSound => Lost + Changed + Unreadable == 0;
}

/// <summary>An earlier reading that another is compared with.</summary>
public sealed record ComparedReading(long Sequence, DateTimeOffset At, Person By);

/// <summary>A record that is not what DPS says it should be.</summary>
public sealed record RecordFinding(RecordFindingKind What, RecordKind Kind, string Id);

/// <summary>What is wrong with a record; <see cref="RecordComparison"/> says what each means.</summary>
public enum RecordFindingKind
{
    Lost,
    Changed,
    Unreadable,
}
