using System.Numerics;

namespace DpsPortal.KeyVault.Algorithms;

/// <summary>The members of RFC 7518, section 6.3, as numbers. A class, because a record would print them.</summary>
internal sealed class RsaNumbers(BigInteger n, BigInteger e, BigInteger d, BigInteger p, BigInteger q, BigInteger dp, BigInteger dq, BigInteger qi)
{
    public BigInteger N => n;

    public BigInteger E => e;

    public BigInteger D => d;

    public BigInteger P => p;

    public BigInteger Q => q;

    public BigInteger Dp => dp;

    public BigInteger Dq => dq;

    public BigInteger Qi => qi;
}
