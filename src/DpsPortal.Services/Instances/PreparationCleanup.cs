using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;
using Microsoft.Extensions.Hosting;

namespace DpsPortal.Services.Instances;

/// <summary>
/// At each start, takes back what checks had made when the process ended; tries again until the vault answers and the store can be
/// used.
/// </summary>
internal sealed class PreparationCleanup(AccessPreparation preparation, PortalServicesOptions options, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var upTo = await NewestAsync(stoppingToken).ConfigureAwait(false);
        while (upTo > 0 && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await preparation.TakeBackLeftoversAsync(upTo, stoppingToken).ConfigureAwait(false);
                return;
            }
            catch (Exception fault) when (VaultFault.Of(fault, stoppingToken) is not null || StoreFaults.Of(fault) is not null)
            {
                await Task.Delay(options.LongestRetryDelay, clock, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What is newer belongs to checks of this start, so it cannot be asked later: then the next start takes back what is left.</summary>
    private async Task<long> NewestAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await preparation.NewestAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (StoreFaults.Of(fault) is not null)
        {
            return 0;
        }
    }
}
