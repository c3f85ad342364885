using DpsPortal.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Identity.Web;

namespace DpsPortal.Hosting;

/// <summary>Sign-in through Entra ID (section <c>AzureAd</c>). The portal's four roles are app roles of the registration.</summary>
internal static class EntraSignIn
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        // Whoever is not signed in is led to the sign-in page, which is there even when the directory does not answer.
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddMicrosoftIdentityWebApp(configuration.GetSection("AzureAd"));
        services.Configure<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme, options =>
        {
            // Short claim names, as the token carries them; a person is known by oid, never by a name or an e-mail address.
            options.MapInboundClaims = false;
            options.TokenValidationParameters.NameClaimType = "name";
            options.TokenValidationParameters.RoleClaimType = "roles";
            options.SaveTokens = false;
        });
        services.Configure<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme, options =>
        {
            options.LoginPath = Addresses.SignIn;
            options.ExpireTimeSpan = TimeSpan.FromHours(8);
            options.SlidingExpiration = false;
        });
    }

    public static void Map(WebApplication app)
    {
        app.MapGet(Addresses.DirectorySignIn, (string? returnUrl) => Results.Challenge(
            new AuthenticationProperties { RedirectUri = LocalUrl.OrHome(returnUrl) },
            [OpenIdConnectDefaults.AuthenticationScheme])).AllowAnonymous();

        app.MapGet(Addresses.SignOut, () => Results.SignOut(
            new AuthenticationProperties { RedirectUri = "/" },
            [CookieAuthenticationDefaults.AuthenticationScheme, OpenIdConnectDefaults.AuthenticationScheme]))
            .AllowAnonymous();
    }
}
