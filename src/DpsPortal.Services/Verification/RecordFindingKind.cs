namespace DpsPortal.Services.Verification;

/// <summary>What is wrong with a record; <see cref="RecordComparison"/> says what each means.</summary>
public enum RecordFindingKind
{
    Lost,
    Changed,
    Unreadable,
}
