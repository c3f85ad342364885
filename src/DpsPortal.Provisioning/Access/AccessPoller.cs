using DpsPortal.Provisioning.Instances;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Access;

/// <summary>
/// Verifies each instance's access when it is due: every poll interval while all is well, and with growing intervals up to
/// half a minute while it is not.
/// </summary>
internal sealed partial class AccessPoller(
    InstanceRegistry instances, AccessCheck check, CheckSchedule schedule, TimeProvider systemClock, ILogger<AccessPoller> logger) : BackgroundService
{
    private const int AtOnce = 8;

    /// <summary>Task.Delay refuses more than 49 days; no wait needs to be that long.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start itself asks nothing of a vault.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = systemClock.GetUtcNow();
            var due = instances.Guarded.Where(instance => instance.Guard!.NextCheckAt <= now).ToList();
            if (due.Count > 0)
            {
                await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, CheckAsync)
                    .ConfigureAwait(false);
                continue;
            }

            var next = instances.Guarded.Select(instance => instance.Guard!.NextCheckAt).DefaultIfEmpty(now + LongestWait).Min() - now;
            await schedule.WaitAsync(next < LongestWait ? next : LongestWait, systemClock, stoppingToken).ConfigureAwait(false);
        }
    }

    private async ValueTask CheckAsync(LoadedInstance instance, CancellationToken cancellationToken)
    {
        try
        {
            await check.RunAsync(instance, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // One instance's trouble must not stop the watch over the others.
            LogCheckFailed(failure, instance.Header.Name);
            await instance.Guard!.PostponeCheckAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Error, "The access of instance {Instance} to its key could not be checked.")]
    private partial void LogCheckFailed(Exception failure, string instance);
}
