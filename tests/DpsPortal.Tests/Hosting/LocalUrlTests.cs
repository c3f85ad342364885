using DpsPortal.Hosting;

namespace DpsPortal.Tests.Hosting;

public sealed class LocalUrlTests
{
    [Theory]
    [InlineData("/instances/dps-contoso-prod?tab=enrollments")]
    [InlineData("/")]
    public void A_path_on_this_site_is_followed(string url) => Assert.Equal(url, LocalUrl.OrHome(url));

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
