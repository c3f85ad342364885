using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>Between the members of an elliptic-curve JSON Web Key (RFC 7518, section 6.2) and .NET's parameters.</summary>
internal static class EcParts
{
    private static readonly (KeyCurveName Name, string Oid, int Width)[] Curves =
    [
        (KeyCurveName.P256, "1.2.840.10045.3.1.7", 32),
        (KeyCurveName.P256K, "1.3.132.0.10", 32),
        (KeyCurveName.P384, "1.3.132.0.34", 48),
        (KeyCurveName.P521, "1.3.132.0.35", 66),
    ];

    /// <summary>Null where Key Vault has no such curve.</summary>
    public static KeyCurveName? NameOf(ECCurve curve)
    {
        foreach (var (name, oid, _) in Curves)
        {
            // Some platforms name a curve without giving its identifier.
            if (curve.Oid?.Value == oid || (curve.Oid?.Value is null && new Oid(oid).FriendlyName == curve.Oid?.FriendlyName))
            {
                return name;
            }
        }

        return null;
    }

    public static ECDsa Create(JsonWebKey key, bool includePrivateParameters)
    {
        var (_, oid, width) = Array.Find(Curves, curve => curve.Name == key.CurveName);
        if (oid is null)
        {
            throw new InvalidOperationException("key has no curve name or one that is not supported");
        }

        return ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.CreateFromValue(oid),
            Q = new ECPoint { X = Fit(nameof(key.X), key.X, width), Y = Fit(nameof(key.Y), key.Y, width) },
            D = includePrivateParameters && key.D is not null ? Fit(nameof(key.D), key.D, width) : null,
        });
    }

    /// <summary>Full width, whether leading zeros are missing or too many.</summary>
    private static byte[] Fit(string name, byte[] value, int width)
    {
        var trimmed = value.AsSpan().TrimStart((byte)0);
        if (trimmed.Length == 0 || trimmed.Length > width)
        {
            throw new InvalidOperationException($"key parameter {name} is missing or does not fit in {width} bytes");
        }

        var fitted = new byte[width];
        trimmed.CopyTo(fitted.AsSpan(width - trimmed.Length));
        return fitted;
    }
}
