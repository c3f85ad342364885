namespace DpsPortal.Provisioning.Contract;

/// <summary>Devices that do not exist: they register over the real protocols, so that a demonstration has something to show.</summary>
public interface ITraffic
{
    TrafficStatus Status { get; }

    /// <summary>Starts, or changes; <see langword="null"/> stops. Kept over a restart, for <see cref="Begin"/>.</summary>
    void Switch(Caller caller, TrafficSettings? settings);

    /// <summary>What a start begins with: what somebody switched it to last in this data folder, off included, or else this.</summary>
    void Begin(Caller caller, TrafficSettings settings);
}

/// <param name="Instance">Where the devices register.</param>
/// <param name="Seed">The same seed gives the same devices doing the same in the same order.</param>
/// <param name="Speed">1 is about one device in two seconds; 0.1 to 1,000.</param>
public sealed record TrafficSettings(string Instance, int Seed = 1, double Speed = 1)
{
    public const double Slowest = 0.1;
    public const double Fastest = 1000;
}

/// <param name="Running">What it runs with; <see langword="null"/> while it is off.</param>
/// <param name="Requests">Requests answered since it was switched on.</param>
/// <param name="Refused">How many of them with an error.</param>
public sealed record TrafficStatus(TrafficSettings? Running, long Requests, long Refused);
