using Bunit;
using DpsPortal.Common;
using DpsPortal.Tests.Components.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components;

/// <summary>A time that stands alone has to be reckoned: beside it stands how far it is, in the reader's language, and that goes on.</summary>
public sealed class MomentTests : PageTests
{
    [Theory]
    [InlineData(0, "just now", "ahora mismo")]
    [InlineData(-59, "just now", "ahora mismo")]
    [InlineData(-60, "1 min ago", "hace 1 min")]
    [InlineData(-59 * 60 - 59, "59 min ago", "hace 59 min")]
    [InlineData(-3600, "1 h ago", "hace 1 h")]
    [InlineData(-86_399, "23 h ago", "hace 23 h")]
    [InlineData(-86_400, "1 day ago", "hace 1 día")]
    [InlineData(-59 * 86_400, "59 days ago", "hace 59 días")]
    [InlineData(-61 * 86_400, "2 months ago", "hace 2 meses")]
    [InlineData(-800 * 86_400, "2 years ago", "hace 2 años")]
    [InlineData(1, "in less than a minute", "en menos de un minuto")]
    [InlineData(600, "in 10 min", "en 10 min")]
    [InlineData(29 * 86_400, "in 29 days", "en 29 días")]
    public void How_far_a_moment_is_stands_beside_it_in_the_largest_unit(int seconds, string english, string spanish)
    {
        foreach (var (culture, words) in new[] { ("en", english), ("es", spanish) })
        {
            Speak(culture);
            var moment = Render<Moment>(it => it.Add(one => one.At, Some.Now.AddSeconds(seconds)));

            Assert.EndsWith($"({words})", Told(moment), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_goes_on_while_it_is_looked_at()
    {
        var moment = Open<Moment>(it => it.Add(one => one.At, Some.Now));
        Assert.EndsWith("(just now)", Told(moment), StringComparison.Ordinal);

        Clock.Advance(TimeSpan.FromMinutes(5));

        moment.WaitForAssertion(() => Assert.EndsWith("(5 min ago)", Told(moment), StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_is_gone_is_told_nothing_any_more()
    {
        var moment = Open<Moment>(it => it.Add(one => one.At, Some.Now));
        var time = Services.GetRequiredService<PassingTime>();
        Assert.True(time.IsFollowed);

        moment.Instance.Dispose();

        Assert.False(time.IsFollowed);
    }

    [Fact]
    public void The_clock_alone_says_no_distance() =>
        Assert.DoesNotContain("(", Told(Open<Moment>(it => it.Add(one => one.At, Some.Now).Add(one => one.TimeOnly, true))), StringComparison.Ordinal);

    private static string Told(IRenderedComponent<Moment> moment) => Collapse(string.Concat(moment.Nodes.Select(node => node.TextContent)));
}
