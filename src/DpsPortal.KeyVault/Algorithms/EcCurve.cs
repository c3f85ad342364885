using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>RFC 7518, section 6.2.1.1 and RFC 8812: the curves of Key Vault under the names that it gives them.</summary>
/// <param name="Name">crv. RFC 8812 calls P-256K secp256k1; Key Vault does not.</param>
/// <param name="Size">In bits.</param>
/// <param name="Signature">The one algorithm that signs on this curve.</param>
internal sealed record EcCurve(string Name, int Size, string Oid, string Signature, int DigestSize)
{
    public static readonly EcCurve P256 = new("P-256", 256, "1.2.840.10045.3.1.7", "ES256", 32);
    public static readonly EcCurve P384 = new("P-384", 384, "1.3.132.0.34", "ES384", 48);
    public static readonly EcCurve P521 = new("P-521", 521, "1.3.132.0.35", "ES512", 64);
    public static readonly EcCurve P256K = new("P-256K", 256, "1.3.132.0.10", "ES256K", 32);

    private static readonly EcCurve[] All = [P256, P384, P521, P256K];

    /// <summary>Whether this machine's cryptography knows the curve; some lack P-256K.</summary>
    private readonly Lazy<bool> _isSupported = new(() => Knows(Oid));

    public bool IsSupported => _isSupported.Value;

    /// <summary>Bytes of a coordinate, of the private key and of each half of a signature: all are written in full width.</summary>
    public int Width => (Size + 7) / 8;

    public ECCurve Parameters => ECCurve.CreateFromValue(Oid);

    public static EcCurve? Find(string name) => Array.Find(All, curve => curve.Name == name);

    /// <param name="fault">Why there is none, in words for the client.</param>
    public static EcCurve? Find(string name, out string? fault)
    {
        var curve = Find(name);
        fault = curve switch
        {
            null => $"Invalid crv value: {name}. The curves are P-256, P-384, P-521 and P-256K.",
            { IsSupported: false } => $"Curve {name} is not supported by the cryptography of the machine on which this vault runs.",
            _ => null,
        };
        return fault is null ? curve : null;
    }

    public static EcCurve? FindByOid(Oid oid) =>
        Array.Find(All, curve => curve.Oid == oid.Value || ECCurve.CreateFromValue(curve.Oid).Oid.FriendlyName == oid.FriendlyName);

    private static bool Knows(string oid)
    {
        try
        {
            using var key = ECDsa.Create(ECCurve.CreateFromValue(oid));
            return key.KeySize > 0;
        }
        catch (Exception fault) when (fault is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
