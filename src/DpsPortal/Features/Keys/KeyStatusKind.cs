namespace DpsPortal.Features.Keys;

internal enum KeyStatusKind
{
    /// <summary>The current version is enabled and valid.</summary>
    Current,

    /// <summary>It is, and some instance cannot use it all the same: its role, the network, an outage.</summary>
    CurrentShut,

    /// <summary>It is, and the vault would not open it to some instance any more, which DPS has not noticed.</summary>
    LossAhead,

    /// <summary>It is, and whether a revocation took something of it cannot be read.</summary>
    CurrentUnclear,

    /// <summary>Reads and writes go on; nothing new can be wrapped.</summary>
    Expired,
    NotYetValid,

    /// <summary>Disabled outside the portal, while instances have it.</summary>
    Disabled,

    /// <summary>Disabled, and whether an instance has it is not known.</summary>
    DisabledUseUnknown,

    /// <summary>Disabled while instances have it, or may, and whether by a revocation made here cannot be read.</summary>
    DisabledUnclear,

    /// <summary>Disabled, and no instance has it.</summary>
    Retired,

    /// <summary>A revoke made here is under way.</summary>
    Revoking,

    /// <summary>By a revocation made here, and no instance has access any more as far as DPS reports.</summary>
    Revoked,

    /// <summary>A revocation made here took the version or a role away, and the records of some are served all the same.</summary>
    PartlyRevoked,
    Deleted,
}
