using DpsPortal.KeyVault.Backups;
using DpsPortal.KeyVault.DeletedKeys;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.KeyRequests;
using DpsPortal.KeyVault.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.KeyVault.Hosting;

/// <summary>All routes: the keys on every host, tokens and management on the plain loopback names (and those configured beside them) only.</summary>
internal static class VaultRoutes
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1"];

    public static void Map(WebApplication app)
    {
        var services = app.Services;
        services.GetRequiredService<HealthStatus>().Map(app);
        services.GetRequiredService<KeyEndpoints>().Map(app);
        services.GetRequiredService<CryptoEndpoints>().Map(app);
        services.GetRequiredService<HardwareEndpoints>().Map(app);
        services.GetRequiredService<RotationPolicyEndpoints>().Map(app);
        services.GetRequiredService<DeletedKeyEndpoints>().Map(app);
        services.GetRequiredService<BackupEndpoints>().Map(app);

        var extraNames = services.GetRequiredService<EmbeddedKeyVaultOptions>().ExtraNames.Select(
            name => name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name);
        var local = app.MapGroup("").RequireHost([.. Loopback, .. extraNames]);
        services.GetRequiredService<TokenEndpoints>().Map(local);
        services.GetRequiredService<DiscoveryEndpoints>().Map(local);
        services.GetRequiredService<SubscriptionEndpoints>().Map(local);
        services.GetRequiredService<ResourceEndpoints>().Map(local);
        services.GetRequiredService<VaultEndpoints>().Map(local);
        services.GetRequiredService<DeletedVaultEndpoints>().Map(local);
        services.GetRequiredService<RoleAssignmentEndpoints>().Map(local);
        services.GetRequiredService<RoleDefinitionEndpoints>().Map(local);
        services.GetRequiredService<IdentityEndpoints>().Map(local);
        services.GetRequiredService<ApplicationEndpoints>().Map(local);
        services.GetRequiredService<SettingsEndpoints>().Map(local);
        services.GetRequiredService<AuditEventEndpoints>().Map(local);

        // Without these two an unknown route or method would get an empty body, which makes the JavaScript client throw.
        local.Map("/subscriptions/{**rest}", services.GetRequiredService<ManagementPlane>().RefuseUnknownAsync);
        app.Map("/{**rest}", services.GetRequiredService<DataPlane>().RefuseUnknownAsync);
    }

    /// <summary>An empty version leaves two slashes in a path (/keys/n//wrapkey); routes know one.</summary>
    public static Task CollapseSlashes(HttpContext http, RequestDelegate next)
    {
        // Value is decoded already; the conversion from a string would decode once more.
        if (http.Request.Path.Value is { } path && path.Contains("//", StringComparison.Ordinal))
        {
            http.Request.Path = new PathString("/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries)));
        }

        return next(http);
    }
}
