using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>RFC 7518, section 4.2 and 4.3: the encryption algorithms of an RSA key.</summary>
/// <param name="overhead">Bytes of the modulus that the padding takes.</param>
internal sealed class RsaAlgorithm(RSAEncryptionPadding padding, int overhead) : CipherAlgorithm
{
    // The service's words; one for whatever is wrong, so that they tell nothing about it.
    private readonly CipherResult _notOpened = new CipherResult.Refused(
        padding == RSAEncryptionPadding.Pkcs1 ? "Unable to decrypt specified value with this key." : "Error occurred while decoding OAEP padding.");

    private static readonly CipherResult TooLong = new CipherResult.Refused("The value is too long for this key and algorithm.");

    public override bool Fits(KeyMaterial material) => material is RsaMaterial;

    public override CipherResult Protect(KeyMaterial material, CipherInput input)
    {
        var rsa = (RsaMaterial)material;
        return input.Value.Length <= rsa.Modulus.Length - overhead ? new CipherResult.Done(rsa.Rsa.Encrypt(input.Value, padding)) : TooLong;
    }

    public override CipherResult Unprotect(KeyMaterial material, CipherInput input)
    {
        var key = (RsaMaterial)material;
        // Outside the try: a key that cannot be unsealed is a fault of the vault, not of the value.
        var rsa = key.Rsa;
        try
        {
            return input.Value.Length == key.Modulus.Length ? new CipherResult.Done(rsa.Decrypt(input.Value, padding)) : _notOpened;
        }
        catch (CryptographicException)
        {
            return _notOpened;
        }
    }
}
