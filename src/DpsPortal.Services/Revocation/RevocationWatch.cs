using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Services.Revocation;

/// <summary>
/// Asks the vault now and then whether the revocations that stand still do. An instance that regains its key tells; one that others keep
/// out besides, or one that no longer exists, does not.
/// </summary>
internal sealed partial class RevocationWatch(RevocationStandings standings, TimeProvider clock, ILogger<RevocationWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await standings.RecordUndoneAsync(_ => true, stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // One look that fails, whatever the reason, must end neither the watch nor the process.
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotRecorded(logger, fault);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "Whether others have undone revocations that stand cannot be put on record now; it is looked for again in a minute.")]
    private static partial void LogNotRecorded(ILogger logger, Exception fault);
}
