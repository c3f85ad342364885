using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>Both APIs and the webhooks; <c>campaign malformed-dps</c> sends more.</summary>
[StartsHosts]
public sealed class MalformedTrafficTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Malformed_requests_and_malformed_answers_of_webhooks_are_never_a_server_error()
    {
        await using var dps = await MalformedDps.StartedAsync(seed: 20261129);
        Assert.Equal("", string.Join('\n', await MalformedTraffic.RefusedAtTheDoorAsync(dps.Target, Cancellation)));

        var result = await MalformedTraffic.RunAsync(dps.Target, count: 10_000, seed: 20261129, Cancellation);

        MalformedTraffic.AssertHeld(dps.Target, result);
        Assert.True(dps.WebhooksAsked > 50, $"Webhooks were asked {dps.WebhooksAsked} times.");
    }

    [Fact]
    public async Task A_body_framed_wrongly_a_Host_of_nobody_and_a_request_line_of_nonsense_are_never_a_server_error()
    {
        await using var dps = await MalformedDps.StartedAsync(seed: 1);

        var faults = await RawRequests.FaultsAsync(dps.Port, dps.Target, dps.Target.CreateHandler().SslOptions.For("localhost"));

        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(40)));
        Assert.Equal("", string.Join('\n', RawRequests.Logged(dps.Target).Take(10)));
    }
}
