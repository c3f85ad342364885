namespace DpsPortal.KeyVault.Keys;

/// <summary>The values of key_ops.</summary>
internal static class KeyOperations
{
    public const string Encrypt = "encrypt";
    public const string Decrypt = "decrypt";
    public const string WrapKey = "wrapKey";
    public const string UnwrapKey = "unwrapKey";

    /// <summary>What an RSA key may do where its creator did not say.</summary>
    public static readonly IReadOnlyList<string> RsaDefault = [Encrypt, Decrypt, "sign", "verify", WrapKey, UnwrapKey];

    private static readonly HashSet<string> Known = [.. RsaDefault, "import", "export"];

    public static bool AreKnown(IEnumerable<string?> operations) => operations.All(operation => operation is not null && Known.Contains(operation));
}
