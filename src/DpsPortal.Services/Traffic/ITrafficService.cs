using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Traffic;

/// <summary>
/// The demonstration traffic of the simulated DPS: devices that do not exist, registering over the real protocols. It makes an enrollment
/// group of its own and registration records, so not everybody may switch it.
/// </summary>
public interface ITrafficService
{
    /// <summary>What it runs with now, if it runs, and how much was answered.</summary>
    [Requires(Permission.View)]
    Task<TrafficStatus> ReadAsync(Person person, CancellationToken cancellationToken);

    /// <summary>
    /// Starts it, or changes how it runs; one that runs at another instance ends. Refused for an instance that is not there, and for a
    /// speed outside the bounds of <see cref="TrafficSettings"/>.
    /// </summary>
    [Requires(Permission.SwitchTraffic)]
    Task<Outcome<TrafficStatus>> StartAsync(Person person, TrafficSettings settings, CancellationToken cancellationToken);

    /// <summary>Ends it. One that runs at another instance goes on.</summary>
    [Requires(Permission.SwitchTraffic)]
    Task<Outcome<TrafficStatus>> StopAsync(Person person, string instance, CancellationToken cancellationToken);
}
