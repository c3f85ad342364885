using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>
/// Fits the integers of a JSON Web Key to the fixed lengths <see cref="RSAParameters"/> wants: leading zeros may be
/// missing (RFC 7518 writes the shortest form) or too many (some writers keep a sign byte).
/// </summary>
internal static class RsaParts
{
    public static RSA Create(JsonWebKey key, bool includePrivateParameters)
    {
        var modulus = Required(nameof(key.N), key.N);
        var parameters = new RSAParameters { Exponent = Required(nameof(key.E), key.E), Modulus = modulus };
        if (includePrivateParameters && key.D is not null)
        {
            var half = (modulus.Length + 1) / 2;
            parameters.D = Fit(nameof(key.D), key.D, modulus.Length);
            parameters.P = Fit(nameof(key.P), key.P, half);
            parameters.Q = Fit(nameof(key.Q), key.Q, half);
            parameters.DP = Fit(nameof(key.DP), key.DP, half);
            parameters.DQ = Fit(nameof(key.DQ), key.DQ, half);
            parameters.InverseQ = Fit(nameof(key.QI), key.QI, half);
        }

        return RSA.Create(parameters);
    }

    private static byte[] Required(string name, byte[] value)
    {
        var trimmed = Trim(value);
        return trimmed.Length > 0
            ? trimmed.ToArray()
            : throw new InvalidOperationException($"key parameter {name} is null, empty or zeros");
    }

    private static byte[] Fit(string name, byte[] value, int length)
    {
        var trimmed = Trim(value);
        if (trimmed.Length == 0 || trimmed.Length > length)
        {
            throw new InvalidOperationException($"key parameter {name} does not fit in {length} bytes");
        }

        var fitted = new byte[length];
        trimmed.CopyTo(fitted.AsSpan(length - trimmed.Length));
        return fitted;
    }

    private static ReadOnlySpan<byte> Trim(byte[] value) => value.AsSpan().TrimStart((byte)0);
}
