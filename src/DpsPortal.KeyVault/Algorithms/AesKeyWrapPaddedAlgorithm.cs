using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>RFC 5649, AES key wrap with padding, in .NET's own implementation: PKCS #11's CKM_AES_KEY_WRAP_PAD.</summary>
internal sealed class AesKeyWrapPaddedAlgorithm(int since) : CipherAlgorithm(since)
{
    public override bool Fits(KeyMaterial material) => material is OctMaterial;

    public override CipherResult Protect(KeyMaterial material, CipherInput input)
    {
        if (input.Value.Length == 0)
        {
            return new CipherResult.Refused("AES key wrap takes a value of at least one byte.");
        }

        using var aes = ((OctMaterial)material).CreateAes();
        return new CipherResult.Done(aes.EncryptKeyWrapPadded(input.Value));
    }

    public override CipherResult Unprotect(KeyMaterial material, CipherInput input)
    {
        if (input.Value.Length < 2 * AesKeyWrap.Semiblock || input.Value.Length % AesKeyWrap.Semiblock != 0)
        {
            return CipherResult.NotOpened;
        }

        using var aes = ((OctMaterial)material).CreateAes();
        try
        {
            return new CipherResult.Done(aes.DecryptKeyWrapPadded(input.Value));
        }
        catch (CryptographicException)
        {
            return CipherResult.NotOpened;
        }
    }
}
