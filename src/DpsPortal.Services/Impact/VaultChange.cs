namespace DpsPortal.Services.Impact;

/// <summary>One change at the vault that a revocation makes, in the order they are made.</summary>
/// <param name="Subject">The key version, or the identity and key of a role assignment.</param>
public sealed record VaultChange(VaultChangeKind Kind, string Subject);
