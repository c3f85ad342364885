using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace DpsPortal.BrowserTests;

/// <summary>Collects what axe, the browser's console and the width of the screen have against a page.</summary>
internal sealed class Judge
{
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] },
        ResultTypes = [ResultType.Violations],
    };

    private readonly IPage _page;
    private readonly ConcurrentQueue<string> _complaints = new();

    public Judge(IPage page)
    {
        _page = page;

        // Chromium itself writes down that a page which does not exist answered 404.
        page.Console += (_, message) => Collect(
            message.Type is "error" or "warning" && !message.Text.Contains("status of 404", StringComparison.Ordinal), $"{page.Url} console: {message.Text}");
        page.PageError += (_, error) => Collect(true, $"{page.Url} script: {error}");
    }

    public IReadOnlyCollection<string> Complaints => _complaints;

    public async Task LookAsync(string what)
    {
        // A page is there when its parts have been read: nothing is loading, and what moves has come to rest.
        await Assertions.Expect(_page.Locator("main .mud-skeleton")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await _page.EvaluateAsync(
            "document.fonts.ready.then(() => Promise.all(document.getAnimations().map(animation => animation.finished.catch(() => null))))");
        var width = _page.ViewportSize!.Width;
        foreach (var violation in (await _page.RunAxe(Rules)).Violations)
        {
            _complaints.Enqueue($"{what} at {width}: {violation.Id}, {violation.Help}: {violation.Nodes[0].Html}");
        }

        var over = await _page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        Collect(over > 0, $"{what}: {over} px wider than a screen of {width} px");
    }

    private void Collect(bool isComplaint, string text)
    {
        if (isComplaint)
        {
            _complaints.Enqueue(text);
        }
    }
}
