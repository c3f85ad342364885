namespace DpsPortal.Provisioning.Contract;

/// <param name="ReadOk">Records decrypted.</param>
/// <param name="Rejected">Records refused because of the key.</param>
/// <param name="Corrupt">Records whose stored bytes were altered.</param>
/// <param name="ContentHash">SHA-256, hexadecimal; only when every record was read.</param>
public sealed record RecordVerification(long ReadOk, long Rejected, long Corrupt, string? ContentHash, DateTimeOffset At)
{
    public long Total => ReadOk + Rejected + Corrupt;

    /// <summary>Revision of the newest write in the instance when the reading began: whatever has a later one was written since.</summary>
    public long Since { get; init; }
}

/// <summary>What came of one record in a verification.</summary>
public enum RecordReadingResult
{
    Read = 1,
    Rejected = 2,
    Corrupt = 3,
}

/// <summary>One record of a verification: enough to tell later whether it is the same, and nothing of what is in it.</summary>
/// <param name="Revision">Its etag as a number. DPS gives every write of an instance a greater one, and contents are encrypted for it.</param>
/// <param name="Fingerprint">
/// Of everything that is stored of it but the encryption, keyed by the instance's own key; it stays the same when keys are rotated,
/// changed or renewed. Zero unless it was read.
/// </param>
public readonly record struct RecordReading(RecordKind Kind, string Id, long Revision, RecordReadingResult Result, UInt128 Fingerprint);
