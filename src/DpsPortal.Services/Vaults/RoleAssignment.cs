namespace DpsPortal.Services.Vaults;

/// <summary>That a principal has a role on a scope.</summary>
/// <param name="Id">Full ARM id of the assignment, its scope included.</param>
/// <param name="Scope">ARM id of the subscription, vault or key that it holds for.</param>
/// <param name="CreatedOn">When it was assigned, as the vault says; it is honoured some time after that.</param>
/// <param name="PrincipalType">As Azure names it: <c>ServicePrincipal</c>, <c>User</c>, <c>Group</c>, <c>ForeignGroup</c> …</param>
public sealed record RoleAssignment(
    string Id, string Scope, string RoleDefinitionId, string PrincipalId, DateTimeOffset? CreatedOn = null, string PrincipalType = "ServicePrincipal");
