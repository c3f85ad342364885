namespace DpsPortal.Services.Vaults;

/// <summary>A role assignment that holds for a key, with what its role permits.</summary>
/// <param name="Role"><see langword="null"/> when it could not be read.</param>
internal sealed record HeldRole(RoleAssignment Assignment, RoleDefinition? Role)
{
    public string RoleName => Role?.Name ?? KeyVaultRoles.NameOf(Assignment.RoleDefinitionId);

    /// <summary><see langword="null"/> when that cannot be told.</summary>
    public bool? MayUnwrap => Role?.AllowsData(KeyVaultRoles.Unwrap);
}
