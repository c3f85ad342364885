using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;
using DpsPortal.Services.Traffic;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Services;

/// <summary>Who switches the demonstration traffic of DPS, and what is on record of it. Every role is asked in AuthorizationTests, too.</summary>
[StartsHosts]
public sealed class TrafficTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private ITrafficService Traffic => portal.Get<ITrafficService>();

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(PortalRole.KeyCustodian)]
    [InlineData(PortalRole.Approver)]
    [InlineData(PortalRole.Auditor)]
    public async Task Who_may_not_switch_it_is_refused_and_it_stays_as_it_was(PortalRole role)
    {
        var instance = await portal.SharedInstanceAsync();
        var person = new Person("somebody", "Somebody", role);
        portal.Dps.Traffic.Switch(new Caller("test", "Test"), new TrafficSettings(instance, Seed: 3));

        Assert.Equal(ServiceRefusals.NotPermitted, (await Traffic.StopAsync(person, instance, None)).Refusal().Code);
        Assert.Equal(ServiceRefusals.NotPermitted, (await Traffic.StartAsync(person, new TrafficSettings(instance, Speed: 20), None)).Refusal().Code);

        Assert.Equal(new TrafficSettings(instance, Seed: 3), (await Traffic.ReadAsync(person, None)).Running);
        var entry = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(instance), null, 1, None)).Single();
        Assert.Equal((ActivityCodes.PermissionRefused, person), (entry.Code, entry.By));
    }

    [Fact]
    public async Task Who_may_switches_it_and_it_is_in_the_activity_log()
    {
        await portal.NewInstanceAsync("traffic");

        var started = (await Traffic.StartAsync(Staff.Operator, new TrafficSettings("TRAFFIC", Speed: 5), None)).Value();
        var stopped = (await Traffic.StopAsync(Staff.Operator, "traffic", None)).Value();

        Assert.Equal(new TrafficSettings("traffic", Speed: 5), started.Running);
        Assert.Null(stopped.Running);
        Assert.Equal(["TrafficStopped Succeeded ", "TrafficStarted Succeeded 5"], await EntriesAsync("traffic", 2));
    }

    [Fact]
    public async Task To_end_it_where_it_does_not_run_changes_nothing()
    {
        var instance = await portal.SharedInstanceAsync();
        portal.Dps.Traffic.Switch(new Caller("test", "Test"), new TrafficSettings(instance));

        Assert.Equal(instance, (await Traffic.StopAsync(Staff.Operator, "another", None)).Value().Running?.Instance);
        Assert.Empty(await EntriesAsync("another", 1));
    }

    [Theory]
    [InlineData("no-such-instance", 1, ProvisioningRefusals.InstanceUnknown)]
    [InlineData("dps-shared", 0.05, ServiceRefusals.TrafficSpeedInvalid)]
    [InlineData("dps-shared", 1001, ServiceRefusals.TrafficSpeedInvalid)]
    [InlineData("dps-shared", double.NaN, ServiceRefusals.TrafficSpeedInvalid)]
    public async Task What_DPS_could_not_run_is_refused_and_on_record(string instance, double speed, string code)
    {
        await portal.SharedInstanceAsync();

        Assert.Equal(code, (await Traffic.StartAsync(Staff.Operator, new TrafficSettings(instance, Speed: speed), None)).Refusal().Code);

        Assert.StartsWith("TrafficStarted Refused", Assert.Single(await EntriesAsync(instance, 1)), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> EntriesAsync(string instance, int count) =>
        [.. (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(instance), null, count, None))
            .Select(entry => $"{entry.Code} {entry.Result} {string.Join(' ', entry.Arguments)}")];
}
