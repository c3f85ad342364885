namespace DpsPortal.KeyVault.Algorithms;

/// <summary>What kind of key to make, in enough detail to make another one like it. Sizes are in bits.</summary>
internal abstract record KeySpec
{
    private KeySpec()
    {
    }

    public sealed record Rsa(int Size, int Exponent) : KeySpec;

    public sealed record Ec(EcCurve Curve) : KeySpec;

    /// <summary>A symmetric key.</summary>
    public sealed record Oct(int Size) : KeySpec;
}
