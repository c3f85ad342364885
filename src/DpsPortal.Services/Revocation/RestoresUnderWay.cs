using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>Restores that have not ended: who is without access on their account needs nobody's help yet.</summary>
internal sealed class RestoresUnderWay(OperationStore operations)
{
    /// <returns>Newest first.</returns>
    public async Task<IReadOnlyList<OperationRun>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await operations.ListAsync(rows => rows.Where(row => row.Kind == OperationKind.Restore && row.FinishedAt == null), cancellationToken)
            .ConfigureAwait(false))
            .Where(run => !run.IsDamaged)];

    /// <returns>The one that gives this instance back what its key is denied for; another one does not help it.</returns>
    public static Guid? For(ProvisioningInstance instance, IReadOnlyList<OperationRun> restores) =>
        instance.Encryption is not InstanceEncryption.CustomerManagedKey { Access: { Access: KeyAccess.Revoked } access } encryption ? null
            : restores.FirstOrDefault(run => run.Intent<RestoreIntent>() is var restore
                && restore.Instances.Contains(instance.Name, StringComparer.OrdinalIgnoreCase)
                && access.Cause switch
            {
                KeyAccessCause.RoleMissing =>
                    restore.Assignments.Any(assignment => assignment.IsFor(encryption.Identity.PrincipalId))
                        && restore.Target.Key.IsSameKeyAs(encryption.EffectiveKey),
                KeyAccessCause.VersionDisabled => restore.Versions.Any(encryption.EffectiveKey.IsSameVersionAs),
                _ => false,
            })?.Id;
}
