namespace DpsPortal.KeyVault.Issuer;

/// <summary>
/// The audiences that tokens are issued for. The official clients accept a challenge only when the vault's host ends with
/// "." and the resource's host, which <c>kv-x.vault.localhost</c> does.
/// </summary>
internal static class TokenResources
{
    public const string Vault = "https://vault.localhost";
    public const string Management = "https://management.vault.localhost";

    /// <summary>The known resource that is meant, with or without a trailing slash; null where there is none.</summary>
    public static string? Find(string? resource) => resource?.TrimEnd('/') switch
    {
        Vault => Vault,
        Management => Management,
        _ => null,
    };

    /// <summary>OAuth 2.0 form: the resource followed by <c>/.default</c>.</summary>
    public static string? FromScope(string? scope) =>
        scope is not null && scope.EndsWith("/.default", StringComparison.Ordinal) ? Find(scope[..^"/.default".Length]) : null;
}
