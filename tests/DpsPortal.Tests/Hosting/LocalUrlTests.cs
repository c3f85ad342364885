using DpsPortal.Hosting;

namespace DpsPortal.Tests.Hosting;

public sealed class LocalUrlTests
{
    [Theory]
    [InlineData("/instances/dps-contoso-prod?tab=enrollments")]
    [InlineData("/")]
    public void A_path_on_this_site_is_followed(string url) => Assert.Equal(url, LocalUrl.OrHome(url));

    /// <summary>A header is ASCII: what a browser shows as é, and what somebody typed as a space, go out percent-encoded.</summary>
    [Theory]
    [InlineData("/\u00e9", "/%C3%A9")]
    [InlineData("/instances?q=\u00f1and\u00fa&x=%ED%A0%80#\U0001f511", "/instances?q=%C3%B1and%C3%BA&x=%ED%A0%80#%F0%9F%94%91")]
    [InlineData("/a b", "/a%20b")]
    public void A_path_is_followed_as_a_header_can_say_it(string url, string said) => Assert.Equal(said, LocalUrl.OrHome(url));

    [Fact]
    public void Half_a_surrogate_pair_goes_out_as_browsers_send_it() => Assert.Equal("/%EF%BF%BDx", LocalUrl.OrHome("/\ud800x"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\tevil.example")]
    [InlineData("/\r\nLocation: https://evil.example")]
    public void Anything_else_leads_home(string? url) => Assert.Equal("/", LocalUrl.OrHome(url));
}
