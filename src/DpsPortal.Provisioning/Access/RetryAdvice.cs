using System.Globalization;
using Azure;

namespace DpsPortal.Provisioning.Access;

/// <summary>How long a vault asks to be left alone: the header <c>Retry-After</c>, in seconds or as a date (RFC 9110, 10.2.3).</summary>
internal static class RetryAdvice
{
    public const string Header = "Retry-After";

    public static TimeSpan? Of(Exception failure, DateTimeOffset now) => failure switch
    {
        RequestFailedException answered when answered.GetRawResponse() is { } answer && answer.Headers.TryGetValue(Header, out var value) => Read(value, now),
        AggregateException { InnerExceptions: [.., var last] } => Of(last, now),
        _ => null,
    };

    /// <returns>Between nothing and <see cref="AccessState.LongestProbe"/>, whatever was asked for; <see langword="null"/> for nonsense.</returns>
    public static TimeSpan? Read(string? value, DateTimeOffset now)
    {
        if (value is { Length: > 0 } && value.All(char.IsAsciiDigit))
        {
            return value.Length < 10 ? Bounded(TimeSpan.FromSeconds(int.Parse(value, CultureInfo.InvariantCulture))) : AccessState.LongestProbe;
        }

        return DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var until) ? Bounded(until - now) : null;
    }

    private static TimeSpan Bounded(TimeSpan asked) =>
        asked < TimeSpan.Zero ? TimeSpan.Zero : asked < AccessState.LongestProbe ? asked : AccessState.LongestProbe;
}
