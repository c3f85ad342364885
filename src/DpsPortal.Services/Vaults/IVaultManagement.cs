using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>
/// Management of vaults, identities and role assignments: what Azure offers through Azure Resource Manager and not
/// through the keys data plane. The same REST shapes are spoken to the embedded vault and to Azure. What management or its network
/// refuses is a <see cref="Azure.RequestFailedException"/>, as in Azure's own clients.
/// </summary>
public interface IVaultManagement
{
    /// <summary>Every vault of the subscription that is not deleted.</summary>
    Task<IReadOnlyList<Vault>> ListVaultsAsync(CancellationToken cancellationToken);

    /// <summary>The subscription's soft-deleted vaults, which the other list does not have.</summary>
    Task<IReadOnlyList<DeletedVault>> ListDeletedVaultsAsync(CancellationToken cancellationToken);

    /// <summary>Whether there is a vault at the address, among all of the subscription, deleted ones included; one that was seen once stays known.</summary>
    Task<bool> KnowsVaultAsync(Uri address, CancellationToken cancellationToken);

    /// <summary>Creates the vault or leaves it as it is. Purge protection cannot be taken back.</summary>
    Task<Vault> PutVaultAsync(string name, string location, bool purgeProtection, int retentionDays, CancellationToken cancellationToken);

    /// <summary>Makes the user-assigned identity, or answers the one of that name.</summary>
    Task<ManagedIdentity> PutIdentityAsync(string name, CancellationToken cancellationToken);

    /// <summary>Every user-assigned identity of the resource group.</summary>
    Task<IReadOnlyList<ManagedIdentity>> ListIdentitiesAsync(CancellationToken cancellationToken);

    /// <summary>Removes an identity; it is no error when it is gone already.</summary>
    Task DeleteIdentityAsync(string name, CancellationToken cancellationToken);

    /// <summary>The assignments that hold for a key: on the key itself, its vault or above.</summary>
    Task<IReadOnlyList<RoleAssignment>> ListRoleAssignmentsAsync(KeyIdentifier key, CancellationToken cancellationToken);

    /// <summary>The assignments that hold for any key of a vault, in one answer: on one of its keys, on the vault or above.</summary>
    Task<IReadOnlyList<RoleAssignment>> ListRoleAssignmentsAsync(Uri vault, CancellationToken cancellationToken);

    /// <summary>Reads what a role permits.</summary>
    /// <param name="id">ARM id, as a role assignment names it.</param>
    /// <returns><see langword="null"/> when what is there does not say what it permits.</returns>
    Task<RoleDefinition?> FindRoleDefinitionAsync(string id, CancellationToken cancellationToken);

    /// <summary>Assigns "Key Vault Crypto Service Encryption User" on one key. Repeating it changes nothing.</summary>
    Task<RoleAssignment> AssignEncryptionUserAsync(KeyIdentifier key, string principalId, CancellationToken cancellationToken);

    /// <summary>Creates again exactly an assignment removed earlier.</summary>
    Task RestoreRoleAssignmentAsync(RoleAssignment assignment, CancellationToken cancellationToken);

    /// <summary>Removes an assignment; it is no error when it is gone already.</summary>
    Task RemoveRoleAssignmentAsync(RoleAssignment assignment, CancellationToken cancellationToken);
}
