using System.Globalization;
using System.Resources;
using DpsPortal.Resources;
using DpsPortal.Services.Revocation;
using DpsPortal.Shell;

namespace DpsPortal.Common;

/// <summary>
/// The reason of a revoke: why, in the reader's language, and the person's own words. Stored are a code and the words. What was stored
/// before is one text, with the code in front of the words or with its text in the language of whoever wrote it: that is read as well.
/// </summary>
internal static class ReasonWords
{
    private const string Between = ": ";

    private static readonly ResourceManager Stored = new(typeof(Texts));

    /// <param name="why"><see langword="null"/> where it is to be found in the text.</param>
    public static string Read(Words words, RevokeWhy? why, string reason)
    {
        if (why is { } code)
        {
            return $"{words.Of(code)}{Between}{reason}";
        }

        var end = reason.IndexOf(Between, StringComparison.Ordinal);
        return end > 0 && Why(reason[..end]) is { } found ? $"{words.Of(found)}{reason[end..]}" : reason;
    }

    private static RevokeWhy? Why(string text) => Enum.GetValues<RevokeWhy>().Cast<RevokeWhy?>()
        .FirstOrDefault(why => text == why.ToString()
            || PortalPages.Cultures.Any(culture => text == Stored.GetString($"RevokeWhy_{why}", CultureInfo.GetCultureInfo(culture))));
}
