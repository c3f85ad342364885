using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>
/// An algorithm of encrypt and decrypt, which is also one of wrapKey and unwrapKey: RFC 7518, section 4, and the AES modes that
/// Key Vault adds for symmetric keys.
/// </summary>
/// <param name="since">The minor number of the first api-version 7.x that has it.</param>
internal abstract class CipherAlgorithm(int since = 0)
{
    private static readonly Dictionary<string, CipherAlgorithm> All = new(StringComparer.Ordinal)
    {
        ["RSA-OAEP-256"] = new RsaAlgorithm(RSAEncryptionPadding.OaepSHA256, 2 * 32 + 2),
        ["RSA-OAEP"] = new RsaAlgorithm(RSAEncryptionPadding.OaepSHA1, 2 * 20 + 2),
        ["RSA1_5"] = new RsaAlgorithm(RSAEncryptionPadding.Pkcs1, 11),
        ["A128GCM"] = new AesGcmAlgorithm(128),
        ["A192GCM"] = new AesGcmAlgorithm(192),
        ["A256GCM"] = new AesGcmAlgorithm(256),
        ["A128CBC"] = new AesCbcAlgorithm(128, PaddingMode.Zeros),
        ["A192CBC"] = new AesCbcAlgorithm(192, PaddingMode.Zeros),
        ["A256CBC"] = new AesCbcAlgorithm(256, PaddingMode.Zeros),
        ["A128CBCPAD"] = new AesCbcAlgorithm(128, PaddingMode.PKCS7),
        ["A192CBCPAD"] = new AesCbcAlgorithm(192, PaddingMode.PKCS7),
        ["A256CBCPAD"] = new AesCbcAlgorithm(256, PaddingMode.PKCS7),
        ["A128KW"] = new AesKeyWrapAlgorithm(128),
        ["A192KW"] = new AesKeyWrapAlgorithm(192),
        ["A256KW"] = new AesKeyWrapAlgorithm(256),
        ["CKM_AES_KEY_WRAP"] = new AesKeyWrapAlgorithm(null, since: 6),
        ["CKM_AES_KEY_WRAP_PAD"] = new AesKeyWrapPaddedAlgorithm(since: 6),
    };

    public int Since => since;

    public static CipherAlgorithm? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>Whether the key is of the type and size that the algorithm is for.</summary>
    public abstract bool Fits(KeyMaterial material);

    public abstract CipherResult Protect(KeyMaterial material, CipherInput input);

    public abstract CipherResult Unprotect(KeyMaterial material, CipherInput input);
}
