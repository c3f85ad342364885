using DpsPortal.Services;
using Microsoft.AspNetCore.Connections;

namespace DpsPortal.Hosting;

/// <summary>Where the portal itself listens.</summary>
internal static class PortalListener
{
    /// <summary>Serves until the program is asked to end.</summary>
    /// <exception cref="PortalStartRefusedException">Another program has the address.</exception>
    public static async Task ServeAsync(this WebApplication app, PortalSettings settings)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException fault) when (IsBusy(fault))
        {
            var setting = app.Configuration[WebHostDefaults.ServerUrlsKey] == settings.PortalAddress ? "Portal:Url" : "ASPNETCORE_URLS or --urls";
            throw new PortalStartRefusedException(
                $"An address is in use already ({fault.Message.TrimEnd('.')}). Stop the program that has it, or set another address in {setting}.", fault);
        }

        await app.WaitForShutdownAsync();
    }

    private static bool IsBusy(Exception fault) => fault is AddressInUseException || (fault.InnerException is { } inner && IsBusy(inner));
}
