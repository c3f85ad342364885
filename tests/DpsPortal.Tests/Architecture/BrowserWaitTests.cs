using System.Text.RegularExpressions;

namespace DpsPortal.Tests.Architecture;

/// <summary>How the browser tests wait, read from their source.</summary>
public sealed partial class BrowserWaitTests
{
    [Fact]
    public void No_browser_test_waits_for_or_believes_an_event_that_Playwrights_client_can_lose()
    {
        var found =
            from file in Directory.EnumerateFiles(Repository.PathOf("tests", "DpsPortal.BrowserTests"), "*.cs")
            from Match match in TakenFromEvents().Matches(File.ReadAllText(file))
            select $"{Path.GetFileName(file)}: {match.Value}: ask the browser itself, with Visitor.ArrivesAsync or Visitor.AddressAsync";
        Assert.Empty(found);
    }

    /// <summary>All of them wait in the client, for an event that the browser reports once. So does a page's address: it is what the last event said.</summary>
    [GeneratedRegex(@"\.(WaitForURL|WaitForLoadState|WaitForNavigation|WaitForRequest|WaitForResponse|WaitForPopup|RunAndWaitFor\w+)\w*\(|\.Page\.Url\b")]
    private static partial Regex TakenFromEvents();
}
