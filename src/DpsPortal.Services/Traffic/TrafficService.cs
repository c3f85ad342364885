using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Traffic;

internal sealed class TrafficService(ITraffic traffic, IProvisioningInstances instances, ActivityLog activity, Guard guard) : ITrafficService
{
    public async Task<TrafficStatus> ReadAsync(Person person, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        return traffic.Status;
    }

    public Task<Outcome<TrafficStatus>> StartAsync(Person person, TrafficSettings settings, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> arguments = [settings.Speed.ToString(CultureInfo.InvariantCulture)];
        return guard.RunAsync<TrafficStatus>(
            person,
            Permission.SwitchTraffic,
            ActivityCodes.TrafficStarted,
            settings.Instance,
            async () => settings.Speed is not (>= TrafficSettings.Slowest and <= TrafficSettings.Fastest) ? SpeedInvalid()
                : await instances.GetAsync(person.AsCaller(), settings.Instance, cancellationToken).ConfigureAwait(false) is not { } instance
                    ? new Refusal(ProvisioningRefusals.InstanceUnknown, nameof(settings.Instance), settings.Instance)
                : await SwitchAsync(
                    new NewActivity(ActivityCodes.TrafficStarted, instance.Name, ActivityResult.Succeeded, person, arguments),
                    settings with { Instance = instance.Name },
                    cancellationToken).ConfigureAwait(false),
            cancellationToken,
            arguments);
    }

    public Task<Outcome<TrafficStatus>> StopAsync(Person person, string instance, CancellationToken cancellationToken) => guard.RunAsync<TrafficStatus>(
        person,
        Permission.SwitchTraffic,
        ActivityCodes.TrafficStopped,
        instance,
        async () => traffic.Status.Running?.Instance == instance
            ? await SwitchAsync(new NewActivity(ActivityCodes.TrafficStopped, instance, ActivityResult.Succeeded, person), null, cancellationToken)
                .ConfigureAwait(false)
            : traffic.Status,
        cancellationToken);

    /// <summary>On record before it is done: what cannot be logged does not happen.</summary>
    private async Task<TrafficStatus> SwitchAsync(NewActivity entry, TrafficSettings? settings, CancellationToken cancellationToken)
    {
        await activity.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
        traffic.Switch(entry.By!.AsCaller(), settings);
        return traffic.Status;
    }

    private static Refusal SpeedInvalid() => new(
        ServiceRefusals.TrafficSpeedInvalid,
        nameof(TrafficSettings.Speed),
        TrafficSettings.Slowest.ToString(CultureInfo.InvariantCulture),
        TrafficSettings.Fastest.ToString(CultureInfo.InvariantCulture));
}
