using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>
/// The audiences that tokens are issued for. The official clients accept a challenge only when the vault's host ends with
/// "." and the resource's, which <c>kv-x.vault.localhost</c> does. Python and Go compare the ports with the hosts, so the challenge
/// names the one that the client used; which one a token was asked for makes no difference.
/// </summary>
internal static class TokenResources
{
    public const string Vault = "https://vault.localhost";
    public const string Management = "https://management.vault.localhost";

    private static readonly string[] Known = [Vault, Management];

    /// <summary>The resource as the challenge of a request to this host names it.</summary>
    public static string At(string resource, HostString host) => host.Port is { } port ? $"{resource}:{port.ToString(CultureInfo.InvariantCulture)}" : resource;

    /// <summary>The audience that is meant, with a port or without, without a trailing slash; null where it is of no known resource.</summary>
    public static string? Find(string? audience) => audience?.TrimEnd('/') is { } found && Of(found) is not null ? found : null;

    /// <summary>The known resource that an audience is of, whatever its port; null where there is none.</summary>
    public static string? Of(string audience) => Array.Find(Known, known => audience == known
        || (audience.StartsWith(known, StringComparison.Ordinal) && audience[known.Length] == ':' && IsPort(audience.AsSpan(known.Length + 1))));

    /// <summary>OAuth 2.0 form: the resource followed by <c>/.default</c>.</summary>
    public static string? FromScope(string? scope) =>
        scope is not null && scope.EndsWith("/.default", StringComparison.Ordinal) ? Find(scope[..^"/.default".Length]) : null;

    private static bool IsPort(ReadOnlySpan<char> text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;
}
