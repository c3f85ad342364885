using System.Globalization;
using System.Text.RegularExpressions;

namespace DpsPortal.KeyVault.Keys;

/// <summary>ISO 8601 durations in calendar units, as rotation policies use them: P90D, P18M, P2Y. The text is kept verbatim.</summary>
internal sealed partial record IsoDuration(string Text, int Months, int Days)
{
    /// <summary>Length for comparing with a limit: years of 365 days, months of 30.</summary>
    public int ApproximateDays => Months / 12 * 365 + Months % 12 * 30 + Days;

    public static IsoDuration? Parse(string? text)
    {
        if (text is null || Pattern().Match(text) is not { Success: true } match || text == "P")
        {
            return null;
        }

        var months = 12 * Number(match, "y") + Number(match, "m");
        return new IsoDuration(text, months, 7 * Number(match, "w") + Number(match, "d"));
    }

    public DateTimeOffset After(DateTimeOffset start) => start.AddMonths(Months).AddDays(Days);

    /// <summary>Never before the calendar's first day: an expiry may be any second of it.</summary>
    public DateTimeOffset Before(DateTimeOffset end) =>
        end.Year > (Months / 12) + (Days / 365) + 1 ? end.AddMonths(-Months).AddDays(-Days) : DateTimeOffset.MinValue;

    private static int Number(Match match, string group) =>
        match.Groups[group] is { Success: true } part ? int.Parse(part.ValueSpan, CultureInfo.InvariantCulture) : 0;

    /// <summary>So few digits a unit that no sum leaves the calendar.</summary>
    [GeneratedRegex(@"^P((?<y>[0-9]{1,3})Y)?((?<m>[0-9]{1,4})M)?((?<w>[0-9]{1,4})W)?((?<d>[0-9]{1,5})D)?\z")]
    private static partial Regex Pattern();
}
