namespace DpsPortal.KeyVault.Algorithms;

/// <summary>RFC 7518, section 4.4. PKCS #11 calls the same thing CKM_AES_KEY_WRAP, for a key of any size.</summary>
/// <param name="keySize">In bits, or null for any.</param>
internal sealed class AesKeyWrapAlgorithm(int? keySize, int since = 0) : CipherAlgorithm(since)
{
    private static readonly CipherResult NotSemiblocks =
        new CipherResult.Refused("AES key wrap takes a value whose length is a multiple of 8 bytes and at least 16 bytes.");

    public override bool Fits(KeyMaterial material) => material is OctMaterial oct && (keySize ?? oct.Size) == oct.Size;

    public override CipherResult Protect(KeyMaterial material, CipherInput input)
    {
        if (input.Value.Length < 2 * AesKeyWrap.Semiblock || input.Value.Length % AesKeyWrap.Semiblock != 0)
        {
            return NotSemiblocks;
        }

        using var aes = ((OctMaterial)material).CreateAes();
        return new CipherResult.Done(AesKeyWrap.Wrap(aes, input.Value));
    }

    public override CipherResult Unprotect(KeyMaterial material, CipherInput input)
    {
        if (input.Value.Length < 3 * AesKeyWrap.Semiblock || input.Value.Length % AesKeyWrap.Semiblock != 0)
        {
            return CipherResult.NotOpened;
        }

        using var aes = ((OctMaterial)material).CreateAes();
        return AesKeyWrap.Unwrap(aes, input.Value) is { } key ? new CipherResult.Done(key) : CipherResult.NotOpened;
    }
}
