namespace DpsPortal.KeyVault.Keys;

/// <summary>What kind of key to make, in enough detail to make another one like it.</summary>
internal abstract record KeySpec
{
    private KeySpec()
    {
    }

    /// <summary>In bits.</summary>
    public abstract int Size { get; }

    public sealed record Rsa(int Bits, int Exponent) : KeySpec
    {
        public override int Size => Bits;
    }

    public sealed record Ec(EcCurve Curve) : KeySpec
    {
        public override int Size => Curve.Size;
    }

    /// <summary>A symmetric key.</summary>
    public sealed record Oct(int Bits) : KeySpec
    {
        public override int Size => Bits;
    }
}
