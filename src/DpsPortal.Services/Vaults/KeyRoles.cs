using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

/// <summary>A role assignment that holds for a key, with what its role permits.</summary>
/// <param name="Role"><see langword="null"/> when it could not be read.</param>
internal sealed record HeldRole(RoleAssignment Assignment, RoleDefinition? Role)
{
    public string RoleName => Role?.Name ?? KeyVaultRoles.NameOf(Assignment.RoleDefinitionId);

    /// <summary><see langword="null"/> when that cannot be told.</summary>
    public bool? MayUnwrap => Role?.AllowsData(KeyVaultRoles.Unwrap);
}

/// <summary>Whether an identity may unwrap with a key, as its vault decides.</summary>
/// <param name="MayUnwrap"><see langword="null"/> when that cannot be told.</param>
/// <param name="By">The assignment that allows it, or because of which it cannot be told.</param>
internal sealed record UnwrapRight(bool? MayUnwrap, HeldRole? By)
{
    /// <param name="roles">Those that hold for the key; <see langword="null"/> when they could not be read.</param>
    public static UnwrapRight Of(IReadOnlyList<HeldRole>? roles, string principalId)
    {
        if (roles is null)
        {
            return new UnwrapRight(null, null);
        }

        // What is certain first; and the nearest, which is the one that people know of.
        var able = roles.Where(role => role.MayUnwrap is not false).OrderByDescending(role => role.Assignment.Scope.Length).ToList();
        var own = able.Where(role => role.Assignment.IsFor(principalId)).ToList();
        return own.Find(role => role.MayUnwrap is true) is { } grant ? new UnwrapRight(true, grant)
            : (own.FirstOrDefault() ?? able.Find(role => role.Assignment.IsForAGroup())) is { } unclear ? new UnwrapRight(null, unclear)
            : new UnwrapRight(false, null);
    }
}

/// <summary>Reads who has which role on a key: on the key itself, on its vault or above.</summary>
internal sealed class KeyRoles(IVaultManagement management, RoleDefinitions definitions)
{
    public async Task<IReadOnlyList<HeldRole>> ReadAsync(KeyIdentifier key, CancellationToken cancellationToken) =>
        await DescribeAsync(await management.ListRoleAssignmentsAsync(key, cancellationToken), cancellationToken);

    /// <summary>For any key of a vault, in one reading; which of them hold for one key <see cref="RoleAssignmentExtensions.HoldsFor"/> tells.</summary>
    public async Task<IReadOnlyList<HeldRole>> ReadAsync(Uri vault, CancellationToken cancellationToken) =>
        await DescribeAsync(await management.ListRoleAssignmentsAsync(vault, cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<HeldRole>> DescribeAsync(IReadOnlyList<RoleAssignment> assignments, CancellationToken cancellationToken)
    {
        var ids = assignments.Select(assignment => assignment.RoleDefinitionId).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var roles = await Task.WhenAll(ids.Select(id => definitions.FindAsync(id, cancellationToken)));
        var byId = ids.Zip(roles).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.OrdinalIgnoreCase);
        return [.. assignments.Select(assignment => new HeldRole(assignment, byId[assignment.RoleDefinitionId]))];
    }
}
