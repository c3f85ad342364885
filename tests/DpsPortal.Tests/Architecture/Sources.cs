using System.Text.RegularExpressions;

namespace DpsPortal.Tests.Architecture;

/// <summary>What is written by hand in the repository: C#, Razor and project files, by their path from its root, with slashes.</summary>
internal static partial class Sources
{
    public static IEnumerable<(string Path, string Text)> Below(params string[] folders) =>
        from folder in folders
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
        where SourceFile().IsMatch(path) && !GeneratedFolder().IsMatch(path)
        select (path, File.ReadAllText(file));

    [GeneratedRegex(@"\.(cs|razor|csproj)$")]
    private static partial Regex SourceFile();

    [GeneratedRegex(@"/(bin|obj)/")]
    private static partial Regex GeneratedFolder();
}
