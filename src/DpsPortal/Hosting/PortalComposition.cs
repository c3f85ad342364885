using System.Globalization;
using DpsPortal.Common;
using DpsPortal.Hosting.Sample;
using DpsPortal.Provisioning.Capabilities;
using DpsPortal.Services;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Localization;

namespace DpsPortal.Hosting;

/// <summary>Puts the portal together: services, pipeline and addresses.</summary>
internal static class PortalComposition
{
    private static readonly CultureInfo[] Cultures = [.. PortalPages.Cultures.Select(name => new CultureInfo(name))];

    public static void UsePortalUrl(this WebApplicationBuilder builder, PortalSettings settings)
    {
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(settings.PortalAddress);
        }

        if (settings.Development)
        {
            // A page of another name that resolves to this machine must not reach the sign-in without a password.
            builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]";
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        // While the sample is being made "not ready" is what the check is for, not a failure; and the ring's folder is protected by its mode.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
    }

    /// <summary>The systems beside the portal log where the portal logs, by the same levels; that they run is the portal's to say.</summary>
    public static Action<ILoggingBuilder> ForwardLogging(this WebApplicationBuilder builder) => logging =>
        logging.AddConfiguration(builder.Configuration.GetSection("Logging"))
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            .AddSimpleConsole();

    public static void AddPortal(this WebApplicationBuilder builder, PortalSettings settings, SimulatedSystems systems, DomainClock clock)
    {
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(clock);

        // Cookies, retries and the age of what is shown: never the clock that the sample sets back.
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IProvisioningInstances>(_ => systems.Provisioning.Instances);
        services.AddSingleton<IEnrollments>(_ => systems.Provisioning.Enrollments);
        services.AddSingleton<IProvisioningEvents>(_ => systems.Provisioning.Events);
        services.AddSingleton<IInstanceSettings>(_ => systems.Provisioning.Settings);
        services.AddSingleton<ITraffic>(_ => systems.Provisioning.Traffic);
        services.AddSingleton(_ => systems.Endpoint);
        services.AddPortalServices(settings.Systems.Services, systems.Administrator, clock);

        services.AddSingleton<Readiness>();
        services.AddSingleton<SampleData>();
        services.AddHostedService<Preparation>();
        services.AddHealthChecks().AddCheck<ReadinessCheck>("ready", tags: ["ready"]);

        services.AddDataProtection().PersistKeysToFileSystem(KeyRing.Open(settings)).SetApplicationName("DpsPortal");

        // In Development, too, what a form or an address lacks is the asker's fault and no exception.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        services.AddPortalPages();
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(hub => hub.MaximumReceiveMessageSize = FieldLimits.LargestMessage);
    }

    public static void AddSignIn(this WebApplicationBuilder builder, PortalSettings settings)
    {
        if (settings.Development)
        {
            DevelopmentSignIn.Add(builder.Services);
        }
        else
        {
            EntraSignIn.Add(builder.Services, builder.Configuration);
        }

        builder.Services.AddSingleton<ISignInOptions>(new SignInOptions(settings.Development, settings.Development ? DevelopmentSignIn.People : []));
        builder.Services.AddSingleton(new EnvironmentInfo(settings.EmbeddedVault ? EnvironmentKind.Simulated : EnvironmentKind.Azure, settings.SampleData));
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    public static void UsePortal(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler("/error", createScopeForErrors: true);
            app.UseHsts();
            app.UseHttpsRedirection();
        }

        app.UseSecurityHeaders();
        app.UseValidHosts();
        app.UseSameOriginCircuits();
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.UsePageForNotFoundAlone();
        app.UseRequestLocalization(options =>
        {
            options.SetDefaultCulture("en");
            options.SupportedCultures = Cultures;
            options.SupportedUICultures = Cultures;
        });
        app.UsePreparationPage();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseReadableForms();
        app.UseAntiforgery();
    }

    public static void MapSignIn(this WebApplication app, PortalSettings settings)
    {
        if (settings.Development)
        {
            DevelopmentSignIn.Map(app);
        }
        else
        {
            EntraSignIn.Map(app);
        }
    }

    public static void MapPortal(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
        app.MapGet("/culture/set", (HttpContext context, string culture, string? redirectUri) =>
        {
            if (Cultures.Any(supported => supported.Name == culture))
            {
                context.Response.Cookies.Append(
                    CookieRequestCultureProvider.DefaultCookieName,
                    CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(culture)),
                    new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, IsEssential = true });
            }

            return Results.LocalRedirect(LocalUrl.OrHome(redirectUri));
        }).AllowAnonymous();
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }

    private sealed record SignInOptions(bool Development, IReadOnlyList<Services.People.Person> People) : ISignInOptions;
}
