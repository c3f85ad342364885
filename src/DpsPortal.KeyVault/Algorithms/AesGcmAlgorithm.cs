using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>
/// NIST SP 800-38D with a nonce of 96 and a tag of 128 bits. The nonce is drawn here: one chosen by the caller might repeat,
/// which would give the key's authentication away; the service refuses it as well.
/// </summary>
internal sealed class AesGcmAlgorithm(int keySize) : CipherAlgorithm
{
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public override bool Fits(KeyMaterial material) => material is OctMaterial oct && oct.Size == keySize;

    public override CipherResult Protect(KeyMaterial material, CipherInput input)
    {
        if (input.Iv is not null)
        {
            return new CipherResult.Refused("Property iv must be absent: the vault makes the nonce of AES-GCM and returns it.");
        }

        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        var ciphertext = new byte[input.Value.Length];
        var tag = new byte[TagSize];
        using var aes = ((OctMaterial)material).CreateAesGcm(TagSize);
        aes.Encrypt(nonce, input.Value, ciphertext, tag, input.Aad);
        return new CipherResult.Done(ciphertext, nonce, input.Aad, tag);
    }

    public override CipherResult Unprotect(KeyMaterial material, CipherInput input)
    {
        if (input is not { Iv.Length: NonceSize, Tag.Length: TagSize })
        {
            return new CipherResult.Refused($"AES-GCM needs an iv of {NonceSize} bytes and a tag of {TagSize} bytes, encoded with base64url.");
        }

        var plaintext = new byte[input.Value.Length];
        using var aes = ((OctMaterial)material).CreateAesGcm(TagSize);
        try
        {
            aes.Decrypt(input.Iv, input.Value, input.Tag, plaintext, input.Aad);
            return new CipherResult.Done(plaintext);
        }
        catch (CryptographicException)
        {
            return CipherResult.NotOpened;
        }
    }
}
