using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Impact;

/// <summary>Checks a target and reads what its impact is computed from.</summary>
internal sealed class ImpactReader(
    AllowedVaults vaults, KeyReader reader, KeyAbsences absences, IVaultManagement management, PortalServicesOptions options, TimeProvider clock)
{
    public async Task<Outcome<PlannedRevocation>> ReadAsync(Caller caller, RevocationTarget target, CancellationToken cancellationToken)
    {
        if (target.Key.IsPinned != (target.Method is RevocationMethod.DisableVersion))
        {
            return new Refusal(ProvisioningRefusals.KeyIdentifierInvalid, nameof(target.Key), target.Key.ToString());
        }

        if ((await vaults.FindAsync(target.Key.Vault, cancellationToken)).Refusal is { } gone)
        {
            return gone with { Field = nameof(target.Key) };
        }

        if (await reader.ReadAsync(caller, target.Key, cancellationToken) is not { } reading)
        {
            return await absences.RefuseAsync(target.Key, nameof(target.Key), cancellationToken);
        }

        if (target.Key.IsPinned && !reading.Versions.Any(version => version.Id.IsSameVersionAs(target.Key)))
        {
            return new Refusal(ProvisioningRefusals.KeyVersionNotFound, nameof(target.Key), target.Key.ToString());
        }

        var byRole = target.Method is RevocationMethod.RemoveRole;
        if (byRole != (target.Instance is not null) || (byRole && !reading.Dependents.Any(dependent => dependent.IsNamed(target.Instance!))))
        {
            return new Refusal(ProvisioningRefusals.InstanceUnknown, nameof(target.Instance), target.Instance ?? "");
        }

        IReadOnlyList<RoleAssignment> assignments = byRole ? await management.ListRoleAssignmentsAsync(target.Key, cancellationToken) : [];
        return ImpactCalculator.Compute(
            new ImpactState(target, reading.Versions, reading.Dependents, assignments, options.AccessPollInterval, clock.GetUtcNow()));
    }
}
