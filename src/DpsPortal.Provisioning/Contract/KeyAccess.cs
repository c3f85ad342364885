namespace DpsPortal.Provisioning.Contract;

/// <summary>What is known of an instance's access to its key-encryption key.</summary>
public enum KeyAccess
{
    /// <summary>The last unwrap was verified.</summary>
    Accessible,

    /// <summary>Reads and writes go on, but the key can no longer take on new wraps (expired, not yet valid).</summary>
    Degraded,

    /// <summary>The vault cannot be asked. Cached keys serve until the lease ends, then reads are refused.</summary>
    Unavailable,

    /// <summary>
    /// The vault answered, but not as this key's vault should (another key, no such identity, a bad request). Cached keys serve until
    /// the lease ends, as in an outage.
    /// </summary>
    Misconfigured,

    /// <summary>The vault denied access. Every cached key was dropped; only a verified unwrap ends it.</summary>
    Revoked,

    /// <summary>
    /// Nothing is known now: the vault has not been asked since DPS started, or the lease ran out over what it said. The next read,
    /// write or check asks it. A state of this process, never stored; what was stored is <see cref="KeyAccessStatus.LastKnown"/>.
    /// </summary>
    NotVerified,
}

/// <summary>What DPS does with a read or a write of a record at this moment.</summary>
public enum RecordAccess
{
    /// <summary>It is carried out with the keys in memory.</summary>
    Served,

    /// <summary>The vault is asked first, and its answer decides.</summary>
    AskedFirst,

    /// <summary>It is refused without asking the vault; checks alone ask it.</summary>
    Refused,
}

/// <summary>Why access is what it is. One cause has one remedy in words.</summary>
public enum KeyAccessCause
{
    None,
    NotVerifiedYet,
    KeyExpired,
    KeyNotYetValid,
    RoleMissing,
    VersionDisabled,
    KeyNotFound,
    OperationNotPermitted,
    FirewallDenied,
    DeniedOtherwise,
    VaultUnreachable,
    VaultTimedOut,
    VaultUntrusted,
    VaultThrottled,
    VaultFailed,
    VaultAnswerUnusable,
    TokenUnavailable,
    AnotherKeyAnswered,
    RequestRejected,

    /// <summary>At the vault's address it is said that there is no vault: it is deleted, or never was. Served from the lease, as an outage is.</summary>
    VaultNotFound,
}

/// <summary>What the inner code of a vault's 403 says, for DPS and the portal alike.</summary>
public static class VaultDenial
{
    /// <param name="innerCode">Key Vault's <c>error.innererror.code</c>.</param>
    public static KeyAccessCause CauseOf(string? innerCode) => innerCode switch
    {
        "KeyDisabled" => KeyAccessCause.VersionDisabled,
        "ForbiddenByRbac" or "ForbiddenByPolicy" or "AccessDenied" => KeyAccessCause.RoleMissing,
        "ForbiddenByFirewall" or "ForbiddenByConnection" => KeyAccessCause.FirewallDenied,
        "KeyOperationForbidden" => KeyAccessCause.OperationNotPermitted,
        "KeyExpired" => KeyAccessCause.KeyExpired,
        "KeyNotYetValid" => KeyAccessCause.KeyNotYetValid,
        _ => KeyAccessCause.DeniedOtherwise,
    };
}

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
