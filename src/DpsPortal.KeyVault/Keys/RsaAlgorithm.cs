using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Keys;

/// <summary>RFC 7518, section 4.2 and 4.3: the encryption algorithms of an RSA key.</summary>
internal sealed class RsaAlgorithm
{
    private static readonly Dictionary<string, RsaAlgorithm> All = new(StringComparer.Ordinal)
    {
        ["RSA-OAEP"] = new(RSAEncryptionPadding.OaepSHA1, 2 * 20 + 2),
        ["RSA-OAEP-256"] = new(RSAEncryptionPadding.OaepSHA256, 2 * 32 + 2),
        ["RSA1_5"] = new(RSAEncryptionPadding.Pkcs1, 11),
    };

    private readonly RSAEncryptionPadding _padding;
    private readonly int _overhead;

    private RsaAlgorithm(RSAEncryptionPadding padding, int overhead)
    {
        _padding = padding;
        _overhead = overhead;
    }

    public static RsaAlgorithm? Find(string name) => All.GetValueOrDefault(name);

    /// <returns>The ciphertext, or null where the value is too long for the key.</returns>
    public byte[]? Protect(RsaMaterial material, byte[] value) =>
        value.Length <= material.Modulus.Length - _overhead ? material.Rsa.Encrypt(value, _padding) : null;

    /// <returns>The plaintext, or null where the value was not made with this key: one outcome, so that it tells nothing about why.</returns>
    public byte[]? Unprotect(RsaMaterial material, byte[] value)
    {
        // Outside the try: a key that cannot be unsealed is a fault of the vault, not of the value.
        var rsa = material.Rsa;
        try
        {
            return value.Length == material.Modulus.Length ? rsa.Decrypt(value, _padding) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
