using DpsPortal.KeyVault.Algorithms;
using DpsPortal.KeyVault.Http;

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

    /// <summary>Of a key that opens transfer blobs, and does nothing else.</summary>
    public const string Import = "import";

    private static readonly IReadOnlyList<string> RsaDefault = [Encrypt, Decrypt, Sign, Verify, WrapKey, UnwrapKey];
    private static readonly IReadOnlyList<string> EcDefault = [Sign, Verify];
    private static readonly IReadOnlyList<string> OctDefault = [Encrypt, Decrypt, WrapKey, UnwrapKey];

    /// <summary>HMAC has to be asked for.</summary>
    private static readonly IReadOnlyList<string> OctSupported = [.. OctDefault, Sign, Verify];

    /// <summary>What a key may do where its creator did not say.</summary>
    public static IReadOnlyList<string> DefaultFor(KeyMaterial material) => material switch
    {
        RsaMaterial => RsaDefault,
        EcMaterial => EcDefault,
        _ => OctDefault,
    };

    /// <summary>What is wrong with the operations of a key of this type, or null. The words are the service's, but for the last.</summary>
    public static VaultError? Fault(string keyType, IReadOnlyList<string?>? operations)
    {
        if (operations is null)
        {
            return null;
        }

        if (operations.Contains(null))
        {
            return VaultError.InvalidProperty("key_ops");
        }

        var supported = SupportedBy(keyType);
        var unsupported = operations.OfType<string>().Except(supported).ToList();
        if (unsupported.Count > 0)
        {
            return VaultError.BadParameter($"Unsupported key operation(s): {Quoted(unsupported)}. Supported values are {Quoted(supported)}.");
        }

        return operations.Contains(Import) && operations.Distinct().Count() > 1
            ? VaultError.BadParameter($"Key operation \"{Import}\" cannot be combined with other key operations.")
            : null;
    }

    /// <summary>export is in none: it goes with a release policy, which is refused here.</summary>
    private static IReadOnlyList<string> SupportedBy(string keyType) => keyType switch
    {
        KeyTypes.Rsa => RsaDefault,
        KeyTypes.RsaHsm => [.. RsaDefault, Import],
        KeyTypes.Ec or KeyTypes.EcHsm => EcDefault,
        _ => OctSupported,
    };

    private static string Quoted(IEnumerable<string> operations) => string.Join(", ", operations.Select(operation => $"\"{operation}\""));
}
