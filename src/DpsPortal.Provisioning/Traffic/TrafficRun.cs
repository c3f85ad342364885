using System.Net;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Traffic;

/// <summary>What the traffic was switched to, and what came of it since. What an earlier run still counts is no longer seen.</summary>
internal sealed class TrafficRun(TrafficSettings? settings)
{
    private long _requests;
    private long _refused;

    /// <summary><see langword="null"/> for off.</summary>
    public TrafficSettings? Settings => settings;

    public TrafficStatus Status => new(settings, Interlocked.Read(ref _requests), Interlocked.Read(ref _refused));

    public void Count(IReadOnlyList<HttpStatusCode> statuses)
    {
        Interlocked.Add(ref _requests, statuses.Count);
        Interlocked.Add(ref _refused, statuses.Count(status => (int)status >= 400));
    }
}
