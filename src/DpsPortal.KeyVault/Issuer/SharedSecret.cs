using System.Security.Cryptography;
using System.Text;
using DpsPortal.KeyVault.Storage;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>
/// A secret made at first start and left in a private file for the process that shall present it.
/// Holds secret bytes: prints only its type name. Compared by hash in constant time.
/// </summary>
internal sealed class SharedSecret
{
    private const int Shortest = 32;
    private readonly byte[] _hash;

    private SharedSecret(byte[] secret) => _hash = SHA256.HashData(secret);

    public static SharedSecret Open(ProtectedFolder folder, string file)
    {
        if (folder.Read(file) is not { } secret)
        {
            secret = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64, lowercase: true));
            folder.Write(file, secret);
        }

        return secret.Length >= Shortest
            ? new SharedSecret(secret)
            : throw new VaultStartRefusedException(
                $"{folder.PathOf(file)} has no secret: fewer than {Shortest} bytes. Put it back from a backup; or delete it, and a new one is made, " +
                "which programs that sign in have to be given.");
    }

    public bool Matches(string? presented) =>
        presented is not null && CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(presented)));

    public override string ToString() => nameof(SharedSecret);
}
