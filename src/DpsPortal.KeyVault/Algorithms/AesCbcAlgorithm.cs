using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>
/// NIST SP 800-38A, CBC, with zeros that fill the last block and stay in the plaintext, or with PKCS #7's padding. It does not
/// authenticate: with padding, anybody who may decrypt can tell good padding from bad. It is here because the contract has it; AES-GCM is what to use.
/// </summary>
internal sealed class AesCbcAlgorithm(int keySize, PaddingMode padding) : CipherAlgorithm
{
    private const int BlockSize = 16;
    private static readonly CipherResult NoIv = new CipherResult.Refused($"AES-CBC needs an iv of {BlockSize} bytes, encoded with base64url.");
    private static readonly CipherResult NotBlocks = new CipherResult.Refused($"The length of value must be a multiple of {BlockSize} bytes, and not zero.");

    public override bool Fits(KeyMaterial material) => material is OctMaterial oct && oct.Size == keySize;

    public override CipherResult Protect(KeyMaterial material, CipherInput input)
    {
        if (input.Iv is not { Length: BlockSize })
        {
            return NoIv;
        }

        if (padding == PaddingMode.Zeros && input.Value.Length == 0)
        {
            return NotBlocks;
        }

        using var aes = ((OctMaterial)material).CreateAes();
        return new CipherResult.Done(aes.EncryptCbc(input.Value, input.Iv, padding), input.Iv);
    }

    public override CipherResult Unprotect(KeyMaterial material, CipherInput input)
    {
        if (input.Iv is not { Length: BlockSize })
        {
            return NoIv;
        }

        if (!IsBlocks(input.Value))
        {
            return NotBlocks;
        }

        using var aes = ((OctMaterial)material).CreateAes();
        try
        {
            return new CipherResult.Done(aes.DecryptCbc(input.Value, input.Iv, padding));
        }
        catch (CryptographicException)
        {
            return CipherResult.NotOpened;
        }
    }

    private static bool IsBlocks(byte[] value) => value.Length > 0 && value.Length % BlockSize == 0;
}
