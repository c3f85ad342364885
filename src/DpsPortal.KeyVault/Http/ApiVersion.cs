using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// The api-version of a data-plane request: 2016-10-01, 7.0 to 7.6, or a date since 2025 that is not to come: a client's update must
/// not break, and none has been released for a version of tomorrow. The query's name arrives decoded; the JavaScript client encodes
/// its hyphen.
/// </summary>
internal readonly partial record struct ApiVersion(string Text, int Minor)
{
    /// <summary>The newest that is known by name.</summary>
    public const string Latest = "2025-07-01";

    /// <summary>rotate and the rotation policy came with 7.3.</summary>
    public const int Rotation = 3;

    /// <summary>release and random bytes came with 7.3.</summary>
    public const int Release = 3;

    /// <summary>attestation came with 7.6.</summary>
    public const int Attestation = 6;

    private const int Newest = 99;
    private const string First = "2016-10-01";
    private static readonly DateOnly FirstDated = new(2025, 1, 1);

    /// <summary>attributes.exportable came with 7.3.</summary>
    public bool HasExportable => Minor >= 3;

    /// <summary>attributes.hsmPlatform came with 7.5.</summary>
    public bool HasHsmPlatform => Minor >= 5;

    /// <param name="today">By the system clock.</param>
    public static (ApiVersion? Version, VaultError? Fault) Read(HttpRequest request, DateOnly today)
    {
        var text = request.Query["api-version"].ToString();
        if (text.Length == 0)
        {
            return (null, VaultError.BadParameter($"The query must have an api-version such as 7.6 or {Latest}."));
        }

        return Minor7(text, today) is { } minor
            ? (new ApiVersion(text, minor), null)
            : (null, VaultError.BadParameter($"The specified version ({text}) is not recognized. Consider using the latest supported version ({Latest})."));
    }

    private static int? Minor7(string text, DateOnly today)
    {
        if (text == First)
        {
            return 0;
        }

        if (Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        return match.Groups["minor"] is { Success: true } minor
            ? int.Parse(minor.ValueSpan, CultureInfo.InvariantCulture)
            : DateOnly.TryParseExact(match.Groups["date"].ValueSpan, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                && date >= FirstDated && date <= today ? Newest : null;
    }

    [GeneratedRegex(@"^(7\.(?<minor>[0-6])|(?<date>20[0-9]{2}-[0-9]{2}-[0-9]{2}))(-preview(\.[0-9]{1,2})?)?\z")]
    private static partial Regex Pattern();
}
