using System.IO.Enumeration;
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

/// <summary>A vault as its management describes it.</summary>
/// <param name="Uri">Address of its keys, ending in a slash.</param>
/// <param name="RetentionDays">How long a deleted key can be recovered, 7 to 90.</param>
public sealed record Vault(string Name, Uri Uri, string Location, bool PurgeProtection, int RetentionDays);

/// <summary>A vault that was deleted and can be recovered still.</summary>
/// <param name="ResourceId">ARM id that it had and gets back.</param>
/// <param name="RecoverableUntil">When it is purged.</param>
public sealed record DeletedVault(string Name, string ResourceId, string Location, DateTimeOffset? DeletedOn, DateTimeOffset? RecoverableUntil);

/// <summary>That a principal has a role on a scope.</summary>
/// <param name="Id">Full ARM id of the assignment, its scope included.</param>
/// <param name="Scope">ARM id of the subscription, vault or key that it holds for.</param>
/// <param name="CreatedOn">When it was assigned, as the vault says; it is honoured some time after that.</param>
/// <param name="PrincipalType">As Azure names it: <c>ServicePrincipal</c>, <c>User</c>, <c>Group</c>, <c>ForeignGroup</c> …</param>
public sealed record RoleAssignment(
    string Id, string Scope, string RoleDefinitionId, string PrincipalId, DateTimeOffset? CreatedOn = null, string PrincipalType = "ServicePrincipal");

/// <summary>A role and what it permits on data; what it permits in management opens no key.</summary>
public sealed record RoleDefinition(string Id, string Name, IReadOnlyList<RolePermission> Permissions)
{
    /// <summary>As Azure decides: one of its permissions names the action and does not except it.</summary>
    public bool AllowsData(string action) =>
        Permissions.Any(permission => Names(permission.DataActions, action) && !Names(permission.NotDataActions, action));

    // An asterisk stands for any text; case is ignored.
    private static bool Names(IReadOnlyList<string> patterns, string action) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, action, ignoreCase: true));
}

/// <summary>One permission of a role: what it gives of the data plane and what of that it excepts.</summary>
/// <param name="DataActions">Patterns such as <c>Microsoft.KeyVault/vaults/*</c>.</param>
/// <param name="NotDataActions">What the same permission excepts.</param>
public sealed record RolePermission(IReadOnlyList<string> DataActions, IReadOnlyList<string> NotDataActions);
