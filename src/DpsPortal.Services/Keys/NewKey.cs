namespace DpsPortal.Services.Keys;

/// <summary>What a new key is to be. Times are the vault's, that is, the domain clock's.</summary>
/// <param name="Size">Bits of an RSA key: 2048, 3072 or 4096.</param>
public sealed record NewKey(string Vault, string Name, int Size, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresOn);
