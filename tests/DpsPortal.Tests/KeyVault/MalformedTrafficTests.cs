using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.KeyVault;

/// <summary>A reduced count; <c>campaign malformed</c> sends 100,000 and watches time and memory too.</summary>
public sealed class MalformedTrafficTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Fact]
    public async Task Malformed_requests_are_never_a_server_error_and_valid_ones_beside_them_never_notice()
    {
        var result = await MalformedTraffic.RunAsync(vault, count: 2000, seed: 20261125, TestContext.Current.CancellationToken);

        Assert.True(result.ServerErrors.Count == 0, string.Join("\n", result.ServerErrors.Take(20)));
        Assert.True(vault.Logs.IsEmpty, string.Join("\n", vault.Logs.Take(5)));
        Assert.Equal(0, result.ValidFailed);
        Assert.True(result.ValidSent > 0);
    }
}
