using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

#if STORE_OF_VAULT
namespace DpsPortal.KeyVault.Storage;
#elif STORE_OF_DPS
namespace DpsPortal.Provisioning.Storage;
#else
namespace DpsPortal.Services.Storage;
#endif

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

        LogBegun(file);
        try
        {
            if (file.FindDamage() is { } damage)
            {
                LogDamaged(file.Damage(damage));
            }
            else
            {
                LogWhole(file);
            }
        }
        catch (Exception fault) when (StoreFaults.Of(fault) is not null)
        {
            LogDamaged(file.Damage(fault.Message));
        }
    }

    [LoggerMessage(LogLevel.Information, "{Database} is large and is checked beside the service.")]
    private partial void LogBegun(StoreFile database);

    [LoggerMessage(LogLevel.Information, "{Database} is whole.")]
    private partial void LogWhole(StoreFile database);

    [LoggerMessage(LogLevel.Critical, "{Sentence}")]
    private partial void LogDamaged(string sentence);
}
