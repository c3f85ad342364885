namespace DpsPortal.KeyVault.Algorithms;

/// <summary>The values of kty. Those that end in -HSM are software keys here, too: they keep the name and its form on the wire.</summary>
internal static class KeyTypes
{
    public const string Rsa = "RSA";
    public const string RsaHsm = "RSA-HSM";
    public const string Ec = "EC";
    public const string EcHsm = "EC-HSM";

    /// <summary>Only the kty of a JSON Web Key to import with Hsm: a vault has no key of this type.</summary>
    public const string Oct = "oct";
    public const string OctHsm = "oct-HSM";

    public static bool IsHsm(string keyType) => keyType.EndsWith("-HSM", StringComparison.Ordinal);

    public static string ToHsm(string keyType) => IsHsm(keyType) ? keyType : keyType + "-HSM";
}
