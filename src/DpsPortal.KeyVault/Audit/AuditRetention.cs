using DpsPortal.KeyVault.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.KeyVault.Audit;

/// <summary>
/// Bounds the log by age and by number, at start and every hour. It deletes a few hundred events at a time and lets every
/// request that waits go first in between.
/// </summary>
internal sealed partial class AuditRetention(VaultDatabase database, EmbeddedKeyVaultOptions options, ILogger<AuditRetention> logger) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <returns>How many events were deleted.</returns>
    public async Task<int> TrimAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var deleted = 0;
        int batch;
        do
        {
            batch = await DeleteOldestAsync(now.AddDays(-options.AuditRetentionDays)).ConfigureAwait(false);
            deleted += batch;
        }
        while (batch > 0 && !cancellationToken.IsCancellationRequested);
        return deleted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
            {
                await TryTrimAsync(stoppingToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The vault stops.
        }
    }

    private async Task TryTrimAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TrimAsync(DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A log that grows for an hour more is no reason to end the vault, which is what a fault of a background service does.
            NotTrimmed(fault);
        }
    }

    /// <summary>Only the oldest are looked at: events are in the order of their time, which has no index.</summary>
    private async Task<int> DeleteOldestAsync(DateTimeOffset oldest)
    {
        using var turn = await database.TakeTurnAsync().ConfigureAwait(false);
        using var connection = database.Connect();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            DELETE FROM AuditEvents WHERE Sequence IN (
                SELECT Sequence FROM (SELECT Sequence, Time FROM AuditEvents ORDER BY Sequence LIMIT $batch)
                WHERE Time < $oldest OR Sequence <= (SELECT MAX(Sequence) FROM AuditEvents) - $most)
            """;
        command.Parameters.AddWithValue("$batch", Batch);
        command.Parameters.AddWithValue("$oldest", oldest.UtcTicks);
        command.Parameters.AddWithValue("$most", options.AuditRetentionEvents);
        return command.ExecuteNonQuery();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Old audit events could not be deleted; it is tried again in an hour.")]
    private partial void NotTrimmed(Exception fault);
}
