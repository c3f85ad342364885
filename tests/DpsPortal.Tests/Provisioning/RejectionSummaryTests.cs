using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>Rejections are counted by DPS over its whole log, whatever a page of it shows.</summary>
[StartsHosts]
public sealed class RejectionSummaryTests
{
    private const int Reads = 230;

    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(5);

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_cause_has_its_true_total_its_devices_its_codes_and_its_first_and_last()
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        await dps.CreatedAsync("contoso", vault.AddKey());
        await dps.CreatedAsync("fabrikam");
        await dps.ImportAsync("contoso", 3);
        vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        await dps.RecheckAsync("contoso");
        for (var number = 0; number < Reads; number++)
        {
            Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", $"device-{number % 3:D6}"));
        }

        // What is queued is written before the end.
        await dps.RestartAsync();
        var (all, fabrikam) = (
            await dps.Host.Events.SummarizeRejectedAsync(null, Lately, None), await dps.Host.Events.SummarizeRejectedAsync("fabrikam", Lately, None));

        var cause = Assert.Single(all.Causes);
        Assert.Equal((Reads, Reads, 0L), (cause.Total, cause.Recent, cause.Devices));
        Assert.Equal(["contoso"], cause.Instances);
        Assert.Equal([403011], cause.ErrorCodes);
        var listed = await dps.Host.Events.ListRejectedAsync("CONTOSO", null, 200, None);
        Assert.Equal((listed[0].At, listed[0].Cause), (cause.Last, cause.Cause));
        Assert.True(cause.First <= listed[^1].At);
        Assert.Null(all.Since);
        Assert.Empty(fabrikam.Causes);
        Assert.Equal(0, (await dps.Host.Events.SummarizeRejectedAsync(null, TimeSpan.FromHours(-1), None)).Causes[0].Recent);
        Assert.Equal(
            10,
            (await dps.Host.Events.ListOperationsAsync(null, new OperationFilter(Cause: cause.Cause, Record: "ICE-000001"), null, 10, None))
                .Count(entry => entry.RecordId == "device-000001"));
        Assert.Empty(await dps.Host.Events.ListOperationsAsync("contoso", new OperationFilter(Rejected: false), null, 10, None));
    }
}
