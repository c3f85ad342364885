using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Hosting;

/// <summary>The portal itself; <c>campaign malformed-portal</c> sends more.</summary>
[StartsHosts]
public sealed class MalformedTrafficTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Malformed_requests_are_never_a_server_error()
    {
        await using var portal = await RunningPortal.StartedAsync();
        var target = await MalformedPortal.TargetAsync(portal);
        Assert.Equal("", string.Join('\n', await MalformedTraffic.RefusedAtTheDoorAsync(target, Cancellation)));

        var result = await MalformedTraffic.RunAsync(target, count: 3_000, seed: 20261129, Cancellation);

        MalformedTraffic.AssertHeld(target, result);
    }

    [Theory]
    [InlineData("/\u00e9", "application/x-www-form-urlencoded", 302, "/%C3%A9")]
    [InlineData("/keys", "application/x-www-form-urlencoded; charset=utf-7", 400, null)]
    [InlineData("/keys", "application/x-www-form-urlencoded; charset=nonsense", 302, "/keys")]
    [InlineData("/keys", "multipart/form-data", 400, null)]
    public async Task A_sign_in_leads_where_it_was_asked_for_in_ASCII_and_a_form_that_cannot_be_read_is_400(
        string returnUrl, string contentType, int status, string? location)
    {
        await using var portal = await RunningPortal.StartedAsync();
        var (cookie, field) = await portal.AntiforgeryAsync();
        using var http = new HttpClient(RunningPortal.CreateHandler());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(portal.Address, "/development/sign-in"))
        {
            Content = new FormUrlEncodedContent([new("role", "Auditor"), new("returnUrl", returnUrl), new("__RequestVerificationToken", field)]),
            Headers = { { "Cookie", cookie } },
        };
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.Equal((status, location), ((int)answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.True(portal.Logs.IsEmpty, string.Join('\n', portal.Logs));
    }

    [Fact]
    public async Task A_body_framed_wrongly_a_Host_of_nobody_and_a_request_line_of_nonsense_are_never_a_server_error()
    {
        await using var portal = await RunningPortal.StartedAsync();
        var target = await MalformedPortal.TargetAsync(portal);

        var faults = await RawRequests.FaultsAsync(portal.Address.Port, target, tls: null);

        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(40)));
        Assert.Equal("", string.Join('\n', RawRequests.Logged(target).Take(10)));
    }
}
