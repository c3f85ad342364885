using System.Collections.Concurrent;

namespace DpsPortal.Provisioning.Http;

/// <summary>Counts requests in windows of fixed length, by what they are limited by.</summary>
/// <param name="limits">None where they are switched off: then nothing is counted.</param>
internal sealed class RateLimits(ServiceLimits? limits, TimeProvider systemClock)
{
    private const int ManyDevices = 20_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(long Instance, string What), Window> _windows = new();
    private readonly ConcurrentDictionary<(long Instance, string Device), Window> _devices = new();

    public DpsError? CountOperation(long instance) => Count(_windows, (instance, "operations"), limits?.OperationsPerMinute, Minute, "operations in a minute");

    public DpsError? CountRegistration(long instance) =>
        Count(_windows, (instance, "registrations"), limits?.RegistrationsPerMinute, Minute, "registrations in a minute");

    public DpsError? CountPoll(long instance, string device)
    {
        if (_devices.Count > ManyDevices)
        {
            var now = systemClock.GetTimestamp();
            foreach (var (key, window) in _devices.Where(entry => systemClock.GetElapsedTime(entry.Value.Start, now) >= TenSeconds))
            {
                _devices.TryRemove(KeyValuePair.Create(key, window));
            }
        }

        return Count(_devices, (instance, device), limits?.PollsPerTenSeconds, TenSeconds, "status look-ups of this device in ten seconds");
    }

    private DpsError? Count(ConcurrentDictionary<(long, string), Window> windows, (long, string) key, int? most, TimeSpan length, string what)
    {
        if (most is not { } limit)
        {
            return null;
        }

        var now = systemClock.GetTimestamp();
        var window = windows.AddOrUpdate(
            key,
            (_, at) => new Window(at, 1),
            (_, known, at) => systemClock.GetElapsedTime(known.Start, at) >= length ? new Window(at, 1) : known with { Count = known.Count + 1 },
            now);
        return window.Count > limit ? DpsError.TooMany(what, length - systemClock.GetElapsedTime(window.Start, now)) : null;
    }

    private sealed record Window(long Start, int Count);
}
