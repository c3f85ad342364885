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
