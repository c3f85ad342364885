using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Capabilities;

/// <summary>Devices that do not exist: they register over the real protocols, so that a demonstration has something to show.</summary>
public interface ITraffic
{
    TrafficStatus Status { get; }

    /// <summary>Starts, or changes; <see langword="null"/> stops. Kept over a restart, for <see cref="Begin"/>.</summary>
    void Switch(Caller caller, TrafficSettings? settings);

    /// <summary>What a start begins with: what somebody switched it to last in this data folder, off included, or else this.</summary>
    void Begin(Caller caller, TrafficSettings settings);
}
