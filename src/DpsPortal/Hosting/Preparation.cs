using DpsPortal.Hosting.Sample;
using DpsPortal.Provisioning.Capabilities;
using DpsPortal.Provisioning.Contract;
using Microsoft.AspNetCore.Hosting.Server;

namespace DpsPortal.Hosting;

/// <summary>Makes the sample on the first start and then declares the portal ready.</summary>
internal sealed partial class Preparation(
    Readiness readiness,
    PortalSettings settings,
    IServiceProvider services,
    IHostApplicationLifetime lifetime,
    IServer server,
    ILogger<Preparation> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (settings.SampleData)
            {
                readiness.WaitFor("sample data");
                LogPreparing();
                await services.GetRequiredService<SampleData>().EnsureAsync(stoppingToken);
                if (settings.DemoTraffic)
                {
                    services.GetRequiredService<ITraffic>().Begin(new Caller("sample", "Sample data"), new TrafficSettings(SampleData.Production));
                }
            }

            readiness.Ready();
            await ReadyAddresses.BoundAsync(lifetime, stoppingToken);
            LogReady(ReadyAddresses.Of(server, settings.Url));
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // Whatever it was: the portal would answer "preparing" for ever. The end with an exit code is seen by who started it.
            LogFailed(exception);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(LogLevel.Information, "Preparing the Contoso sample (first start only; set Portal:SampleData to false to start empty)")]
    private partial void LogPreparing();

    [LoggerMessage(LogLevel.Information, "The portal is ready at {Addresses}")]
    private partial void LogReady(string addresses);

    [LoggerMessage(LogLevel.Critical, "The sample could not be prepared; delete the data folder and start again, or set Portal:SampleData to false")]
    private partial void LogFailed(Exception exception);
}
