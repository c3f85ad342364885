using DpsPortal.Services.Vaults;
using Microsoft.Extensions.Hosting;

namespace DpsPortal.Services.Instances;

/// <summary>At each start, takes back what checks had made when the process ended; tries again until the vault answers.</summary>
internal sealed class PreparationCleanup(AccessPreparation preparation, PortalServicesOptions options, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var upTo = await preparation.NewestAsync(stoppingToken);
        while (upTo > 0 && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await preparation.TakeBackLeftoversAsync(upTo, stoppingToken);
                return;
            }
            catch (Exception fault) when (VaultFault.Of(fault, stoppingToken) is not null)
            {
                await Task.Delay(options.LongestRetryDelay, clock, stoppingToken);
            }
        }
    }
}
