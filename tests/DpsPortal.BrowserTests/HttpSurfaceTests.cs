using System.Net;
using System.Net.WebSockets;

namespace DpsPortal.BrowserTests;

/// <summary>What the running portal answers to programs, without a browser.</summary>
public sealed class HttpSurfaceTests(PortalWithSample portal)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/app.css")]
    [InlineData("/health/ready")]
    [InlineData("/no-such-page")]
    public async Task Every_answer_carries_the_security_headers(string path)
    {
        using var client = Client();
        using var answer = await client.GetAsync(path, Cancellation);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe-inline'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/instances")]
    [InlineData("/keys/kv-contoso-prod/kek-dps-prod/revoke")]
    public async Task A_page_asks_for_a_sign_in_first(string path)
    {
        using var client = Client();
        using var answer = await client.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains("/sign-in", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_posted_from_elsewhere_is_refused()
    {
        using var client = Client();
        using var form = new FormUrlEncodedContent([new("role", "KeyCustodian"), new("returnUrl", "/")]);
        using var answer = await client.PostAsync("/development/sign-in", form, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_name_that_only_resolves_to_this_machine_is_refused()
    {
        using var client = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
        request.Headers.Host = "rebound.example";
        using var answer = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1.evil.example")]
    public async Task A_circuit_cannot_be_opened_from_another_site(string origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Circuit(), Cancellation));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Fact]
    public async Task A_circuit_is_opened_from_the_portals_own_pages()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", portal.Process.Address.GetLeftPart(UriPartial.Authority));
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(Circuit(), Cancellation);
        }
        catch (WebSocketException)
        {
            // Without a cookie the next gate says no; what counts here is that it is not the origin's.
            Assert.NotEqual(HttpStatusCode.Forbidden, socket.HttpStatusCode);
        }
    }

    private Uri Circuit() => new UriBuilder(portal.Process.Address) { Scheme = "ws", Path = "/_blazor" }.Uri;

    private HttpClient Client() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = portal.Process.Address };
}
