using System.Numerics;
using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Keys;

/// <summary>RFC 8017, section 3: RSA keys made from their numbers.</summary>
internal static class RsaKeys
{
    public const int UsualExponent = 65537;

    public static RSA Generate(int bits, int exponent)
    {
        if (exponent == UsualExponent)
        {
            return RSA.Create(bits);
        }
        // .NET only makes keys with the usual exponent. Their primes serve any other one that divides neither p - 1 nor q - 1.
        while (true)
        {
            using var source = RSA.Create(bits);
            var parts = source.ExportParameters(includePrivateParameters: true);
            var (p, q) = (ToNumber(parts.P!), ToNumber(parts.Q!));
            if (BigInteger.GreatestCommonDivisor(exponent, (p - 1) * (q - 1)).IsOne)
            {
                return RSA.Create(FromPrimes(p, q, exponent));
            }
        }
    }

    /// <summary>All members of the key, each in the width that .NET asks for.</summary>
    private static RSAParameters FromPrimes(BigInteger p, BigInteger q, BigInteger exponent)
    {
        var modulus = p * q;
        var width = modulus.GetByteCount(isUnsigned: true);
        var d = Inverse(exponent, (p - 1) * (q - 1));
        return new RSAParameters
        {
            Modulus = ToBytes(modulus, width),
            Exponent = exponent.ToByteArray(isUnsigned: true, isBigEndian: true),
            D = ToBytes(d, width),
            P = ToBytes(p, width / 2),
            Q = ToBytes(q, width / 2),
            DP = ToBytes(d % (p - 1), width / 2),
            DQ = ToBytes(d % (q - 1), width / 2),
            InverseQ = ToBytes(Inverse(q, p), width / 2),
        };
    }

    public static BigInteger ToNumber(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static byte[] ToBytes(BigInteger number, int width)
    {
        var bytes = new byte[width];
        number.TryWriteBytes(bytes.AsSpan(width - number.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        return bytes;
    }

    /// <summary>The extended Euclidean algorithm.</summary>
    private static BigInteger Inverse(BigInteger value, BigInteger modulus)
    {
        var (rest, next) = (modulus, value % modulus);
        var (factor, nextFactor) = (BigInteger.Zero, BigInteger.One);
        while (!next.IsZero)
        {
            var quotient = rest / next;
            (rest, next) = (next, rest - quotient * next);
            (factor, nextFactor) = (nextFactor, factor - quotient * nextFactor);
        }
        return factor.Sign < 0 ? factor + modulus : factor;
    }
}
