using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>The downloaded half of a key: what can be done without the vault.</summary>
internal sealed class PublicKey
{
    private readonly KeyVaultKey _key;

    /// <summary>Imported once: that costs more than the encryption. An RSA object may be shared by threads.</summary>
    private readonly Lazy<RSA> _rsa;

    /// <param name="key">A symmetric key has no public half: everything is left to the vault.</param>
    public PublicKey(KeyVaultKey key)
    {
        _key = key.KeyType == KeyType.Oct || key.KeyType == KeyType.OctHsm ? null : key;
        _rsa = new Lazy<RSA>(() => key.Key.ToRSA());
    }

    private PublicKey()
    {
    }

    /// <summary>No key could be read: everything is left to the vault.</summary>
    public static PublicKey None { get; } = new();

    public string Id => _key?.Key.Id;

    /// <summary>The ciphertext, or null when the vault must be asked (and may then refuse).</summary>
    public byte[] TryEncrypt(KeyOperation operation, string algorithm, byte[] data)
    {
        if (_key is null || !_key.KeyOperations.Contains(operation))
        {
            return null;
        }

        if (PaddingOf(algorithm) is not { } padding || IsOutsideItsTime(_key.Properties, DateTimeOffset.UtcNow))
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

    /// <summary>
    /// Whether the signature is the key's, or null when the vault must be asked (and may then refuse). Outside its time a key
    /// still verifies.
    /// </summary>
    public bool? TryVerify(SignatureAlgorithm algorithm, byte[] digest, byte[] signature)
    {
        if (_key is null || !_key.KeyOperations.Contains(KeyOperation.Verify))
        {
            return null;
        }

        try
        {
            return _key.KeyType == KeyType.Ec || _key.KeyType == KeyType.EcHsm
                ? TryVerifyOnCurve(algorithm, digest, signature)
                : TryVerifyRsa(algorithm, digest, signature);
        }
        catch (CryptographicException)
        {
            // A digest of another length, or a curve that this platform lacks.
            return null;
        }
    }

    private bool? TryVerifyRsa(SignatureAlgorithm algorithm, byte[] digest, byte[] signature)
    {
        var padding = algorithm.ToString() switch
        {
            "RS256" or "RS384" or "RS512" => RSASignaturePadding.Pkcs1,
            "PS256" or "PS384" or "PS512" => RSASignaturePadding.Pss,
            _ => null,
        };
        if (padding is null)
        {
            return null;
        }

        return _rsa.Value.VerifyHash(digest, signature, algorithm.Hash, padding);
    }

    private bool? TryVerifyOnCurve(SignatureAlgorithm algorithm, byte[] digest, byte[] signature)
    {
        var (curve, digestSize) = algorithm.ToString() switch
        {
            "ES256" => (KeyCurveName.P256, 32),
            "ES256K" => (KeyCurveName.P256K, 32),
            "ES384" => (KeyCurveName.P384, 48),
            "ES512" => (KeyCurveName.P521, 64),
            _ => default,
        };
        if (_key.Key.CurveName != curve || digest.Length != digestSize)
        {
            return null;
        }

        using var ecdsa = _key.Key.ToECDsa();
        return ecdsa.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static RSAEncryptionPadding PaddingOf(string algorithm) => algorithm switch
    {
        "RSA-OAEP-256" => RSAEncryptionPadding.OaepSHA256,
        "RSA-OAEP" => RSAEncryptionPadding.OaepSHA1,
        "RSA1_5" => RSAEncryptionPadding.Pkcs1,
        _ => null,
    };

    /// <summary>By this machine's clock. The vault's is the one that counts, so then the vault is asked; Microsoft's client throws.</summary>
    private static bool IsOutsideItsTime(KeyProperties key, DateTimeOffset now) => now < key.NotBefore || now > key.ExpiresOn;
}
