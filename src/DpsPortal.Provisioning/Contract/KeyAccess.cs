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

    /// <summary>The vault answered, but not as this key's vault should (another key, no such identity, a bad request).</summary>
    Misconfigured,

    /// <summary>The vault denied access. Every cached key was dropped; only a verified unwrap ends it.</summary>
    Revoked,
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
/// <param name="CheckedAt">When the vault was last asked.</param>
/// <param name="VerifiedAt">When an unwrap was last verified; <see langword="null"/> before the first.</param>
/// <param name="LeaseEndsAt">Until when cached keys may serve while the vault cannot be asked.</param>
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
    long Epoch);
