namespace DpsPortal.Features.Dashboard;

public enum AttentionKind
{
    /// <summary>Instances need it: what they have encrypted is lost for good when it is purged.</summary>
    KeyDeleted,

    /// <summary>Instances need it, and the vault has neither it nor a deleted one.</summary>
    KeyMissing,

    /// <summary>Instances need keys of it.</summary>
    VaultDeleted,
    Revoked,

    /// <summary>The vault would not open it any more to instances that DPS serves still: a version, a role or a permission is gone.</summary>
    LossAhead,
    Misconfigured,
    VaultNotFound,

    /// <summary>The portal's own identity, or its address.</summary>
    VaultRefuses,
    VaultSilent,
    VaultNotLookedUp,

    /// <summary>DPS uses it, and the portal cannot see it.</summary>
    KeyUnread,
    Unconfirmed,
    PartlyDone,
    Unreadable,
    Unavailable,
    Waiting,
    Degraded,
    NotVerified,
    Expired,

    /// <summary>Of an enrollment group; so for the one that ends soon.</summary>
    CertificateExpired,
    NotPickedUp,
    VaultDeletedUnused,
    ExpiresSoon,
    CertificateExpiresSoon,
    PinnedBehind,
}
