using System.Text.RegularExpressions;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;

namespace DpsPortal.Tests.Architecture;

/// <summary>How things are said in the code, where it is said in one way. A failure prints who says it otherwise.</summary>
public sealed partial class IdiomTests
{
    [Fact]
    public void A_call_that_may_be_refused_answers_an_outcome_and_no_pair_of_which_one_half_is_missing() =>
        Assert.Empty(LinesOf(Pair()));

    [Fact]
    public void An_outcome_that_is_neither_done_nor_refused_is_expected_nowhere() =>
        Assert.Empty(LinesOf(Neither()));

    /// <summary>The README's walk is found again in the code, or it leads nowhere.</summary>
    [Fact]
    public void What_happens_on_revoke_names_types_that_there_are()
    {
        var readme = File.ReadAllText(Repository.PathOf("src", "DpsPortal.Services", "README.md"));
        var walk = Heading().Split(readme).Single(part => part.StartsWith("What happens on revoke", StringComparison.Ordinal));
        Type[] ofEach = [typeof(Common.Attempt), typeof(ServiceRefusals), typeof(Refusal)];
        var types = ofEach.SelectMany(type => type.Assembly.GetTypes()).Select(type => type.Name).ToHashSet();
        var named = TypeName().Matches(walk).Select(match => match.Groups[1].Value)
            .Where(name => !name.EndsWith("Async", StringComparison.Ordinal)).Distinct().ToList();

        Assert.True(named.Count > 15, $"The walk names {named.Count} types.");
        Assert.Empty(named.Except(types));
    }

    private static IEnumerable<string> LinesOf(Regex said) =>
        from file in Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        let text = File.ReadAllText(file)
        from match in said.Matches(text)
        select $"{Path.GetFileName(file)}:{text[..match.Index].Count(letter => letter == '\n') + 1}: {match.Value}";

    [GeneratedRegex(@"\(\w[\w<>\[\],]*\?( \w+)?, Refusal\?( \w+)?\)|out Refusal\?")]
    private static partial Regex Pair();

    [GeneratedRegex(@"done or refused\.""")]
    private static partial Regex Neither();

    [GeneratedRegex(@"^## ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"`([A-Z]\w+)(?:\.\w+)?`")]
    private static partial Regex TypeName();
}
