using System.Security.Cryptography;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>
/// Makes a private key of an imported JSON Web Key, and only of one whose members agree: a modulus that is not the product of
/// its primes or a point that is not the private key's would be a key that signs what nobody can verify.
/// Each method answers the key, or what is wrong: in the service's words, then in ours.
/// </summary>
internal static class KeyImport
{
    private const string Invalid = "The property \"key\" must be a valid JsonWebKey object. ";
    private const string InvalidRsa = "RSA key is not valid - cannot instantiate crypto service. ";
    private const string RsaMembers = Invalid + "The JWK of an RSA key to import must have n, e and the private members d, p, q, dp, dq and qi.";
    private const string Inconsistent = "The members of the JWK do not belong to one key.";

    public static (RSA? Key, string? Fault) Rsa(ImportedJwk jwk)
    {
        if (jwk is not { N: { } n, E: { } e, D: { } d, P: { } p, Q: { } q, Dp: { } dp, Dq: { } dq, Qi: { } qi })
        {
            return (null, RsaMembers);
        }

        var (modulus, exponent) = (RsaKeys.ToNumber(n), RsaKeys.ToNumber(e));
        if (modulus.GetBitLength() is not (2048 or 3072 or 4096))
        {
            return (null, InvalidRsa + "An RSA key to import must have 2048, 3072 or 4096 bits.");
        }

        if (exponent < 3 || exponent > int.MaxValue || exponent.IsEven)
        {
            return (null, InvalidRsa + "The exponent of an RSA key to import must be an odd number from 3 on, of at most 31 bits.");
        }

        var parts = new RsaNumbers(
            modulus, exponent, RsaKeys.ToNumber(d), RsaKeys.ToNumber(p), RsaKeys.ToNumber(q), RsaKeys.ToNumber(dp), RsaKeys.ToNumber(dq), RsaKeys.ToNumber(qi));
        return RsaKeys.AreConsistent(parts) && Open(parts) is { } key ? (key, null) : (null, InvalidRsa + Inconsistent);
    }

    /// <summary>The point is computed from the private key and compared, so that it is on the curve and belongs to it.</summary>
    public static (ECDsa? Key, EcCurve? Curve, string? Fault) Ec(ImportedJwk jwk)
    {
        if (jwk is not { Crv: { } name, X: { } x, Y: { } y, D: { } d })
        {
            return (null, null, Invalid + "The JWK of an EC key to import must have crv, x, y and the private member d.");
        }

        if (EcCurve.Find(name, out var fault) is not { } curve)
        {
            return (null, null, fault);
        }

        var (fullX, fullY, fullD) = (InWidth(x, curve), InWidth(y, curve), InWidth(d, curve));
        if (fullX is null || fullY is null || fullD is null)
        {
            CryptographicOperations.ZeroMemory(fullD);
            return (null, null, Invalid + $"On curve {curve.Name} x, y and d have at most {curve.Width} bytes each, and one zero in front of them.");
        }

        try
        {
            var key = ECDsa.Create(new ECParameters { Curve = curve.Parameters, D = fullD });
            var point = key.ExportParameters(includePrivateParameters: false).Q;
            if (point.X.AsSpan().SequenceEqual(fullX) && point.Y.AsSpan().SequenceEqual(fullY))
            {
                return (key, curve, null);
            }

            key.Dispose();
        }
        catch (CryptographicException)
        {
            // Zero, or not below the order of the curve.
        }
        finally
        {
            CryptographicOperations.ZeroMemory(fullD);
        }

        return (null, null, Invalid + Inconsistent);
    }

    public static (byte[]? Key, string? Fault) Oct(ImportedJwk jwk) => jwk.K is { Length: 16 or 24 or 32 } key
        ? ([.. key], null)
        : (null, Invalid + "The JWK of a symmetric key to import must have a member k of 128, 192 or 256 bits.");

    /// <summary>
    /// RFC 7518, section 6.2.1.2, wants full width. Java writes numbers with a sign, so that one zero may stand in front; Go writes
    /// them without the zeros that do.
    /// </summary>
    /// <returns>The member in the curve's width, always another array; null where it is no number of that width.</returns>
    private static byte[]? InWidth(ReadOnlySpan<byte> member, EcCurve curve)
    {
        var number = member.Length == curve.Width + 1 && member[0] == 0 ? member[1..] : member;
        if (number.Length > curve.Width)
        {
            return null;
        }

        var full = new byte[curve.Width];
        number.CopyTo(full.AsSpan(curve.Width - number.Length));
        return full;
    }

    /// <summary>A signature that verifies shows what the numbers alone do not: that the primes are prime.</summary>
    private static RSA? Open(RsaNumbers numbers)
    {
        var parameters = RsaKeys.ToParameters(numbers);
        RSA? key = null;
        try
        {
            key = RSA.Create(parameters);
            var probe = RandomNumberGenerator.GetBytes(32);
            var signature = key.SignHash(probe, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
            if (key.VerifyHash(probe, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))
            {
                return key;
            }
        }
        catch (CryptographicException)
        {
            // Refused by the platform, which checks more than we do.
        }
        finally
        {
            RsaKeys.Clear(parameters);
        }

        key?.Dispose();
        return null;
    }
}
