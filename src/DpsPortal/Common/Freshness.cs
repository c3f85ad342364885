namespace DpsPortal.Common;

/// <summary>Nobody should destroy on the strength of an old picture.</summary>
internal static class Freshness
{
    public static TimeSpan StaleAfter { get; } = TimeSpan.FromSeconds(60);

    public static bool IsStale(DateTimeOffset readAt, DateTimeOffset now) => now - readAt > StaleAfter;
}
