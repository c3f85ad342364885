using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Storage;

namespace DpsPortal.Services.Verification;

internal sealed class VerificationRow
{
    public long Sequence { get; set; }
    public required string Instance { get; set; }
    public required PersonColumns By { get; set; }
    public long StartedAt { get; set; }

    /// <summary>Null while it reads, and for ever where it was broken off.</summary>
    public long? FinishedAt { get; set; }
    public long ReadOk { get; set; }
    public long Rejected { get; set; }
    public long Corrupt { get; set; }
    public string? ContentHash { get; set; }

    /// <summary>DPS's newest revision when it began.</summary>
    public long Since { get; set; }

    /// <summary>Rows with its records; none once they are no longer kept.</summary>
    public int Pages { get; set; }
    public string? Comparison { get; set; }

    /// <summary>Of a row that cannot be read.</summary>
    public static VerificationRow Damaged(long sequence) =>
        new() { Sequence = sequence, Instance = "", By = new PersonColumns { ObjectId = "", DisplayName = "" }, StartedAt = -1 };

    public void Set(RecordVerification read, int pages)
    {
        (FinishedAt, ReadOk, Rejected, Corrupt) = (read.At.UtcTicks, read.ReadOk, read.Rejected, read.Corrupt);
        (ContentHash, Since) = (read.ContentHash, read.Since);
        Pages = pages;
    }

    /// <returns><see langword="null"/> of one that is damaged: what it found is not known.</returns>
    public VerificationRun? ToRun()
    {
        try
        {
            return StoredOperations.IsTime(StartedAt) && FinishedAt is { } at && StoredOperations.IsTime(at) && Enum.IsDefined(By.Role)
                ? new VerificationRun(
                    Sequence, Instance, By.ToPerson(), Stored.Time(StartedAt),
                    new RecordVerification(ReadOk, Rejected, Corrupt, ContentHash, Stored.Time(at)) { Since = Since },
                    Comparison is null ? null : Stored.Read<RecordComparison>(Comparison))
                : null;
        }
        catch (Exception damage) when (DamagedRows.IsOfContent(damage))
        {
            return null;
        }
    }
}

/// <summary>Some thousand records of a reading; <see cref="ReadingPages"/>.</summary>
internal sealed class VerificationPageRow
{
    public long Run { get; set; }
    public int Position { get; set; }
    public required byte[] Content { get; set; }
}
