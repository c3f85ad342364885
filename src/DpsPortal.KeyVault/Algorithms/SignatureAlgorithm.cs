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
