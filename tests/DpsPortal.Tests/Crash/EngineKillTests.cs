using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Crash;

/// <summary>A few of the kills that the campaign makes at every checkpoint and at 200 random moments.</summary>
[StartsHosts]
public sealed class EngineKillTests
{
    [Fact]
    public async Task Killed_in_its_operations_and_under_load_DPS_loses_no_acknowledged_write_and_completes_what_was_left() =>
        await KillRuns.RunAsync(ChildAssembly.Path, randomMoments: 2, failpoints: 4);
}
