using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>One operation: how it is done here, if it can be, and how the vault is asked for it.</summary>
/// <param name="Name">Its name in traces.</param>
/// <param name="TryLocally">Returns null when the vault must be asked.</param>
/// <param name="AtVault">The request.</param>
internal sealed record CryptographyOperation<T>(string Name, Func<PublicKey, T> TryLocally, VaultCall<T> AtVault)
    where T : class;
