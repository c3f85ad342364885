using System.Numerics;
using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

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
                return RSA.Create(ToParameters(FromPrimes(p, q, exponent)));
            }
        }
    }

    /// <summary>RFC 8017, section 3.2: what must hold between the members, and what .NET asks of their lengths.</summary>
    public static bool AreConsistent(RsaNumbers key) =>
        key.P > 1 && key.Q > 1 && key.P != key.Q && key.P * key.Q == key.N
        && Width(key.P) == Width(key.N) / 2 && Width(key.Q) == Width(key.N) / 2
        && key.D > 0 && key.D < key.N
        && key.D * key.E % (key.P - 1) == 1 && key.D * key.E % (key.Q - 1) == 1
        && key.Dp == key.D % (key.P - 1) && key.Dq == key.D % (key.Q - 1)
        && key.Qi < key.P && key.Qi * key.Q % key.P == 1;

    /// <summary>Each member in the width that .NET asks for.</summary>
    public static RSAParameters ToParameters(RsaNumbers key)
    {
        var width = Width(key.N);
        return new RSAParameters
        {
            Modulus = ToBytes(key.N, width),
            Exponent = ToBytes(key.E, Width(key.E)),
            D = ToBytes(key.D, width),
            P = ToBytes(key.P, width / 2),
            Q = ToBytes(key.Q, width / 2),
            DP = ToBytes(key.Dp, width / 2),
            DQ = ToBytes(key.Dq, width / 2),
            InverseQ = ToBytes(key.Qi, width / 2),
        };
    }

    private static RsaNumbers FromPrimes(BigInteger p, BigInteger q, BigInteger exponent)
    {
        var d = Inverse(exponent, (p - 1) * (q - 1));
        return new RsaNumbers(p * q, exponent, d, p, q, d % (p - 1), d % (q - 1), Inverse(q, p));
    }

    /// <summary>
    /// The bare private operation, which .NET does not offer, by the Chinese remainder theorem. BigInteger's time depends on its
    /// operands: the value is blinded by a random factor, so that whoever chose it learns nothing from the time; and the result
    /// is checked, because a faulty one would give the primes away.
    /// </summary>
    public static byte[] ApplyPrivateKey(RSA rsa, byte[] value)
    {
        var key = rsa.ExportParameters(includePrivateParameters: true);
        try
        {
            var (n, e, p, q) = (ToNumber(key.Modulus!), ToNumber(key.Exponent!), ToNumber(key.P!), ToNumber(key.Q!));
            var factor = RandomBelow(n);
            var blinded = ToNumber(value) * BigInteger.ModPow(factor, e, n) % n;
            var overP = BigInteger.ModPow(blinded, ToNumber(key.DP!), p);
            var overQ = BigInteger.ModPow(blinded, ToNumber(key.DQ!), q);
            var difference = (overP - overQ % p + p) * ToNumber(key.InverseQ!) % p;
            var result = (overQ + difference * q) * Inverse(factor, n) % n;
            return BigInteger.ModPow(result, e, n) == ToNumber(value)
                ? ToBytes(result, key.Modulus!.Length)
                : throw new CryptographicException("The private key does not belong to its public key.");
        }
        finally
        {
            Clear(key);
        }
    }

    public static byte[] ApplyPublicKey(byte[] modulus, byte[] exponent, byte[] value) =>
        ToBytes(BigInteger.ModPow(ToNumber(value), ToNumber(exponent), ToNumber(modulus)), modulus.Length);

    public static void Clear(RSAParameters key)
    {
        foreach (var secret in new[] { key.D, key.P, key.Q, key.DP, key.DQ, key.InverseQ })
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public static BigInteger ToNumber(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    public static byte[] ToBytes(BigInteger number, int width)
    {
        var bytes = new byte[width];
        number.TryWriteBytes(bytes.AsSpan(width - Width(number)), out _, isUnsigned: true, isBigEndian: true);
        return bytes;
    }

    private static int Width(BigInteger number) => number.GetByteCount(isUnsigned: true);

    /// <summary>From 2 on; that it shares a factor with the modulus is as likely as guessing a prime of it.</summary>
    private static BigInteger RandomBelow(BigInteger modulus) =>
        2 + ToNumber(RandomNumberGenerator.GetBytes(Width(modulus) + 8)) % (modulus - 2);

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
