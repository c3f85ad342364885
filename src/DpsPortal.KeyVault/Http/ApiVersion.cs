using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// The api-version of a data-plane request. Every form that Key Vault has used is accepted, newer ones too: a client
/// update must not break. The query's name arrives decoded; the JavaScript client encodes its hyphen.
/// </summary>
internal readonly partial record struct ApiVersion(string Text, int Minor)
{
    private const int Newest = 99;

    /// <summary>attributes.exportable came with 7.3.</summary>
    public bool HasExportable => Minor >= 3;

    /// <summary>attributes.hsmPlatform came with 7.5.</summary>
    public bool HasHsmPlatform => Minor >= 5;

    public static ApiVersion? Read(HttpRequest request)
    {
        var text = request.Query["api-version"].ToString();
        if (Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }
        var isNumbered = match.Groups["minor"] is { Success: true };
        return new ApiVersion(text, isNumbered ? int.Parse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture) : text.StartsWith("2016", StringComparison.Ordinal) ? 0 : Newest);
    }

    [GeneratedRegex(@"^(7\.(?<minor>[0-9]{1,2})|20[0-9]{2}-[0-9]{2}-[0-9]{2})(-preview(\.[0-9]{1,2})?)?\z")]
    private static partial Regex Pattern();
}
