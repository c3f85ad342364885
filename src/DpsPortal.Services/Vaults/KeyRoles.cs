using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>Reads who has which role on a key: on the key itself, on its vault or above.</summary>
internal sealed class KeyRoles(IVaultManagement management, RoleDefinitions definitions)
{
    public async Task<IReadOnlyList<HeldRole>> ReadAsync(KeyIdentifier key, CancellationToken cancellationToken) =>
        await DescribeAsync(await management.ListRoleAssignmentsAsync(key, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>For any key of a vault, in one reading; which of them hold for one key <see cref="RoleAssignmentExtensions.HoldsFor"/> tells.</summary>
    public async Task<IReadOnlyList<HeldRole>> ReadAsync(Uri vault, CancellationToken cancellationToken) =>
        await DescribeAsync(await management.ListRoleAssignmentsAsync(vault, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private async Task<IReadOnlyList<HeldRole>> DescribeAsync(IReadOnlyList<RoleAssignment> assignments, CancellationToken cancellationToken)
    {
        var ids = assignments.Select(assignment => assignment.RoleDefinitionId).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var roles = await Task.WhenAll(ids.Select(id => definitions.FindAsync(id, cancellationToken))).ConfigureAwait(false);
        var byId = ids.Zip(roles).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.OrdinalIgnoreCase);
        return [.. assignments.Select(assignment => new HeldRole(assignment, byId[assignment.RoleDefinitionId]))];
    }
}
