namespace DpsPortal.KeyVault.Keys;

/// <summary>Key Vault counts these times in whole seconds.</summary>
internal sealed record KeyAttributes(bool Enabled, DateTimeOffset? NotBefore, DateTimeOffset? Expires, DateTimeOffset Created, DateTimeOffset Updated);
