using DpsPortal.Common;
using MudBlazor;
using MudBlazor.Services;

namespace DpsPortal.Shell;

/// <summary>What the pages need beside the service layer. The host adds <see cref="ISignInOptions"/> and <see cref="EnvironmentInfo"/>.</summary>
internal static class PortalPages
{
    public static IReadOnlyList<string> Cultures { get; } = ["en", "es"];

    public static IServiceCollection AddPortalPages(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddScoped<Words>();
        services.AddScoped<Viewer>();
        services.AddScoped<PassingTime>();
        services.AddScoped<AbsenceWords>();
        services.AddScoped<Confirmation>();
        services.AddScoped<Drafts>();
        services.AddMudServices(configuration =>
        {
            configuration.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            configuration.SnackbarConfiguration.PreventDuplicates = true;
        });
        PromptKeyInterceptor.Decorate(services);
        services.AddTransient<MudLocalizer, PortalMudLocalizer>();
        services.AddCascadingAuthenticationState();
        return services;
    }
}
