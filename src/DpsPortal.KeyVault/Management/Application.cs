using System.Security.Cryptography;
using System.Text;

namespace DpsPortal.KeyVault.Management;

/// <summary>
/// A program outside that signs in with a client secret. Made again under its name it is another principal with another secret.
/// </summary>
/// <param name="ObjectId">What a role assignment names.</param>
internal sealed record Application(Guid ClientId, Guid ObjectId, string Name, byte[] SecretHash, DateTimeOffset Created)
{
    /// <summary>Compares in constant time.</summary>
    public bool HasSecret(string? presented) =>
        presented is not null && CryptographicOperations.FixedTimeEquals(SecretHash, SHA256.HashData(Encoding.UTF8.GetBytes(presented)));
}
