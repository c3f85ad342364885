using System.Security.Cryptography;
using System.Text;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.SharedAccess;

/// <summary>
/// The two keys of a policy as they are stored: ChaCha20-Poly1305 under a key derived from the instance's platform key, bound to
/// the policy's name. Not under the customer's key: a caller must be known before it is told that the key is revoked.
/// </summary>
internal static class SealedPolicyKeys
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static byte[] New(SecretKey platformKey, string policy)
    {
        Span<byte> keys = stackalloc byte[2 * KeySize];
        RandomNumberGenerator.Fill(keys);
        using var key = Derive(platformKey);
        using var cipher = new ChaCha20Poly1305(key.Bytes);
        var stored = new byte[NonceSize + keys.Length + TagSize];
        RandomNumberGenerator.Fill(stored.AsSpan(0, NonceSize));
        cipher.Encrypt(stored.AsSpan(0, NonceSize), keys, stored.AsSpan(NonceSize, keys.Length), stored.AsSpan(NonceSize + keys.Length), Name(policy));
        CryptographicOperations.ZeroMemory(keys);
        return stored;
    }

    /// <summary>False, with zeroes, when the stored bytes are not what was written for this policy.</summary>
    public static bool TryOpen(SecretKey platformKey, string policy, byte[] stored, Span<byte> primary, Span<byte> secondary)
    {
        Span<byte> keys = stackalloc byte[2 * KeySize];
        try
        {
            using var key = Derive(platformKey);
            using var cipher = new ChaCha20Poly1305(key.Bytes);
            cipher.Decrypt(stored.AsSpan(0, NonceSize), stored.AsSpan(NonceSize, keys.Length), stored.AsSpan(NonceSize + keys.Length), keys, Name(policy));
            keys[..KeySize].CopyTo(primary);
            keys[KeySize..].CopyTo(secondary);
            return true;
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            primary.Clear();
            secondary.Clear();
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    public static SharedAccessKeys? Reveal(SecretKey platformKey, string policy, byte[] stored)
    {
        Span<byte> primary = stackalloc byte[KeySize];
        Span<byte> secondary = stackalloc byte[KeySize];
        var keys = TryOpen(platformKey, policy, stored, primary, secondary)
            ? new SharedAccessKeys(Convert.ToBase64String(primary), Convert.ToBase64String(secondary))
            : null;
        CryptographicOperations.ZeroMemory(primary);
        CryptographicOperations.ZeroMemory(secondary);
        return keys;
    }

    private static SecretKey Derive(SecretKey platformKey) => platformKey.Derive("dps shared access policies 1"u8);

    private static byte[] Name(string policy) => Encoding.UTF8.GetBytes(policy.ToLowerInvariant());
}
