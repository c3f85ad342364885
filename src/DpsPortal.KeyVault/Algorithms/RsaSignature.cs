using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>RFC 7518, sections 3.3 and 3.5; the salt of PSS is as long as the digest.</summary>
internal sealed class RsaSignature(HashAlgorithmName hash, int digestSize, RSASignaturePadding padding) : SignatureAlgorithm
{
    public override bool Fits(KeyMaterial material) => material is RsaMaterial;

    public override string? Fault(KeyMaterial material, byte[] digest) => LengthFault(digest, digestSize);

    public override byte[] Sign(KeyMaterial material, byte[] digest) => ((RsaMaterial)material).Rsa.SignHash(digest, hash, padding);

    public override bool Verify(KeyMaterial material, byte[] digest, byte[] signature) =>
        ((RsaMaterial)material).Rsa.VerifyHash(digest, signature, hash, padding);
}
