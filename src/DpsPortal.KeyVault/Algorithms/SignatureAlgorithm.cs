using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>An algorithm of sign and verify: RFC 7518, section 3, and RSNULL. What is signed is a digest that the client made.</summary>
/// <param name="since">The minor number of the first api-version 7.x that has it.</param>
internal abstract class SignatureAlgorithm(int since = 0)
{
    private static readonly Dictionary<string, SignatureAlgorithm> All = new(StringComparer.Ordinal)
    {
        ["RS256"] = new RsaSignature(HashAlgorithmName.SHA256, 32, RSASignaturePadding.Pkcs1),
        ["RS384"] = new RsaSignature(HashAlgorithmName.SHA384, 48, RSASignaturePadding.Pkcs1),
        ["RS512"] = new RsaSignature(HashAlgorithmName.SHA512, 64, RSASignaturePadding.Pkcs1),
        ["PS256"] = new RsaSignature(HashAlgorithmName.SHA256, 32, RSASignaturePadding.Pss),
        ["PS384"] = new RsaSignature(HashAlgorithmName.SHA384, 48, RSASignaturePadding.Pss),
        ["PS512"] = new RsaSignature(HashAlgorithmName.SHA512, 64, RSASignaturePadding.Pss),
        ["RSNULL"] = new RsaNullSignature(),
        ["ES256"] = new EcSignature(EcCurve.P256),
        ["ES384"] = new EcSignature(EcCurve.P384),
        ["ES512"] = new EcSignature(EcCurve.P521),
        ["ES256K"] = new EcSignature(EcCurve.P256K),
        ["HS256"] = new HmacSignature(HashAlgorithmName.SHA256),
        ["HS384"] = new HmacSignature(HashAlgorithmName.SHA384),
        ["HS512"] = new HmacSignature(HashAlgorithmName.SHA512),
    };

    public int Since => since;

    public static SignatureAlgorithm? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>Whether the key is of the type and curve that the algorithm is for.</summary>
    public abstract bool Fits(KeyMaterial material);

    /// <returns>What is wrong with the digest ("requires 32 bytes"), or null.</returns>
    public abstract string? Fault(KeyMaterial material, byte[] digest);

    public abstract byte[] Sign(KeyMaterial material, byte[] digest);

    public abstract bool Verify(KeyMaterial material, byte[] digest, byte[] signature);

    protected static string? LengthFault(byte[] digest, int size) => digest.Length == size ? null : $"requires {size} bytes";
}

/// <summary>RFC 7518, sections 3.3 and 3.5; the salt of PSS is as long as the digest.</summary>
internal sealed class RsaSignature(HashAlgorithmName hash, int digestSize, RSASignaturePadding padding) : SignatureAlgorithm
{
    public override bool Fits(KeyMaterial material) => material is RsaMaterial;

    public override string? Fault(KeyMaterial material, byte[] digest) => LengthFault(digest, digestSize);

    public override byte[] Sign(KeyMaterial material, byte[] digest) => ((RsaMaterial)material).Rsa.SignHash(digest, hash, padding);

    public override bool Verify(KeyMaterial material, byte[] digest, byte[] signature) =>
        ((RsaMaterial)material).Rsa.VerifyHash(digest, signature, hash, padding);
}

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

/// <summary>RFC 7518, section 3.2. The code is made over what the client sends, whatever its length.</summary>
internal sealed class HmacSignature(HashAlgorithmName hash) : SignatureAlgorithm(since: 6)
{
    public override bool Fits(KeyMaterial material) => material is OctMaterial;

    public override string? Fault(KeyMaterial material, byte[] digest) => digest.Length > 0 ? null : "requires at least one byte";

    public override byte[] Sign(KeyMaterial material, byte[] digest) => ((OctMaterial)material).Hmac(hash, digest);

    public override bool Verify(KeyMaterial material, byte[] digest, byte[] signature) =>
        CryptographicOperations.FixedTimeEquals(Sign(material, digest), signature);
}

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
