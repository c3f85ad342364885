using System.Security.Cryptography;
using DpsPortal.KeyVault.Keys;

namespace DpsPortal.KeyVault.Seeding;

/// <summary>RFC 7468: a private key in PEM as the JSON Web Key that it is.</summary>
internal static class PemKey
{
    /// <returns>The key, or null where the text is no private RSA or EC key.</returns>
    public static ImportedJwk? Read(string pem, IReadOnlyList<string?>? operations) => ReadRsa(pem, operations) ?? ReadEc(pem, operations);

    private static ImportedJwk? ReadRsa(string pem, IReadOnlyList<string?>? operations)
    {
        using var rsa = RSA.Create();
        if (!TryImport(rsa, pem))
        {
            return null;
        }
        var parts = rsa.ExportParameters(includePrivateParameters: true);
        return new ImportedJwk
        {
            Kty = KeyTypes.Rsa, KeyOps = operations, N = parts.Modulus, E = parts.Exponent, D = parts.D, P = parts.P, Q = parts.Q,
            Dp = parts.DP, Dq = parts.DQ, Qi = parts.InverseQ,
        };
    }

    private static ImportedJwk? ReadEc(string pem, IReadOnlyList<string?>? operations)
    {
        using var ec = ECDsa.Create();
        if (!TryImport(ec, pem))
        {
            return null;
        }
        var parts = ec.ExportParameters(includePrivateParameters: true);
        var curve = EcCurve.FindByOid(parts.Curve.Oid);
        return new ImportedJwk { Kty = KeyTypes.Ec, KeyOps = operations, Crv = curve?.Name ?? "unknown", X = parts.Q.X, Y = parts.Q.Y, D = parts.D };
    }

    private static bool TryImport(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return pem.Contains("PRIVATE KEY", StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return false;
        }
    }
}
