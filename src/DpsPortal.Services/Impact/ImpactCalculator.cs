using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Impact;

/// <summary>What breaks if this key goes. A pure function of what was read: no clock, no vault, no database.</summary>
internal static class ImpactCalculator
{
    // Simulated, modelled on IoT Hub (403011 KeyEncryptionKeyRevoked) and Event Hubs; a device is told to come back instead.
    private const int ServiceStatus = 403;
    private const int ServiceError = 403011;
    private const int DeviceStatus = 503;
    private const int DeviceError = 503011;

    public static PlannedRevocation Compute(ImpactState state)
    {
        var identity = state.Target.Instance is { } name ? state.Dependents.Single(dependent => dependent.IsNamed(name)).Identity : null;
        var versions = VersionsToDisable(state);
        var assignments = identity is null ? [] : AssignmentsToRemove(state, identity);
        var instances = state.Dependents.Select(dependent => Affected(state, dependent, identity, assignments)).ToList();
        IReadOnlyList<VaultChange> changes =
        [
            .. versions.Select(version => new VaultChange(VaultChangeKind.DisableVersion, version.ToString())),
            .. assignments.Select(assignment => ChangeOf(assignment, identity!, state.Target.Key)),
        ];
        var impact = new RevocationImpact(
            state.Target,
            instances,
            EffectsOn(instances),
            changes,
            state.NoticedWithin,
            state.Now,
            ImpactFingerprint.Of(state, instances, changes));
        return new PlannedRevocation(impact, versions, assignments, identity);
    }

    public static VaultChange ChangeOf(RoleAssignment assignment, ManagedIdentity identity, KeyIdentifier key) =>
        new(VaultChangeKind.RemoveRoleAssignment, $"{identity.Name} · {key.VaultName}/{key.Name} · {KeyVaultRoles.NameOf(assignment.RoleDefinitionId)}");

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

    /// <summary>Only what was assigned on this very key: anything wider also gives access to other keys, which nobody asked to take away.</summary>
    private static IReadOnlyList<RoleAssignment> AssignmentsToRemove(ImpactState state, ManagedIdentity identity) =>
    [
        .. state.Assignments.Where(assignment =>
            assignment.IsFor(identity.PrincipalId) && assignment.IsOn(state.Target.Key) && KeyVaultRoles.MayUnwrap(assignment.RoleDefinitionId)),
    ];

    private static AffectedInstance Affected(ImpactState state, Dependent dependent, ManagedIdentity? identity, IReadOnlyList<RoleAssignment> removed)
    {
        var (loses, reason) = state.Target.Method switch
        {
            RevocationMethod.RemoveRole when !IsSamePrincipal(dependent, identity) => (false, ImpactReason.KeepsItsRole),
            RevocationMethod.RemoveRole when HasAnotherRoute(state, dependent, removed) => (false, ImpactReason.KeepsItsRole),
            RevocationMethod.DisableVersion when !dependent.Effective.IsSameVersionAs(state.Target.Key) => (false, ImpactReason.WrappedByAnotherVersion),
            _ when dependent.Access.Access is KeyAccess.Revoked => (false, ImpactReason.AlreadyRevoked),
            RevocationMethod.RemoveRole => (true, ImpactReason.RoleRemovedFromItsIdentity),
            RevocationMethod.DisableVersion => (true, ImpactReason.WrappedByThisVersion),
            _ => (true, ImpactReason.UsesThisKey),
        };
        return new AffectedInstance(
            dependent.Name, dependent.Instance.IdScope, loses, reason, dependent.Effective, dependent.Instance.Records, dependent.Access.Access);
    }

    private static bool IsSamePrincipal(Dependent dependent, ManagedIdentity? identity) =>
        dependent.Identity.PrincipalId.Equals(identity?.PrincipalId, StringComparison.OrdinalIgnoreCase);

    private static bool HasAnotherRoute(ImpactState state, Dependent dependent, IReadOnlyList<RoleAssignment> removed) =>
        state.Assignments.Any(assignment =>
            assignment.IsFor(dependent.Identity.PrincipalId) && KeyVaultRoles.MayUnwrap(assignment.RoleDefinitionId) && !removed.Contains(assignment));

    private static IReadOnlyList<OperationEffect> EffectsOn(IReadOnlyList<AffectedInstance> instances)
    {
        var losing = instances.Where(instance => instance.LosesAccess).ToList();
        var enrollments = losing.Sum(instance => instance.Records.EnrollmentGroups + instance.Records.IndividualEnrollments);
        var registrations = losing.Sum(instance => instance.Records.Registrations);
        var breaks = losing.Count > 0;
        return
        [
            Device(OperationKindAffected.RegisterDevice, enrollments),
            Device(OperationKindAffected.ReprovisionDevice, registrations),
            Service(OperationKindAffected.ReadEnrollments, enrollments),
            Service(OperationKindAffected.WriteEnrollments, enrollments),
            Service(OperationKindAffected.ReadRegistrations, registrations),
            // A provisioned device talks to its hub; DPS is not in that path.
            new OperationEffect(OperationKindAffected.TelemetryOfProvisionedDevices, false, null, null, registrations),
            new OperationEffect(OperationKindAffected.ManageInstance, false, null, null, losing.Count),
        ];

        OperationEffect Device(OperationKindAffected kind, long scope) => Effect(kind, DeviceStatus, DeviceError, scope);
        OperationEffect Service(OperationKindAffected kind, long scope) => Effect(kind, ServiceStatus, ServiceError, scope);
        OperationEffect Effect(OperationKindAffected kind, int status, int error, long scope) =>
            breaks ? new OperationEffect(kind, true, status, error, scope) : new OperationEffect(kind, false, null, null, scope);
    }
}
