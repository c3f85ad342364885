using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.KeyVault;

/// <summary><c>campaign malformed</c> sends 100,000 and watches time and memory too.</summary>
[StartsHosts]
public sealed class MalformedTrafficTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Malformed_requests_are_never_a_server_error_and_valid_ones_beside_them_never_notice()
    {
        await using var vault = new RunningVault();
        await vault.StartAsync();
        var target = await MalformedVault.TargetAsync(vault);
        Assert.Equal("", string.Join('\n', await MalformedTraffic.RefusedAtTheDoorAsync(target, Cancellation)));
        using var valid = await ValidTraffic.StartAsync(vault);

        var result = await MalformedTraffic.RunAsync(target, count: 3_000, seed: 20261125, Cancellation);

        var (sent, failed) = await valid.StopAsync();
        MalformedTraffic.AssertHeld(target, result);
        Assert.Equal(0, failed);
        Assert.True(sent > 0);
    }

    [Fact]
    public async Task A_body_framed_wrongly_a_Host_of_nobody_and_a_request_line_of_nonsense_are_never_a_server_error()
    {
        await using var vault = new RunningVault();
        await vault.StartAsync();
        var target = await MalformedVault.TargetAsync(vault);

        var faults = await RawRequests.FaultsAsync(vault.Vault.Port, target, target.CreateHandler().SslOptions.For("localhost"));

        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(40)));
        Assert.Equal("", string.Join('\n', RawRequests.Logged(target).Take(10)));
    }
}
