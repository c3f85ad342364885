using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Azure;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>
/// Microsoft.KeyVault/vaults and deletedVaults 2023-07-01, Microsoft.ManagedIdentity/userAssignedIdentities 2023-01-31 and
/// Microsoft.Authorization/roleAssignments and roleDefinitions 2022-04-01.
/// </summary>
internal sealed class VaultManagement(ArmClient arm, PortalServicesOptions options, TimeProvider clock) : IVaultManagement
{
    private const string VaultVersion = "2023-07-01";
    private const string IdentityVersion = "2023-01-31";
    private const string RoleVersion = "2022-04-01";
    private const string Assignments = "/providers/Microsoft.Authorization/roleAssignments";

    /// <summary>A vault's place in Azure never changes, and a scope is needed for every assignment.</summary>
    private readonly ConcurrentDictionary<string, string> _idsByHost = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A page that shows many keys asks for each about the same strange address: the vaults are not listed each time.</summary>
    private static readonly TimeSpan LooksAgainAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (long At, bool Deleted)> _lookedFor = new(StringComparer.OrdinalIgnoreCase);

    private string Subscription => $"/subscriptions/{options.SubscriptionId}";

    private string Group => $"{Subscription}/resourceGroups/{options.ResourceGroup}";

    private string Identities => $"{Group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities";

    public async Task<IReadOnlyList<Vault>> ListVaultsAsync(CancellationToken cancellationToken)
    {
        var vaults = await arm.ListAsync(
            $"{Subscription}/providers/Microsoft.KeyVault/vaults", VaultVersion, null, ArmJson.Default.ArmPageArmVault, cancellationToken)
            .ConfigureAwait(false);
        return [.. vaults.Select(ToVault)];
    }

    public async Task<IReadOnlyList<DeletedVault>> ListDeletedVaultsAsync(CancellationToken cancellationToken)
    {
        var vaults = await arm.ListAsync(
            $"{Subscription}/providers/Microsoft.KeyVault/deletedVaults", VaultVersion, null, ArmJson.Default.ArmPageArmDeletedVault, cancellationToken)
                .ConfigureAwait(false);
        return [.. vaults.Select(vault => new DeletedVault(
            vault.Name, vault.Properties.VaultId, vault.Properties.Location, vault.Properties.DeletionDate, vault.Properties.ScheduledPurgeDate))];
    }

    public async Task<bool> KnowsVaultAsync(Uri address, CancellationToken cancellationToken)
    {
        if (_idsByHost.ContainsKey(address.Host))
        {
            return true;
        }

        if (_lookedFor.TryGetValue(address.Host, out var looked) && clock.GetElapsedTime(looked.At) < LooksAgainAfter)
        {
            return looked.Deleted;
        }

        await ListVaultsAsync(cancellationToken).ConfigureAwait(false);
        if (_idsByHost.ContainsKey(address.Host))
        {
            return true;
        }

        var deleted = await IsDeletedAsync(address.Host, cancellationToken).ConfigureAwait(false);
        _lookedFor[address.Host] = (clock.GetTimestamp(), deleted);
        return deleted;
    }

    /// <summary>
    /// A deleted vault has no address: its name must fit, and the rest that of another vault. Whoever may not see the deleted ones does not
    /// know.
    /// </summary>
    private async Task<bool> IsDeletedAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return (await ListDeletedVaultsAsync(cancellationToken).ConfigureAwait(false)).Any(vault =>
                _idsByHost.Keys.Any(known => host.Equals($"{vault.Name}.{known.Split('.', 2)[^1]}", StringComparison.OrdinalIgnoreCase)));
        }
        catch (RequestFailedException)
        {
            return false;
        }
    }

    public async Task<Vault> PutVaultAsync(string name, string location, bool purgeProtection, int retentionDays, CancellationToken cancellationToken)
    {
        var path = $"{Group}/providers/Microsoft.KeyVault/vaults/{Uri.EscapeDataString(name)}";
        var known = (await ListVaultsAsync(cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(vault => vault.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (known is not null && (known.PurgeProtection || !purgeProtection))
        {
            return known;
        }

        // Of a vault that exists, only the protection may change; its retention is fixed.
        var body = new ArmVaultPut(location, new ArmVaultPutProperties(
            new ArmSku("A", "standard"), true, true, known is null ? retentionDays : null, purgeProtection ? true : null));
        return ToVault(
            await arm.PutAsync(path, VaultVersion, body, ArmJson.Default.ArmVaultPut, ArmJson.Default.ArmVault, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ManagedIdentity> PutIdentityAsync(string name, CancellationToken cancellationToken) => ToIdentity(await arm.PutAsync(
        IdentityPath(name), IdentityVersion, new ArmIdentityPut(options.Location), ArmJson.Default.ArmIdentityPut, ArmJson.Default.ArmIdentity,
        cancellationToken)
            .ConfigureAwait(false));

    public async Task<IReadOnlyList<ManagedIdentity>> ListIdentitiesAsync(CancellationToken cancellationToken)
    {
        var identities = await arm.ListAsync(Identities, IdentityVersion, null, ArmJson.Default.ArmPageArmIdentity, cancellationToken).ConfigureAwait(false);
        return [.. identities.Select(ToIdentity)];
    }

    public Task DeleteIdentityAsync(string name, CancellationToken cancellationToken) =>
        arm.DeleteAsync(IdentityPath(name), IdentityVersion, cancellationToken);

    public async Task<IReadOnlyList<RoleAssignment>> ListRoleAssignmentsAsync(KeyIdentifier key, CancellationToken cancellationToken)
    {
        var scope = await ScopeOfAsync(key, cancellationToken).ConfigureAwait(false);
        var assignments = await arm.ListAsync(scope + Assignments, RoleVersion, "atScope()", ArmJson.Default.ArmPageArmRoleAssignment, cancellationToken)
            .ConfigureAwait(false);
        return [.. assignments.Select(ToAssignment)];
    }

    public async Task<IReadOnlyList<RoleAssignment>> ListRoleAssignmentsAsync(Uri vault, CancellationToken cancellationToken)
    {
        // Without atScope() those below are listed as well.
        var assignments = await arm.ListAsync(
            await ScopeOfAsync(vault, cancellationToken).ConfigureAwait(false) + Assignments, RoleVersion, null, ArmJson.Default.ArmPageArmRoleAssignment,
            cancellationToken)
            .ConfigureAwait(false);
        return [.. assignments.Select(ToAssignment)];
    }

    public async Task<RoleDefinition?> FindRoleDefinitionAsync(string id, CancellationToken cancellationToken)
    {
        var role = await arm.GetAsync(id, RoleVersion, ArmJson.Default.ArmRoleDefinition, cancellationToken).ConfigureAwait(false);
        return role.Properties is { RoleName: { } name, Permissions: { } permissions }
            ? new RoleDefinition(role.Id, name, [.. permissions.Select(one => new RolePermission(one.DataActions ?? [], one.NotDataActions ?? []))])
            : null;
    }

    public async Task<RoleAssignment> AssignEncryptionUserAsync(KeyIdentifier key, string principalId, CancellationToken cancellationToken)
    {
        var scope = await ScopeOfAsync(key, cancellationToken).ConfigureAwait(false);
        var role = $"{Subscription}/providers/Microsoft.Authorization/roleDefinitions/{KeyVaultRoles.CryptoServiceEncryptionUser}";
        var assignment = new RoleAssignment($"{scope}{Assignments}/{NameOf(scope, principalId, role)}", scope, role, principalId);
        try
        {
            await RestoreRoleAssignmentAsync(assignment, cancellationToken).ConfigureAwait(false);
            return assignment;
        }
        catch (RequestFailedException exists) when (exists is { Status: 409, ErrorCode: "RoleAssignmentExists" })
        {
            // Made elsewhere, under another name.
            return (await ListRoleAssignmentsAsync(key, cancellationToken).ConfigureAwait(false)).First(other => other.IsGrant(scope, principalId));
        }
    }

    public Task RestoreRoleAssignmentAsync(RoleAssignment assignment, CancellationToken cancellationToken) => arm.PutAsync(
        assignment.Id,
        RoleVersion,
        new ArmRoleAssignmentPut(new ArmRoleAssignmentProperties(assignment.RoleDefinitionId, assignment.PrincipalId, null, "ServicePrincipal")),
        ArmJson.Default.ArmRoleAssignmentPut,
        ArmJson.Default.ArmRoleAssignment,
        cancellationToken);

    public Task RemoveRoleAssignmentAsync(RoleAssignment assignment, CancellationToken cancellationToken) =>
        arm.DeleteAsync(assignment.Id, RoleVersion, cancellationToken);

    private async Task<string> ScopeOfAsync(KeyIdentifier key, CancellationToken cancellationToken) =>
        $"{await ScopeOfAsync(key.Vault, cancellationToken).ConfigureAwait(false)}/keys/{key.Name}";

    private async Task<string> ScopeOfAsync(Uri vault, CancellationToken cancellationToken)
    {
        if (_idsByHost.TryGetValue(vault.Host, out var id))
        {
            return id;
        }

        await ListVaultsAsync(cancellationToken).ConfigureAwait(false);
        return _idsByHost.TryGetValue(vault.Host, out var found)
            ? found
            : throw new RequestFailedException(404, $"There is no vault at {vault.Host}.", "VaultNotFound", null);
    }

    private string IdentityPath(string name) => $"{Identities}/{Uri.EscapeDataString(name)}";

    /// <summary>The same grant has the same name, so that repeating it after a crash makes no second one.</summary>
    private static Guid NameOf(string scope, string principalId, string role)
    {
        var grant = $"{scope}|{principalId}|{role}".ToLowerInvariant();
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(grant)).AsSpan(0, 16));
    }

    private Vault ToVault(ArmVault vault)
    {
        _idsByHost[vault.Properties.VaultUri.Host] = vault.Id;
        return new Vault(
            vault.Name, vault.Properties.VaultUri, vault.Location, vault.Properties.EnablePurgeProtection
                ?? false, vault.Properties.SoftDeleteRetentionInDays
                ?? 90);
    }

    private static ManagedIdentity ToIdentity(ArmIdentity identity) => new(identity.Name, identity.Properties.ClientId, identity.Properties.PrincipalId);

    private static RoleAssignment ToAssignment(ArmRoleAssignment assignment) => new(
        assignment.Id,
        assignment.Properties.Scope ?? assignment.Id[..assignment.Id.LastIndexOf(Assignments, StringComparison.OrdinalIgnoreCase)],
        assignment.Properties.RoleDefinitionId,
        assignment.Properties.PrincipalId,
        assignment.Properties.CreatedOn,
        assignment.Properties.PrincipalType ?? "");
}
