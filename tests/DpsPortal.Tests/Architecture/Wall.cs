using System.Text.RegularExpressions;

namespace DpsPortal.Tests.Architecture;

/// <summary>
/// Namespaces that sources of some folders may not name: not in a using line (C# or Razor, with or without <c>global</c>, <c>static</c> or an
/// alias), not in a project file's, and not written out where something is used. It is fed with a path and a text, so that a test can plant a breach.
/// </summary>
/// <param name="Rule">The sentence that a failure prints.</param>
/// <param name="Folders">Where it holds, from the repository's root, with a slash at the end.</param>
/// <param name="Forbidden">Namespaces; those below them are meant, too.</param>
internal sealed partial record Wall(string Rule, string[] Folders, string[] Forbidden)
{
    private const string Root = "DpsPortal.";

    /// <summary>Folders and files within <see cref="Folders"/> where it does not hold.</summary>
    public string[] Free { get; init; } = [];

    /// <summary>Namespaces within the forbidden ones that may be named.</summary>
    public string[] Allowed { get; init; } = [];

    public bool Governs(string path) => Folders.Any(Begins(path)) && !Free.Any(Begins(path));

    /// <returns>What the text names and may not, each with its path and the rule.</returns>
    public IEnumerable<string> BreachesIn(string path, string text) =>
        from name in Governs(path) ? NamesIn(path, text) : []
        where Forbidden.Any(forbidden => IsWithin(name, forbidden)) && !Allowed.Any(allowed => IsWithin(name, allowed))
        select $"{path}: {name}. {Rule}.";

    /// <summary>A name may be written from where it is used: below <c>DpsPortal</c> that need not be said again.</summary>
    private static bool IsWithin(string name, string whole) =>
        IsBelow(name, whole) || (whole.StartsWith(Root, StringComparison.Ordinal) && IsBelow(Root + name, whole));

    private static bool IsBelow(string name, string whole) => name == whole || name.StartsWith(whole + ".", StringComparison.Ordinal);

    private static Func<string, bool> Begins(string path) => beginning => path.StartsWith(beginning, StringComparison.Ordinal);

    private static IEnumerable<string> NamesIn(string path, string text)
    {
        if (path.EndsWith("proj", StringComparison.Ordinal))
        {
            return ProjectUsing().Matches(text).Select(match => match.Groups["name"].Value);
        }

        var code = Comment().Replace(text, "");
        return UsingLine().Matches(code).Concat(QualifiedName().Matches(code)).Select(match => Blank().Replace(match.Groups["name"].Value, "")).Distinct();
    }

    [GeneratedRegex(@"^[ \t]*(global\s+)?@?using\s+(static\s+)?(\w+\s*=\s*)?(global::)?(?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UsingLine();

    // Two parts or more that no other name stands before: what follows a dot is a member and no namespace.
    [GeneratedRegex(@"(?<!\w|\.\s*)(global::)?(?<name>[A-Z]\w*(\s*\.\s*\w+)+)", RegexOptions.ExplicitCapture)]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"<Using\s+Include=""(?<name>[\w.]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex ProjectUsing();

    // What begins after a colon is an address.
    [GeneratedRegex(@"(?<!:)//[^\n]*|/\*.*?\*/|@\*.*?\*@", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
