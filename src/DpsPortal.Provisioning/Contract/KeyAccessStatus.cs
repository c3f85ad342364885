namespace DpsPortal.Provisioning.Contract;

/// <summary>A read-back of an instance's access to its key, with the times it rests on.</summary>
/// <param name="Access">The state.</param>
/// <param name="Cause">Why.</param>
/// <param name="VaultErrorCode">The vault's own inner code (for example <c>KeyDisabled</c>), when it gave one.</param>
/// <param name="CheckedAt">When the vault was last asked; what came of it is <see cref="Unanswered"/>.</param>
/// <param name="VerifiedAt">When an unwrap was last verified; <see langword="null"/> before the first.</param>
/// <param name="LeaseEndsAt">
/// Until when cached keys may serve while the vault cannot be asked, or when that ended; <see langword="null"/> while no unwrap has been
/// verified since the start, and after a denial.
/// </param>
/// <param name="NextCheckAt">When the vault will be asked again.</param>
/// <param name="Epoch">Grows with every revoke, restore and re-bind; fences stale copies of keys.</param>
public sealed record KeyAccessStatus(
    KeyAccess Access,
    KeyAccessCause Cause,
    string? VaultErrorCode,
    DateTimeOffset CheckedAt,
    DateTimeOffset? VerifiedAt,
    DateTimeOffset? LeaseEndsAt,
    DateTimeOffset? NextCheckAt,
    long Epoch)
{
    /// <summary>What DPS does with reads and writes as this is read; <see cref="RecordsAt"/> says what becomes of it.</summary>
    public RecordAccess Records { get; init; } = Access switch
    {
        KeyAccess.Accessible or KeyAccess.Degraded => RecordAccess.Served,
        KeyAccess.NotVerified => RecordAccess.AskedFirst,
        KeyAccess.Unavailable or KeyAccess.Misconfigured when LeaseEndsAt is not null => RecordAccess.Served,
        _ => RecordAccess.Refused,
    };

    /// <summary>When <see cref="Cause"/> was last seen to be so: not later than <see cref="CheckedAt"/>.</summary>
    public DateTimeOffset CauseSeenAt { get; init; } = CheckedAt;

    /// <summary>Why asking at <see cref="CheckedAt"/> told nothing new, while an earlier denial stands; otherwise none.</summary>
    public KeyAccessCause Unanswered { get; init; }

    /// <summary>
    /// Since when access is what it is, as DPS noticed; <see langword="null"/> when that was so at the first answer it got after a start, or while
    /// it had none: then it may have come about at any time before.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>While nothing is known now: what was known last, at <see cref="CauseSeenAt"/>.</summary>
    public KeyAccess? LastKnown { get; init; }

    /// <summary>A reading grows old: what is served from the lease is refused once that has ended.</summary>
    public RecordAccess RecordsAt(DateTimeOffset now) =>
        Records == RecordAccess.Served && Access is KeyAccess.Unavailable or KeyAccess.Misconfigured && LeaseEndsAt <= now ? RecordAccess.Refused : Records;
}
