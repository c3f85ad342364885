using Bunit;
using DpsPortal.Tests.Components.Fakes;

namespace DpsPortal.Tests.Components;

public sealed partial class KeyPageTests
{
    [Fact]
    public void Without_dependents_there_is_nothing_to_revoke()
    {
        Fake.Keys.Add(Some.KeyDetail(dependents: []));
        var page = OpenKey();

        Assert.Contains("No instance depends on this key.", TextOf(page), StringComparison.Ordinal);
        Assert.Equal(
            "No instance has this key: there is no access to revoke. Versions that wrap nothing can be disabled below.",
            Description(page, Button(page, "Revoke…")));
    }

    [Fact]
    public void A_key_that_cannot_be_shown_says_why()
    {
        Assert.Contains("Key: it does not exist in this vault.", TextOf(OpenKey()), StringComparison.Ordinal);
    }

    [Fact]
    public void While_it_is_read_the_page_says_so()
    {
        Fake.Gate = new TaskCompletionSource().Task;

        Assert.Equal("Loading…", Collapse(OpenKey().Find("[role=status]").TextContent));
    }

    [Fact]
    public void A_failed_read_is_shown_and_can_be_repeated()
    {
        Fake.Failure = new HttpRequestException("secret details");
        Fake.Keys.Add(Some.KeyDetail());
        var page = OpenKey();

        Assert.Contains("This could not be read", Collapse(page.Find("[role=alert]").TextContent), StringComparison.Ordinal);
        Assert.DoesNotContain("secret details", TextOf(page), StringComparison.Ordinal);

        Fake.Failure = null;
        Button(page, "Try again").Click();

        Assert.Contains("Current. 2 instances", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Old_data_blocks_destructive_actions_until_it_is_refreshed()
    {
        Fake.Keys.Add(Some.KeyDetail());
        var page = OpenKey();
        Assert.False(IsDisabled(Button(page, "Revoke…")));

        // The reading time of the fake stays where it was, as when every further read fails.
        Clock.Advance(TimeSpan.FromSeconds(75));

        page.WaitForAssertion(() => Assert.Contains("Data is 75 s old", TextOf(page), StringComparison.Ordinal));
        Assert.Equal("The data is more than 60 s old. Refresh first.", Description(page, Button(page, "Revoke…")));
    }

    [Fact]
    public void A_page_that_is_left_stops_following()
    {
        Fake.Keys.Add(Some.KeyDetail());
        var page = OpenKey();
        Assert.NotEqual(0, Fake.Followers);

        page.Instance.Dispose();

        Assert.Equal(0, Fake.Followers);
    }
}
