using System.Globalization;
using System.Resources;
using DpsPortal.Resources;
using DpsPortal.Shell;

namespace DpsPortal.Common;

/// <summary>
/// The reason of a revoke: why, as a code, and the person's own words. What is stored has no language; before, it had the one of
/// whoever wrote it, and that is read as well.
/// </summary>
internal static class ReasonWords
{
    private const string Between = ": ";

    private static readonly ResourceManager Stored = new(typeof(Texts));

    public static string Write(RevokeWhy why, string words) => $"{why}{Between}{words}";

    public static string Read(Words words, string reason)
    {
        var end = reason.IndexOf(Between, StringComparison.Ordinal);
        return end > 0 && Why(reason[..end]) is { } why ? $"{words.Of(why)}{reason[end..]}" : reason;
    }

    private static RevokeWhy? Why(string text) => Enum.GetValues<RevokeWhy>().Cast<RevokeWhy?>()
        .FirstOrDefault(why => text == why.ToString() || PortalPages.Cultures.Any(culture => text == Stored.GetString($"RevokeWhy_{why}", CultureInfo.GetCultureInfo(culture))));
}
