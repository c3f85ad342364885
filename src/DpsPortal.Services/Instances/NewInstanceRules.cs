using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Instances;

/// <summary>What a creation must be before anything is made for it: first what is written in it, then what it names.</summary>
internal sealed class NewInstanceRules(
    AllowedVaults vaults, IProvisioningInstances instances, IVaultManagement management, WithdrawnRoles withdrawn, AdministratorAccess administrator)
{
    /// <returns>The first fault, with its field, or <see langword="null"/>.</returns>
    public async Task<Refusal?> FaultAsync(Caller caller, NewInstance form, CancellationToken cancellationToken)
    {
        if (FaultOf(form) is { } fault)
        {
            return fault;
        }

        if (await instances.GetAsync(caller, form.Name, cancellationToken).ConfigureAwait(false) is not null)
        {
            return new Refusal(ProvisioningRefusals.InstanceNameTaken, nameof(form.Name), form.Name);
        }

        return form.CustomerManaged
            ? await FaultOfVaultAsync(KeyIdentifier.Parse(form.Key!), cancellationToken).ConfigureAwait(false)
                ?? await FaultOfIdentityAsync(caller, form.IdentityName!, KeyIdentifier.Parse(form.Key!), cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Pure.</summary>
    public static Refusal? FaultOf(NewInstance form) => form switch
    {
        _ when !InstanceName.IsValid(form.Name) => new Refusal(ProvisioningRefusals.InstanceNameInvalid, nameof(form.Name), form.Name),
        _ when !ResourceNames.IsResourceGroup(form.ResourceGroup) =>
            new Refusal(ServiceRefusals.ResourceGroupInvalid, nameof(form.ResourceGroup), form.ResourceGroup),
        _ when !ResourceNames.IsLocation(form.Location) => new Refusal(ServiceRefusals.LocationInvalid, nameof(form.Location), form.Location),
        { CustomerManaged: false } => null,
        { IdentityName: null or "" } => new Refusal(ProvisioningRefusals.IdentityMissing, nameof(form.IdentityName)),
        _ when !ResourceNames.IsIdentity(form.IdentityName) => new Refusal(ServiceRefusals.IdentityNameInvalid, nameof(form.IdentityName), form.IdentityName),
        _ when !KeyIdentifier.TryParse(form.Key, out _) => new Refusal(ProvisioningRefusals.KeyIdentifierInvalid, nameof(form.Key), form.Key ?? ""),
        _ => null,
    };

    public async Task<Refusal?> FaultOfVaultAsync(KeyIdentifier key, CancellationToken cancellationToken) =>
        (await vaults.FindAsync(key.Vault, cancellationToken).ConfigureAwait(false)).Match(FaultOf, gone => gone with { Field = nameof(NewInstance.Key) });

    /// <summary>Without purge protection a key can be purged, and every record with it.</summary>
    public static Refusal? FaultOf(Vault vault) =>
        vault.PurgeProtection ? null : new Refusal(ProvisioningRefusals.PurgeProtectionMissing, nameof(NewInstance.Key), vault.Name);

    private async Task<Refusal?> FaultOfIdentityAsync(Caller caller, string name, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var all = await management.ListIdentitiesAsync(cancellationToken).ConfigureAwait(false);
        if (all.FirstOrDefault(identity => identity.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } known)
        {
            return null;
        }

        // Taking the role of such an instance away would blind the administrator, and the instance could manage keys.
        return administrator.ClientId is { } own && known.ClientId.Equals(own, StringComparison.OrdinalIgnoreCase)
            ? new Refusal(ServiceRefusals.IdentityIsAdministrators, nameof(NewInstance.IdentityName), name)
            : await withdrawn.FaultAsync(caller, known, key, nameof(NewInstance.IdentityName), cancellationToken).ConfigureAwait(false);
    }
}
