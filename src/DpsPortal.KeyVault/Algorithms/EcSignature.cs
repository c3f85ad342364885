using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>RFC 7518, section 3.4 and RFC 8812: a signature is r and s in full width, one after the other.</summary>
internal sealed class EcSignature(EcCurve curve) : SignatureAlgorithm
{
    public override bool Fits(KeyMaterial material) => material is EcMaterial ec && ec.Curve == curve;

    public override string? Fault(KeyMaterial material, byte[] digest) => LengthFault(digest, curve.DigestSize);

    public override byte[] Sign(KeyMaterial material, byte[] digest) =>
        ((EcMaterial)material).EcDsa.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public override bool Verify(KeyMaterial material, byte[] digest, byte[] signature) =>
        ((EcMaterial)material).EcDsa.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
