using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>RFC 7518, section 3.2. The code is made over what the client sends, whatever its length.</summary>
internal sealed class HmacSignature(HashAlgorithmName hash) : SignatureAlgorithm(since: 6)
{
    public override bool Fits(KeyMaterial material) => material is OctMaterial;

    public override string? Fault(KeyMaterial material, byte[] digest) => digest.Length > 0 ? null : "requires at least one byte";

    public override byte[] Sign(KeyMaterial material, byte[] digest) => ((OctMaterial)material).Hmac(hash, digest);

    public override bool Verify(KeyMaterial material, byte[] digest, byte[] signature) =>
        CryptographicOperations.FixedTimeEquals(Sign(material, digest), signature);
}
