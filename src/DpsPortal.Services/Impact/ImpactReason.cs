namespace DpsPortal.Services.Impact;

/// <summary>Why an instance has the fate that it has.</summary>
public enum ImpactReason
{
    // It loses access.
    WrappedByThisVersion,
    UsesThisKey,
    RoleRemovedFromItsIdentity,

    // It keeps access.
    WrappedByAnotherVersion,
    KeepsItsRole,
    KeepsAWiderRole,

    // It stays without.
    AlreadyRevoked,
    RoleGone,
    VersionNotEnabled,
    UnwrapNotPermitted,

    // It cannot be told.
    RolesUnread,
    RoleUnread,
    GroupUnread,
    VersionUnmatched,
    KeyUnmatched,
    NotUsable,
    WayBackOpen,
}
