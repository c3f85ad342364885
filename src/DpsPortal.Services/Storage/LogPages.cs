using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.Services.Storage;

/// <summary>Pages by sequence number, newest first, in both directions.</summary>
internal static class LogPages
{
    /// <summary>The rows of a page, and one more where there is a further page in the direction in which it was read.</summary>
    /// <param name="before">Only older ones.</param>
    /// <param name="after">Only newer ones, the oldest of them first; not with <paramref name="before"/>.</param>
    public static IQueryable<TRow> Page<TRow>(this IQueryable<TRow> rows, long? before, long? after, int count)
        where TRow : class => (before, after) switch
        {
            ({ } limit, _) =>
                rows.Where(row => EF.Property<long>(row, "Sequence") < limit).OrderByDescending(row => EF.Property<long>(row, "Sequence")).Take(count + 1),
            (_, { } limit) => rows.Where(row => EF.Property<long>(row, "Sequence") > limit).OrderBy(row => EF.Property<long>(row, "Sequence")).Take(count + 1),
            _ => rows.OrderByDescending(row => EF.Property<long>(row, "Sequence")).Take(count + 1),
        };

    /// <param name="read">What <see cref="Page"/> has found.</param>
    /// <param name="total">Up to one more than are counted.</param>
    public static LogPage<T> ToPage<T>(this IEnumerable<T> read, long? before, long? after, int count, int total)
    {
        var all = read.ToList();
        var (further, isBackwards) = (all.Count > count, before is null && after is not null);
        var items = all.Take(count).ToList();
        if (isBackwards)
        {
            items.Reverse();
        }

        return new LogPage<T>(
            items, isBackwards ? further : before is not null, isBackwards || further,
            Math.Min(total, LogPage.MostCounted), total > LogPage.MostCounted);
    }

    /// <summary>How many there are, counted no further than one more than a page says.</summary>
    public static Task<int> CountedAsync<TRow>(this IQueryable<TRow> rows, CancellationToken cancellationToken) =>
        rows.Take(LogPage.MostCounted + 1).CountAsync(cancellationToken);

    /// <summary>
    /// Only those in which each part of a search is found, without case. People see keys as vault/name and logs keep addresses, so a search
    /// is parted at its slashes and spaces.
    /// </summary>
    /// <param name="isFound">Whether a row has the pattern of a LIKE with <c>\</c> as its escape.</param>
    public static IQueryable<TRow> Search<TRow>(this IQueryable<TRow> rows, string? search, Func<string, Expression<Func<TRow, bool>>> isFound) =>
        (search ?? "").Split(['/', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Aggregate(rows, (found, part) => found.Where(isFound($"%{Escaped(part)}%")));

    private static string Escaped(string part) => part
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);
}
