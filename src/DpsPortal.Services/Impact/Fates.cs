using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Impact;

/// <summary>
/// What becomes of one instance's access: whether it has a way in now, by what the vault shows (roles, versions) and what DPS was
/// told last, and whether one is left afterwards. What could not be read or matched is unknown, never yes and never no. Pure.
/// </summary>
/// <param name="removed">Role assignments that would be removed.</param>
internal sealed class Fates(ImpactState state, IReadOnlyList<RoleAssignment> removed)
{
    private readonly IReadOnlyList<HeldRole>? _left = state.Roles?.Where(role => !removed.Contains(role.Assignment)).ToList();

    public Fate Of(Dependent dependent)
    {
        var right = UnwrapRight.Of(state.Roles, dependent.Identity.PrincipalId);
        var version = state.Versions.FirstOrDefault(version => version.Id.IsSameVersionAs(dependent.Effective));
        var now = Now(dependent, right, version);
        var then = Then(dependent, right, version);
        return (now.HasAccess, then.HasAccess) switch
        {
            // DPS was denied last, but by now there is a way in and nothing here closes it.
            (false, true) when now.Why is ImpactReason.AlreadyRevoked => then with { What = AccessFate.Unknown, Why = ImpactReason.WayBackOpen },
            // The same, and this closes it before DPS has noticed.
            (false, false) when now.Why is ImpactReason.AlreadyRevoked && version is not null && Denied(dependent, right) is null =>
                then with { What = AccessFate.Loses },
            (false, _) => now with { What = AccessFate.StaysWithout, IsReached = then.IsReached },
            (true, false) => then with { What = AccessFate.Loses },
            (true, true) => then with { What = AccessFate.Keeps },
            (true, null) => then with { What = AccessFate.Unknown },
            (null, _) => now with { What = AccessFate.Unknown, IsReached = then.IsReached },
        };
    }

    /// <summary>The role that leaves an identity its access after the removal.</summary>
    public AccessRoute? Remaining(ManagedIdentity identity) =>
        UnwrapRight.Of(_left, identity.PrincipalId) is { MayUnwrap: true, By: { } left } ? RouteOf(left) : null;

    private Fate Now(Dependent dependent, UnwrapRight right, KeyVersion? version) => dependent.Access switch
    {
        _ when right.MayUnwrap is false => new Fate(false, ImpactReason.RoleGone),
        _ when version is not null && !Unwraps(version) => new Fate(false, ImpactReason.VersionNotEnabled),
        _ when IsSealed(dependent) => new Fate(false, ImpactReason.UnwrapNotPermitted),
        { Access: KeyAccess.Revoked } => new Fate(false, ImpactReason.AlreadyRevoked),
        { Access: KeyAccess.Accessible or KeyAccess.Degraded, LeaseEndsAt: { } end } when end > state.Now => new Fate(true, ImpactReason.UsesThisKey),
        _ when right.MayUnwrap is null => Unclear(right),
        _ when version is null => new Fate(null, ImpactReason.VersionUnmatched),
        { Access: KeyAccess.Misconfigured } => new Fate(null, ImpactReason.NotUsable),
        _ => new Fate(true, ImpactReason.UsesThisKey),
    };

    private Fate Then(Dependent dependent, UnwrapRight right, KeyVersion? version) => state.Target.Method switch
    {
        RevocationMethod.RemoveRole => ThenWithoutRoles(dependent, right),
        RevocationMethod.DisableVersion when !dependent.Effective.IsSameVersionAs(state.Target.Key) => Untouched(dependent, right, version),
        RevocationMethod.DisableVersion => new Fate(false, ImpactReason.WrappedByThisVersion, IsReached: true),
        // A version that the vault does not list is not disabled with the others.
        _ when version is null => new Fate(null, ImpactReason.VersionUnmatched, IsReached: true),
        _ => new Fate(false, ImpactReason.UsesThisKey, IsReached: true),
    };

    private Fate ThenWithoutRoles(Dependent dependent, UnwrapRight right)
    {
        if (!removed.Any(assignment => assignment.IsFor(dependent.Identity.PrincipalId)))
        {
            return Denied(dependent, right) ?? new Fate(true, ImpactReason.KeepsItsRole);
        }

        var left = UnwrapRight.Of(_left, dependent.Identity.PrincipalId);
        return left.MayUnwrap switch
        {
            false => new Fate(false, ImpactReason.RoleRemovedFromItsIdentity, IsReached: true),
            true => Denied(dependent, left) ?? new Fate(true, ImpactReason.KeepsAWiderRole, RouteOf(left.By)),
            null => Unclear(left) with { IsReached = true },
        };
    }

    private static Fate Untouched(Dependent dependent, UnwrapRight right, KeyVersion? version) =>
        (version is null ? new Fate(null, ImpactReason.VersionUnmatched) : Denied(dependent, right)) ?? new Fate(true, ImpactReason.WrappedByAnotherVersion);

    /// <summary>
    /// A denial stands until DPS has unwrapped again. That there is a role and an enabled version says that it soon will, unless the
    /// denial was for something that is not read here.
    /// </summary>
    private static Fate? Denied(Dependent dependent, UnwrapRight right) => dependent.Access switch
    {
        { Access: not KeyAccess.Revoked } => null,
        { Cause: KeyAccessCause.RoleMissing or KeyAccessCause.VersionDisabled or KeyAccessCause.KeyNotFound
            or KeyAccessCause.OperationNotPermitted } when right.MayUnwrap is true => null,
        _ => new Fate(false, ImpactReason.AlreadyRevoked),
    };

    private static Fate Unclear(UnwrapRight right) => right.By switch
    {
        null => new Fate(null, ImpactReason.RolesUnread),
        { Assignment: var assignment } by when assignment.IsForAGroup() => new Fate(null, ImpactReason.GroupUnread, RouteOf(by)),
        var by => new Fate(null, ImpactReason.RoleUnread, RouteOf(by)),
    };

    /// <summary>Also when expired or not yet valid: a key then still unwraps.</summary>
    private static bool Unwraps(KeyVersion version) => version.Availability is not (KeyAvailability.Disabled or KeyAvailability.Deleted);

    private bool IsSealed(Dependent dependent) => state.Sealed.Any(version => version.IsSameVersionAs(dependent.Effective));

    private static AccessRoute? RouteOf(HeldRole? role) => role is null ? null : AccessRoutes.Of(role);
}
