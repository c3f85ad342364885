namespace DpsPortal.Services.Keys;

/// <summary>Which keys a page shows, by vault and name. Pure.</summary>
internal static class KeyPages
{
    private const int LongestPage = 200;

    /// <summary>By vault, then by name, without case.</summary>
    public static IComparer<KeyName> ByName { get; } = new VaultThenName();

    /// <param name="sorted">By <see cref="ByName"/>.</param>
    public static bool IsAmong(IReadOnlyList<KeyName> sorted, KeyName key) =>
        Position(sorted, key, behind: false) is var place && place < sorted.Count && ByName.Compare(sorted[place], key) == 0;

    public static bool Matches(KeyName key, string? search) =>
        search?.Trim() is not { Length: > 0 } wanted
        // Without a slash it lies in one of the two names: no text is made of both for each of ten thousand keys.
        || (wanted.Contains('/') ? Has(key.ToString(), wanted) : Has(key.Vault, wanted) || Has(key.Name, wanted));

    /// <param name="sorted">All of them, by <see cref="ByName"/>.</param>
    public static (IReadOnlyList<KeyName> Page, bool HasPrevious, bool HasNext, int Total) Of(IReadOnlyList<KeyName> sorted, KeyQuery query)
    {
        var matching = string.IsNullOrWhiteSpace(query.Search) ? sorted : [.. sorted.Where(key => Matches(key, query.Search))];
        var count = Math.Clamp(query.Count, 1, LongestPage);
        var (from, to) = (query.After, query.Before) switch
        {
            ({ } after, _) => (Position(matching, Parse(after), behind: true), int.MaxValue),
            (_, { } before) => (0, Position(matching, Parse(before), behind: false)),
            _ => (0, int.MaxValue),
        };
        from = to == int.MaxValue ? from : Math.Max(0, to - count);
        var page = new List<KeyName>();
        for (var index = from; index < matching.Count && index < to && page.Count < count; index++)
        {
            page.Add(matching[index]);
        }

        return (page, from > 0, from + page.Count < matching.Count, matching.Count);
    }

    /// <summary>How many come before a key, or up to it.</summary>
    private static int Position(IReadOnlyList<KeyName> sorted, KeyName key, bool behind)
    {
        var (low, high) = (0, sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = ByName.Compare(sorted[middle], key);
            (low, high) = order < 0 || (order == 0 && behind) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static bool Has(string text, string wanted) => text.Contains(wanted, StringComparison.OrdinalIgnoreCase);

    private static KeyName Parse(string text) => text.Split('/', 2) is [var vault, var name] ? new KeyName(vault, name) : new KeyName(text, "");

    private sealed class VaultThenName : IComparer<KeyName>
    {
        public int Compare(KeyName? left, KeyName? right) =>
            StringComparer.OrdinalIgnoreCase.Compare(left?.Vault, right?.Vault) is var order and not 0 ? order
            : StringComparer.OrdinalIgnoreCase.Compare(left?.Name, right?.Name);
    }
}
