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

/// <summary>Until the portal is ready, pages answer with a short notice that reloads itself.</summary>
internal static class PreparationPage
{
    private const string Html = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
        <title>DpsPortal</title><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"></head>
        <body style="font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem">
        <h1 style="font-size:1.4rem">Preparing the Contoso sample</h1>
        <p>Keys are being made, rotated and restored in the embedded Key Vault. This takes a few seconds, on the first start only.</p>
        <p lang="es">Se están creando, rotando y restaurando claves en el almacén incorporado. Tarda unos segundos y solo ocurre en el primer inicio.</p>
        </body></html>
        """;

    public static IApplicationBuilder UsePreparationPage(this WebApplication app)
    {
        var readiness = app.Services.GetRequiredService<Readiness>();
        return app.Use((context, next) =>
        {
            if (readiness.WaitingFor is null || context.Request.Path.StartsWithSegments("/health"))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "2";
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(Html, context.RequestAborted);
        });
    }
}
