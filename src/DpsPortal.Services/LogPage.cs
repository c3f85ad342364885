namespace DpsPortal.Services;

/// <summary>A page of something that is listed newest first.</summary>
/// <param name="HasNewer">Whether there are newer ones than the first of these.</param>
/// <param name="HasOlder">Whether there are older ones than the last.</param>
/// <param name="Total">How many there are on all pages, as far as they are counted.</param>
/// <param name="HasMore">Whether there are more than <paramref name="Total"/>: counting ended there.</param>
public sealed record LogPage<T>(IReadOnlyList<T> Items, bool HasNewer, bool HasOlder, long Total, bool HasMore);

/// <summary>Bounds of such pages.</summary>
public static class LogPage
{
    /// <summary>Up to how many are counted.</summary>
    public const int MostCounted = 1_000;
}
