namespace DpsPortal.Provisioning.Enrollments;

/// <summary>Position among the records under old DEKs, in memory only: a new run looks at all that are left.</summary>
internal sealed class OldRecordPosition
{
    public int Dek { get; private set; }

    public long Row { get; private set; }

    public void MoveTo(int dek, long row) => (Dek, Row) = (dek, row);

    public void Reset() => MoveTo(0, 0);
}
