using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Impact;

/// <summary>What breaks if this key goes. A pure function of what was read: no clock, no vault, no database.</summary>
internal static class ImpactCalculator
{
    public static PlannedRevocation Compute(ImpactState state)
    {
        var identity = state.Target.Instance is { } name ? state.Dependents.Single(dependent => dependent.IsNamed(name)).Identity : null;
        var versions = VersionsToDisable(state);
        var roles = identity is null ? [] : RolesToRemove(state, identity);
        IReadOnlyList<RoleAssignment> assignments = [.. roles.Select(role => role.Assignment)];
        var fates = new Fates(state, assignments);
        var reached = state.Dependents.Select(dependent => (Dependent: dependent, Fate: fates.Of(dependent))).ToList();
        IReadOnlyList<AffectedInstance> instances =
        [
            .. reached.Concat(state.Unmatched.Select(dependent => (Dependent: dependent, Fate: Fate.OfUnmatched)))
                .OrderBy(pair => pair.Fate.What).Select(pair => Describe(pair.Dependent, pair.Fate)),
        ];
        IReadOnlyList<VaultChange> changes =
        [
            .. versions.Select(version => new VaultChange(VaultChangeKind.DisableVersion, version.ToString())),
            .. roles.Select(role => ChangeOf(role.RoleName, identity!, state.Target.Key)),
        ];
        var remaining = identity is null ? null : fates.Remaining(identity);
        var impact = new RevocationImpact(
            state.Target,
            instances,
            OperationEffects.Of(instances, anyMissing: state.Missing.Count > 0),
            changes,
            remaining,
            state.NoticedWithin,
            state.Now,
            ImpactFingerprint.Of(state, instances, changes, remaining)) { Missing = state.Missing };
        var asked = reached.Where(pair => pair.Fate.IsReached)
            .ToLookup(pair => pair.Fate.What is AccessFate.Loses or AccessFate.Unknown, pair => pair.Dependent.Name);
        return new PlannedRevocation(impact, versions, assignments, identity, [.. asked[true]], [.. asked[false]]);
    }

    public static VaultChange ChangeOf(RoleAssignment assignment, ManagedIdentity identity, KeyIdentifier key) =>
        ChangeOf(KeyVaultRoles.NameOf(assignment.RoleDefinitionId), identity, key);

    private static VaultChange ChangeOf(string role, ManagedIdentity identity, KeyIdentifier key) =>
        new(VaultChangeKind.RemoveRoleAssignment, $"{identity.Name} · {key.VaultName}/{key.Name} · {role}");

    /// <summary>Enabled is what can be disabled, also when expired: an expired key still unwraps. The current one first: new wraps end there.</summary>
    private static IReadOnlyList<KeyIdentifier> VersionsToDisable(ImpactState state) => state.Target.Method is RevocationMethod.RemoveRole
        ? []
        :
        [
            .. state.Versions
                .Where(version => version.Availability is not (KeyAvailability.Disabled or KeyAvailability.Deleted))
                .Where(version => state.Target.Method is RevocationMethod.DisableKey || version.Id.IsSameVersionAs(state.Target.Key))
                .OrderByDescending(version => version.Use == KeyVersionUse.Current)
                .Select(version => version.Id),
        ];

    /// <summary>
    /// Only what was assigned on this very key: anything wider also gives access to other keys, which nobody asked to take away. A
    /// role whose rights could not be read goes with the others: it may be the one.
    /// </summary>
    private static IReadOnlyList<HeldRole> RolesToRemove(ImpactState state, ManagedIdentity identity) =>
    [
        .. (state.Roles ?? []).Where(role =>
            role.Assignment.IsFor(identity.PrincipalId) && role.Assignment.IsOn(state.Target.Key) && role.MayUnwrap is not false),
    ];

    private static AffectedInstance Describe(Dependent dependent, Fate fate) => new(
        dependent.Name,
        dependent.Instance.IdScope,
        fate.What,
        fate.Why,
        dependent.Effective,
        dependent.Instance.Records,
        dependent.Access.Access,
        dependent.Identity.Name,
        fate.Route);
}
