using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Instances;

/// <summary>Which instances a page shows, from what is in memory of each: only those that it shows are described. Pure.</summary>
internal static class InstancePages
{
    /// <param name="all">By name, without case.</param>
    public static (IReadOnlyList<T> Page, bool HasPrevious, bool HasNext, int Total) Of<T>(
        IReadOnlyList<T> all, InstanceQuery query, Func<T, InstanceTexts> texts, Func<T, KeyAccess?> access)
    {
        var matching = query.Access is null && string.IsNullOrWhiteSpace(query.Search) ? all
            : [.. all.Where(instance => (query.Access is null || access(instance) == query.Access) && Matches(texts(instance), query))];
        var count = PageSize.Within(query.Count);

        // Before a name it is the nearest that are shown, after it as well.
        var (from, to) = query switch
        {
            { After: { } after } => (Position(after, behind: true), matching.Count),
            { Before: { } before } when Position(before, behind: false) is var end => (Math.Max(0, end - count), end),
            _ => (0, matching.Count),
        };
        var page = new List<T>(count);
        for (var place = from; place < to && page.Count < count; place++)
        {
            page.Add(matching[query.Descending ? matching.Count - 1 - place : place]);
        }

        return (page, from > 0, from + page.Count < matching.Count, matching.Count);

        // How many come before a name in the order that was asked for, or up to it.
        int Position(string name, bool behind) => query.Descending
            ? matching.Count - Rank(matching, texts, name, behind: !behind)
            : Rank(matching, texts, name, behind);
    }

    private static int Rank<T>(IReadOnlyList<T> byName, Func<T, InstanceTexts> texts, string name, bool behind)
    {
        var (low, high) = (0, byName.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = StringComparer.OrdinalIgnoreCase.Compare(texts(byName[middle]).Name, name);
            (low, high) = order < 0 || (order == 0 && behind) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static bool Matches(InstanceTexts instance, InstanceQuery query)
    {
        if (query.Search?.Trim() is not { Length: > 0 } search)
        {
            return true;
        }

        return Has(instance.Name) || Has(instance.IdScope) || Has(instance.Location) || Has(instance.ResourceGroup) || Has(instance.Key)
            || query.Locations.Contains(instance.Location, StringComparer.OrdinalIgnoreCase);

        bool Has(string text) => text.Contains(search, StringComparison.OrdinalIgnoreCase);
    }
}
