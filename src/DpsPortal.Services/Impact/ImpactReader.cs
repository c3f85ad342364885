using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Impact;

/// <summary>Checks a target and reads what its impact is computed from.</summary>
internal sealed class ImpactReader(
    AllowedVaults vaults, KeyReader reader, WayIn wayIn, KeyAbsences absences, KeyRoles roles, IProvisioningInstances instances, TimeProvider clock)
{
    public async Task<Outcome<PlannedRevocation>> ReadAsync(Caller caller, RevocationTarget target, CancellationToken cancellationToken)
    {
        if (target.Key.IsPinned != (target.Method is RevocationMethod.DisableVersion))
        {
            return new Refusal(ProvisioningRefusals.KeyIdentifierInvalid, nameof(target.Key), target.Key.ToString());
        }

        if (await vaults.FindAsync(target.Key.Vault, cancellationToken).ConfigureAwait(false) is Outcome<Vault>.Refused(var gone))
        {
            return gone with { Field = nameof(target.Key) };
        }

        if (await reader.ReadAsync(caller, target.Key, cancellationToken).ConfigureAwait(false) is not { } reading)
        {
            return await absences.RefuseAsync(target.Key, nameof(target.Key), cancellationToken).ConfigureAwait(false);
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

        var held = await ReadRolesAsync(target, cancellationToken).ConfigureAwait(false);
        return ImpactCalculator.Compute(
            new ImpactState(
                target,
                reading.Versions,
                reading.Dependents,
                await FindUnmatchedAsync(caller, reading, cancellationToken).ConfigureAwait(false),
                [.. reading.Unmatched.Where(use => use.IsMissing)],
                await wayIn.WithoutUnwrapAsync(reading, cancellationToken).ConfigureAwait(false),
                held,
                instances.AccessPollInterval,
                clock.GetUtcNow()));
    }

    private async Task<IReadOnlyList<Dependent>> FindUnmatchedAsync(Caller caller, KeyReading reading, CancellationToken cancellationToken)
    {
        var names = reading.Unmatched.Select(use => use.Instance).Except(reading.Dependents.Select(dependent => dependent.Name)).ToHashSet();
        return names.Count == 0
            ? []
            :
            [
                .. from instance in await instances.ListAsync(caller, cancellationToken).ConfigureAwait(false)
                   where names.Contains(instance.Name)
                   let encryption = instance.Encryption as InstanceEncryption.CustomerManagedKey
                   where encryption is not null
                   select new Dependent(instance, encryption),
            ];
    }

    /// <summary>To disable a version, management of the vault is not needed: an emergency does not wait for it.</summary>
    private async Task<IReadOnlyList<HeldRole>?> ReadRolesAsync(RevocationTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return await roles.ReadAsync(target.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (target.Method is not RevocationMethod.RemoveRole && VaultFault.Of(fault, cancellationToken) is not null)
        {
            return null;
        }
    }
}
