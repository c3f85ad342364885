using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Vaults;

internal static class RoleAssignmentExtensions
{
    public static bool IsFor(this RoleAssignment assignment, string principalId) =>
        assignment.PrincipalId.Equals(principalId, StringComparison.OrdinalIgnoreCase);

    /// <summary>Who is in a group is not for the portal to read; of a principal without a type it is not known that it is none.</summary>
    public static bool IsForAGroup(this RoleAssignment assignment) =>
        !(assignment.PrincipalType is "ServicePrincipal" or "User" or "Device");

    /// <summary>Made on the key itself; removing it touches nothing else.</summary>
    public static bool IsOn(this RoleAssignment assignment, KeyIdentifier key) =>
        assignment.Scope.EndsWith($"/vaults/{key.VaultName}/keys/{key.Name}", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it holds for the key, among those that hold for any key of its vault: on the key itself, its vault or above.</summary>
    public static bool HoldsFor(this RoleAssignment assignment, KeyIdentifier key) =>
        assignment.IsOn(key) || !assignment.Scope.Contains($"/vaults/{key.VaultName}/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The very grant that creations make.</summary>
    public static bool IsGrant(this RoleAssignment assignment, string scope, string principalId) =>
        assignment.IsFor(principalId) && assignment.IsEncryptionUser() && assignment.Scope.Equals(scope, StringComparison.OrdinalIgnoreCase);

    /// <summary>The same role, to the same principal, on the same scope.</summary>
    public static bool Gives(this RoleAssignment assignment, RoleAssignment other) =>
        assignment.IsFor(other.PrincipalId)
        && assignment.RoleDefinitionId.Equals(other.RoleDefinitionId, StringComparison.OrdinalIgnoreCase)
        && assignment.Scope.Equals(other.Scope, StringComparison.OrdinalIgnoreCase);

    public static bool IsEncryptionUser(this RoleAssignment assignment) =>
        assignment.RoleDefinitionId.EndsWith(KeyVaultRoles.CryptoServiceEncryptionUser, StringComparison.OrdinalIgnoreCase);
}
