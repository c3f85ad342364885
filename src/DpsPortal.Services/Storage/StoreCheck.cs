using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Services.Storage;

/// <summary>Reads a database that is too large for the start as a whole, once, beside the service, and says in the log what it found.</summary>
internal sealed partial class StoreCheck(StoreFile file, ILogger<StoreCheck> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (!file.IsLarge)
        {
            return;
        }

        LogBegun();
        try
        {
            if (file.FindDamage() is { } damage)
            {
                LogDamaged(file.Damage(damage));
            }
            else
            {
                LogWhole();
            }
        }
        catch (Exception fault) when (StoreFaults.Of(fault) is not null)
        {
            LogDamaged(file.Damage(fault.Message));
        }
    }

    [LoggerMessage(LogLevel.Information, "The database is large and is checked beside the service.")]
    private partial void LogBegun();

    [LoggerMessage(LogLevel.Information, "The database is whole.")]
    private partial void LogWhole();

    [LoggerMessage(LogLevel.Critical, "{Sentence}")]
    private partial void LogDamaged(string sentence);
}
