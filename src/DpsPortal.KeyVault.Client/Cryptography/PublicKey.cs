using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>The downloaded half of a key: what can be done without the vault.</summary>
internal sealed class PublicKey
{
    private readonly KeyVaultKey _key;

    /// <summary>Imported once: that costs more than the encryption. RSA objects may be shared by threads.</summary>
    private readonly Lazy<RSA> _rsa;

    public PublicKey(KeyVaultKey key)
    {
        _key = key.KeyType == KeyType.Rsa || key.KeyType == KeyType.RsaHsm ? key : null;
        _rsa = new Lazy<RSA>(() => key.Key.ToRSA());
    }

    private PublicKey()
    {
    }

    /// <summary>No key could be read: everything is left to the vault.</summary>
    public static PublicKey None { get; } = new();

    public string Id => _key?.Key.Id;

    /// <summary>The ciphertext, or null when the vault must be asked (and may then refuse).</summary>
    /// <exception cref="InvalidOperationException">The key is not valid yet, or no longer.</exception>
    public byte[] TryEncrypt(KeyOperation operation, string algorithm, byte[] data)
    {
        if (_key is null || !_key.KeyOperations.Contains(operation))
        {
            return null;
        }

        ThrowIfOutsideItsTime(_key.Properties, DateTimeOffset.UtcNow);
        if (PaddingOf(algorithm) is not { } padding)
        {
            return null;
        }

        try
        {
            return _rsa.Value.Encrypt(data, padding);
        }
        catch (CryptographicException)
        {
            // Too long for the key, or refused by this platform: the vault's answer is the one that counts.
            return null;
        }
    }

    private static RSAEncryptionPadding PaddingOf(string algorithm) => algorithm switch
    {
        "RSA-OAEP-256" => RSAEncryptionPadding.OaepSHA256,
        "RSA-OAEP" => RSAEncryptionPadding.OaepSHA1,
        "RSA1_5" => RSAEncryptionPadding.Pkcs1,
        _ => null,
    };

    private static void ThrowIfOutsideItsTime(KeyProperties key, DateTimeOffset now)
    {
        if (now < key.NotBefore)
        {
            throw new InvalidOperationException($"The key \"{key.Name}\" is not valid before {key.NotBefore:r}.");
        }

        if (now > key.ExpiresOn)
        {
            throw new InvalidOperationException($"The key \"{key.Name}\" is not valid after {key.ExpiresOn:r}.");
        }
    }
}
