using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Instances;

/// <summary>Checks a creation's form before anything is made: what it says, then what it names.</summary>
internal sealed class NewInstanceRules(
    AllowedVaults vaults, IProvisioningInstances instances, IVaultManagement management, WithdrawnRoles withdrawn, AdministratorAccess administrator)
{
    /// <returns>The first fault, with its field, or <see langword="null"/>.</returns>
    public async Task<Refusal?> FaultAsync(Caller caller, NewInstance form, CancellationToken cancellationToken)
    {
        if (FaultOfFields(form) is { } fault)
        {
            return fault;
        }

        if (await instances.GetAsync(caller, form.Name, cancellationToken) is not null)
        {
            return new Refusal(ProvisioningRefusals.InstanceNameTaken, nameof(form.Name), form.Name);
        }

        return form.CustomerManaged
            ? await FaultOfVaultAsync(KeyIdentifier.Parse(form.Key!), cancellationToken)
                ?? await FaultOfIdentityAsync(caller, form.IdentityName!, KeyIdentifier.Parse(form.Key!), cancellationToken)
            : null;
    }

    /// <summary>Pure.</summary>
    public static Refusal? FaultOfFields(NewInstance form) => form switch
    {
        _ when !ResourceNames.IsInstance(form.Name) => new Refusal(ProvisioningRefusals.InstanceNameInvalid, nameof(form.Name), form.Name),
        _ when !ResourceNames.IsResourceGroup(form.ResourceGroup) => new Refusal(ServiceRefusals.ResourceGroupInvalid, nameof(form.ResourceGroup), form.ResourceGroup),
        _ when !ResourceNames.IsLocation(form.Location) => new Refusal(ServiceRefusals.LocationInvalid, nameof(form.Location), form.Location),
        { CustomerManaged: false } => null,
        { IdentityName: null or "" } => new Refusal(ProvisioningRefusals.IdentityMissing, nameof(form.IdentityName)),
        _ when !ResourceNames.IsIdentity(form.IdentityName) => new Refusal(ServiceRefusals.IdentityNameInvalid, nameof(form.IdentityName), form.IdentityName),
        _ when !KeyIdentifier.TryParse(form.Key, out _) => new Refusal(ProvisioningRefusals.KeyIdentifierInvalid, nameof(form.Key), form.Key ?? ""),
        _ => null,
    };

    public async Task<Refusal?> FaultOfVaultAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        var (vault, gone) = await vaults.FindAsync(key.Vault, cancellationToken);
        if (vault is null)
        {
            return gone! with { Field = nameof(NewInstance.Key) };
        }

        return FaultOf(vault);
    }

    /// <summary>Without purge protection a key can be purged, and every record with it.</summary>
    public static Refusal? FaultOf(Vault vault) =>
        vault.PurgeProtection ? null : new Refusal(ProvisioningRefusals.PurgeProtectionMissing, nameof(NewInstance.Key), vault.Name);

    private async Task<Refusal?> FaultOfIdentityAsync(Caller caller, string name, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var all = await management.ListIdentitiesAsync(cancellationToken);
        if (all.FirstOrDefault(identity => identity.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } known)
        {
            return null;
        }

        // Taking the role of such an instance away would blind the administrator, and the instance could manage keys.
        return administrator.ClientId is { } own && known.ClientId.Equals(own, StringComparison.OrdinalIgnoreCase)
            ? new Refusal(ServiceRefusals.IdentityIsAdministrators, nameof(NewInstance.IdentityName), name)
            : await withdrawn.FaultAsync(caller, known, key, nameof(NewInstance.IdentityName), cancellationToken);
    }
}
