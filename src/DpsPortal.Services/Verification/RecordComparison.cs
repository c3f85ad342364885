namespace DpsPortal.Services.Verification;

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
