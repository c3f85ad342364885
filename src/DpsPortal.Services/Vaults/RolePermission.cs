namespace DpsPortal.Services.Vaults;

/// <summary>One permission of a role: what it gives of the data plane and what of that it excepts.</summary>
/// <param name="DataActions">Patterns such as <c>Microsoft.KeyVault/vaults/*</c>.</param>
/// <param name="NotDataActions">What the same permission excepts.</param>
public sealed record RolePermission(IReadOnlyList<string> DataActions, IReadOnlyList<string> NotDataActions);
