namespace DpsPortal.Provisioning.Contract;

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
