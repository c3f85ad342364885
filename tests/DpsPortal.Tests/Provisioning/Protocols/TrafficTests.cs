using System.Collections.Concurrent;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Traffic;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>Demonstration traffic: the same for the same seed, over the real protocols, through a revoke and back.</summary>
[StartsHosts]
public sealed class TrafficTests
{
    [Fact]
    public void A_seed_fixes_who_does_what_and_when()
    {
        var plan = TrafficPlan.Of(7).Take(500).ToList();

        Assert.Equal(plan, TrafficPlan.Of(7).Take(500));
        Assert.NotEqual(plan, TrafficPlan.Of(8).Take(500));
        Assert.Equal(Enum.GetValues<TrafficAct>().Length, plan.Select(step => step.Act).Distinct().Count());
        Assert.InRange(plan.Average(step => step.Wait.TotalSeconds), 1.8, 2.2);
    }

    [Fact]
    public async Task It_is_off_until_it_is_switched_on_then_registers_over_the_protocols_and_feels_a_revoke()
    {
        var vault = new FakeVault();
        await using var served = await ServedDps.StartedAsync(vault, dps => dps.RealClock = TimeProvider.System);
        var traffic = served.Dps.Host.Traffic;
        Assert.Null(traffic.Status.Running);
        var seen = new ConcurrentQueue<OperationEntry>();
        using var subscription = served.Dps.Host.Events.Subscribe(happened =>
        {
            if (happened is ProvisioningEvent.OperationLogged { Entry: { Category: OperationCategory.DeviceOperations } entry })
            {
                seen.Enqueue(entry);
            }
        });

        var assigned = Next(served, entry => entry is { Operation: "OperationStatusLookup", StatusCode: 200 });
        traffic.Switch(RunningDps.Tester, new TrafficSettings(ServedDps.Instance, Seed: 7, Speed: TrafficSettings.Fastest));
        await assigned;
        var limited = await Next(served, entry => entry.StatusCode == 429);
        Assert.Equal("DeviceRegistrationStatusLookup", limited.Operation);

        var refused = Next(served, entry => entry.StatusCode == 503);
        vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        await served.Dps.RecheckAsync(ServedDps.Instance);
        Assert.Equal(503011, (await refused).ErrorCode);
        vault.DeniedTokens.Clear();
        await served.Dps.RecheckAsync(ServedDps.Instance);
        await Next(served, entry => entry is { Operation: "Register", StatusCode: 202 });

        traffic.Switch(RunningDps.Tester, null);
        var registered = seen.Where(entry => entry.Operation == "Register").Select(entry => entry.RecordId).Distinct().ToList();
        Assert.True(registered.Count >= 3, $"{registered.Count} devices");
        Assert.Equal(TrafficPlan.Of(7).Where(step => step.Act == TrafficAct.Register).Select(step => step.Device).Take(registered.Count), registered);
    }

    [Fact]
    public async Task What_somebody_switched_it_to_is_what_the_next_start_begins_with_and_off_is_too()
    {
        await using var dps = await RunningDps.StartedAsync(new FakeVault().Access);
        var byDefault = new TrafficSettings(ServedDps.Instance);
        dps.Host.Traffic.Begin(RunningDps.Tester, byDefault);
        Assert.Equal(byDefault, dps.Host.Traffic.Status.Running);

        dps.Host.Traffic.Switch(RunningDps.Tester, byDefault with { Speed = 5 });
        await dps.RestartAsync();
        dps.Host.Traffic.Begin(RunningDps.Tester, byDefault);
        Assert.Equal(byDefault with { Speed = 5 }, dps.Host.Traffic.Status.Running);

        dps.Host.Traffic.Switch(RunningDps.Tester, null);
        await dps.RestartAsync();
        dps.Host.Traffic.Begin(RunningDps.Tester, byDefault);
        Assert.Null(dps.Host.Traffic.Status.Running);
    }

    [Fact]
    public async Task A_choice_that_cannot_be_read_is_none()
    {
        await using var dps = await RunningDps.StartedAsync(new FakeVault().Access);
        await File.WriteAllTextAsync(
            Path.Combine(dps.DataDirectory, "traffic.json"), """{"Instance": "", "Speed": 1e9}""", TestContext.Current.CancellationToken);
        var byDefault = new TrafficSettings(ServedDps.Instance);

        dps.Host.Traffic.Begin(RunningDps.Tester, byDefault);

        Assert.Equal(byDefault, dps.Host.Traffic.Status.Running);
    }

    [Fact]
    public async Task A_speed_beyond_its_range_is_refused()
    {
        await using var dps = await RunningDps.StartedAsync(new FakeVault().Access);

        Assert.Throws<ArgumentOutOfRangeException>(() => dps.Host.Traffic.Switch(RunningDps.Tester, new TrafficSettings("contoso", Speed: 0)));
    }

    private static async Task<OperationEntry> Next(ServedDps served, Func<OperationEntry, bool> expected)
    {
        var found = new TaskCompletionSource<OperationEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = served.Dps.Host.Events.Subscribe(happened =>
        {
            if (happened is ProvisioningEvent.OperationLogged { Entry: { } entry } && expected(entry))
            {
                found.TrySetResult(entry);
            }
        });
        return await found.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
