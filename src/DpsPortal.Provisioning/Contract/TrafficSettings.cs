namespace DpsPortal.Provisioning.Contract;

/// <param name="Instance">Where the devices register.</param>
/// <param name="Seed">The same seed gives the same devices doing the same in the same order.</param>
/// <param name="Speed">1 is about one device in two seconds; 0.1 to 1,000.</param>
public sealed record TrafficSettings(string Instance, int Seed = 1, double Speed = 1)
{
    public const double Slowest = 0.1;
    public const double Fastest = 1000;

    public static bool Takes(double speed) => speed is >= Slowest and <= Fastest;
}
