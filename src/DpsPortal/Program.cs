using DpsPortal.Hosting;
using DpsPortal.Services;

return await StartUp.RunAsync(async () =>
{
    if (StandAlone.IsAsked(args))
    {
        await StandAlone.RunAsync(args);
        return;
    }

    var builder = WebApplication.CreateBuilder(args);
    var settings = PortalSettings.Read(builder.Configuration, builder.Environment);
    builder.UsePortalUrl(settings);

    var clock = new DomainClock();
    await using var systems = new SimulatedSystems(settings, clock, builder.ForwardLogging());
    builder.AddPortal(settings, systems, clock);
    builder.AddSignIn(settings);

    await using var app = builder.Build();
    app.UsePortal();
    app.MapSignIn(settings);
    app.MapPortal();

    await systems.StartedAsync();
    await app.Services.OpenPortalStoreAsync();
    await app.ServeAsync(settings);
}, Console.Error);
