namespace DpsPortal.Provisioning.Contract;

/// <summary>A user-assigned managed identity.</summary>
public sealed record ManagedIdentity(string Name, string ClientId, string PrincipalId);
