namespace DpsPortal.KeyVault.Keys;

/// <summary>The values of key_ops.</summary>
internal static class KeyOperations
{
    public const string Encrypt = "encrypt";
    public const string Decrypt = "decrypt";
    public const string WrapKey = "wrapKey";
    public const string UnwrapKey = "unwrapKey";

    public const string Sign = "sign";
    public const string Verify = "verify";

    private static readonly IReadOnlyList<string> RsaDefault = [Encrypt, Decrypt, Sign, Verify, WrapKey, UnwrapKey];
    private static readonly IReadOnlyList<string> EcDefault = [Sign, Verify];
    private static readonly IReadOnlyList<string> OctDefault = [Encrypt, Decrypt, WrapKey, UnwrapKey];

    private static readonly HashSet<string> Known = [.. RsaDefault, "import", "export"];

    /// <summary>What a key may do where its creator did not say.</summary>
    public static IReadOnlyList<string> DefaultFor(KeyMaterial material) => material switch
    {
        RsaMaterial => RsaDefault,
        EcMaterial => EcDefault,
        _ => OctDefault,
    };

    public static bool AreKnown(IEnumerable<string?> operations) => operations.All(operation => operation is not null && Known.Contains(operation));
}
