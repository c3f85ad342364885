using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Impact;

/// <summary>An instance whose key a revocation is about, and what becomes of its access.</summary>
/// <param name="Fate">What becomes of its access.</param>
/// <param name="Reason">Why.</param>
/// <param name="Identity">Name of the identity with which it calls the vault; instances can share one.</param>
/// <param name="AccessNow">What DPS knows of it at this moment.</param>
/// <param name="Route">The role that keeps its access, or because of which that cannot be told; otherwise <see langword="null"/>.</param>
public sealed record AffectedInstance(
    string Name,
    string IdScope,
    AccessFate Fate,
    ImpactReason Reason,
    KeyIdentifier EffectiveVersion,
    RecordCounts Records,
    KeyAccess AccessNow,
    string Identity,
    AccessRoute? Route = null);

/// <summary>What a revocation makes of an instance's access to its key.</summary>
public enum AccessFate
{
    /// <summary>It has a way in now and will have none: its reads and writes will be rejected.</summary>
    Loses,

    /// <summary>Something could not be read or matched, so that nothing is promised.</summary>
    Unknown,

    /// <summary>It has no way in now and will have none afterwards.</summary>
    StaysWithout,

    /// <summary>It has a way in now and will have one afterwards.</summary>
    Keeps,
}

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

/// <summary>A role assignment through which a key can be reached.</summary>
/// <param name="Role">Its name; its id when neither is known.</param>
/// <param name="Name">Of the key, vault, resource group, subscription or management group at which it is assigned.</param>
public sealed record AccessRoute(string Role, RouteScope Scope, string Name);

/// <summary>At which level a role is assigned.</summary>
public enum RouteScope
{
    Key,
    Vault,
    ResourceGroup,
    Subscription,

    /// <summary>A management group or the whole tenant.</summary>
    Above,
}
