using System.Globalization;
using DpsPortal.Resources;
using DpsPortal.Shell;
using Microsoft.Extensions.Localization;

namespace DpsPortal.Common;

/// <summary>
/// The reason of a revoke: why, as a code, and the person's own words. What is stored has no language; before, it had the one of
/// whoever wrote it, and that is read as well.
/// </summary>
internal static class ReasonWords
{
    private const string Between = ": ";

    public static string Write(RevokeWhy why, string words) => $"{why}{Between}{words}";

    public static string Read(Words words, IStringLocalizer<Texts> texts, string reason)
    {
        var end = reason.IndexOf(Between, StringComparison.Ordinal);
        return end > 0 && Why(texts, reason[..end]) is { } why ? $"{words.Of(why)}{reason[end..]}" : reason;
    }

    private static RevokeWhy? Why(IStringLocalizer<Texts> texts, string text) => Enum.GetValues<RevokeWhy>().Cast<RevokeWhy?>()
        .FirstOrDefault(why => text == why.ToString() || PortalPages.Cultures.Any(culture => text == In(culture, texts, $"RevokeWhy_{why}")));

    private static string In(string culture, IStringLocalizer<Texts> texts, string key)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            return texts[key];
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
