using Azure.Core;

namespace Azure.Security.KeyVault.Keys.Http;

/// <summary>What the two kinds of options have in common.</summary>
internal static class VaultOptions
{
    private static readonly string[] Texts = ["7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6"];

    private static readonly string[] SafeHeaders =
        ["x-ms-keyvault-network-info", "x-ms-keyvault-region", "x-ms-keyvault-service-version"];

    public static string TextOf(int version, string parameter) =>
        version >= 0 && version < Texts.Length
            ? Texts[version]
            : throw new ArgumentException(version.ToString(System.Globalization.CultureInfo.InvariantCulture), parameter);

    /// <summary>Everything not on the allow-list is redacted in logs; these three help support and tell no secret.</summary>
    public static void LogVaultHeaders(this ClientOptions options)
    {
        foreach (var header in SafeHeaders)
        {
            options.Diagnostics.LoggedHeaderNames.Add(header);
        }
    }
}
