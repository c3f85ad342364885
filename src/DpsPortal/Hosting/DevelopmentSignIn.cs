using System.Net;
using System.Security.Claims;
using DpsPortal.Services.People;
using DpsPortal.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;

namespace DpsPortal.Hosting;

/// <summary>
/// Sign-in without a directory: one person per role, no password. It exists in the Development environment alone and answers
/// loopback addresses alone; every other environment signs in through Entra ID.
/// </summary>
internal static class DevelopmentSignIn
{
    public static IReadOnlyList<Person> People { get; } =
    [
        new("00000000-0000-0000-0000-0000000d0001", "Key custodian", PortalRole.KeyCustodian),
        new("00000000-0000-0000-0000-0000000d0002", "DPS operator", PortalRole.DpsOperator),
        new("00000000-0000-0000-0000-0000000d0003", "Approver", PortalRole.Approver),
        new("00000000-0000-0000-0000-0000000d0004", "Auditor", PortalRole.Auditor),
    ];

    public static void Add(IServiceCollection services) =>
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(options =>
        {
            options.Cookie.Name = "DpsPortal.Session";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.LoginPath = Addresses.SignIn;
            options.LogoutPath = Addresses.SignOut;
            options.ReturnUrlParameter = "returnUrl";
            options.ExpireTimeSpan = TimeSpan.FromHours(8);
        });

    public static void Map(WebApplication app)
    {
        app.MapPost(Addresses.DevelopmentSignIn, async (HttpContext context, [FromForm] string role, [FromForm] string? returnUrl) =>
        {
            var person = People.FirstOrDefault(candidate => candidate.Role.ToString() == role);
            if (person is null || context.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
            {
                return Results.NotFound();
            }

            await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, new ClaimsPrincipal(IdentityOf(person)));
            return Results.LocalRedirect(LocalUrl.OrHome(returnUrl));
        }).AllowAnonymous();

        app.MapGet(Addresses.SignOut, async (HttpContext context) =>
        {
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
            return Results.LocalRedirect(Addresses.SignIn);
        }).AllowAnonymous();
    }

    private static ClaimsIdentity IdentityOf(Person person) => new(
        [new("oid", person.ObjectId), new("name", person.DisplayName), new("roles", person.Role.ToString())],
        CookieAuthenticationDefaults.AuthenticationScheme, "name", "roles");
}
