using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>
/// Management of vaults, identities and role assignments: what Azure offers through Azure Resource Manager and not
/// through the keys data plane. The same REST shapes are spoken to the embedded vault and to Azure.
/// </summary>
public interface IVaultManagement
{
    Task<IReadOnlyList<Vault>> ListVaultsAsync(CancellationToken cancellationToken);

    /// <summary>The subscription's soft-deleted vaults, which the other list does not have.</summary>
    Task<IReadOnlyList<DeletedVault>> ListDeletedVaultsAsync(CancellationToken cancellationToken);

    /// <summary>Whether there is a vault at the address, among all of the subscription, deleted ones included; one that was seen once stays known.</summary>
    Task<bool> KnowsVaultAsync(Uri address, CancellationToken cancellationToken);

    /// <summary>Creates the vault or leaves it as it is. Purge protection cannot be taken back.</summary>
    Task<Vault> PutVaultAsync(string name, string location, bool purgeProtection, int retentionDays, CancellationToken cancellationToken);

    Task<ManagedIdentity> PutIdentityAsync(string name, CancellationToken cancellationToken);

    Task<IReadOnlyList<ManagedIdentity>> ListIdentitiesAsync(CancellationToken cancellationToken);

    Task DeleteIdentityAsync(string name, CancellationToken cancellationToken);

    /// <summary>The assignments that hold for a key: on the key itself, its vault or above.</summary>
    Task<IReadOnlyList<RoleAssignment>> ListRoleAssignmentsAsync(KeyIdentifier key, CancellationToken cancellationToken);

    /// <summary>Assigns "Key Vault Crypto Service Encryption User" on one key. Repeating it changes nothing.</summary>
    Task<RoleAssignment> AssignEncryptionUserAsync(KeyIdentifier key, string principalId, CancellationToken cancellationToken);

    /// <summary>Creates again exactly an assignment removed earlier.</summary>
    Task RestoreRoleAssignmentAsync(RoleAssignment assignment, CancellationToken cancellationToken);

    /// <summary>Removes an assignment; it is no error when it is gone already.</summary>
    Task RemoveRoleAssignmentAsync(RoleAssignment assignment, CancellationToken cancellationToken);
}

/// <param name="Uri">Address of its keys, ending in a slash.</param>
/// <param name="RetentionDays">How long a deleted key can be recovered, 7 to 90.</param>
public sealed record Vault(string Name, Uri Uri, string Location, bool PurgeProtection, int RetentionDays);

/// <param name="ResourceId">ARM id that it had and gets back.</param>
/// <param name="RecoverableUntil">When it is purged.</param>
public sealed record DeletedVault(string Name, string ResourceId, string Location, DateTimeOffset? DeletedOn, DateTimeOffset? RecoverableUntil);

/// <param name="Id">Full ARM id of the assignment, its scope included.</param>
/// <param name="Scope">ARM id of the subscription, vault or key that it holds for.</param>
/// <param name="CreatedOn">When it was assigned, as the vault says; it is honoured some time after that.</param>
public sealed record RoleAssignment(string Id, string Scope, string RoleDefinitionId, string PrincipalId, DateTimeOffset? CreatedOn = null);
