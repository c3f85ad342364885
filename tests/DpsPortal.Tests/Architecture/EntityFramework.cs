using System.Text.RegularExpressions;

namespace DpsPortal.Tests.Architecture;

/// <summary>
/// Where Entity Framework may be: all of it in a project's <c>Storage/</c> folder; outside it only the namespace that queries need, in a source
/// that uses its own project's storage, and neither a context nor its making. A project without storage has none of it.
/// </summary>
internal static partial class EntityFramework
{
    private const string Query = "Microsoft.EntityFrameworkCore";

    private static readonly Wall Elsewhere = new("Entity Framework stays in Storage/ and in the queries that ask it", ["src/"], [Query]);

    public static IEnumerable<string> BreachesIn(string path, string text) => StoragePath().IsMatch(path)
        ? []
        : Elsewhere.BreachesIn(path, text).Where(breach => !IsQuery(path, text) || !breach.Contains($" {Query}. ", StringComparison.Ordinal))
            .Concat(Uses(text) && Making().IsMatch(text) ? [$"{path}: makes a context outside of Storage/"] : []);

    private static bool IsQuery(string path, string text) =>
        Regex.IsMatch(text, $@"^using {Regex.Escape(path.Split('/')[1])}\.Storage;", RegexOptions.Multiline);

    private static bool Uses(string text) => text.Contains(Query, StringComparison.Ordinal);

    // src/Store is compiled into the storage of every project that has one.
    [GeneratedRegex("^src/(Store|[^/]+/Storage)/")]
    private static partial Regex StoragePath();

    [GeneratedRegex(@"\b(DbContextOptions\w*|ModelBuilder|DbSet|Migrate(Async)?|ExecuteSql\w*|(?<=:\s*)DbContext)\b")]
    private static partial Regex Making();
}
