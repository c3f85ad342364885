using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>RFC 8017, section 9.2 without the DigestInfo: what TLS 1.0 signs. The value is padded as it is.</summary>
internal sealed class RsaNullSignature : SignatureAlgorithm
{
    private const int LeastPadding = 11;

    public override bool Fits(KeyMaterial material) => material is RsaMaterial;

    public override string? Fault(KeyMaterial material, byte[] digest)
    {
        var most = ((RsaMaterial)material).Modulus.Length - LeastPadding;
        return digest.Length > 0 && digest.Length <= most ? null : $"requires 1 to {most} bytes";
    }

    public override byte[] Sign(KeyMaterial material, byte[] digest)
    {
        var rsa = (RsaMaterial)material;
        return RsaKeys.ApplyPrivateKey(rsa.Rsa, Pad(digest, rsa.Modulus.Length));
    }

    public override bool Verify(KeyMaterial material, byte[] digest, byte[] signature)
    {
        var rsa = (RsaMaterial)material;
        return signature.Length == rsa.Modulus.Length
            && CryptographicOperations.FixedTimeEquals(RsaKeys.ApplyPublicKey(rsa.Modulus, rsa.Exponent, signature), Pad(digest, rsa.Modulus.Length));
    }

    /// <summary>00 01 FF … FF 00 value.</summary>
    private static byte[] Pad(byte[] value, int width)
    {
        var block = new byte[width];
        block[1] = 1;
        block.AsSpan(2, width - value.Length - 3).Fill(0xFF);
        value.CopyTo(block, width - value.Length);
        return block;
    }
}
