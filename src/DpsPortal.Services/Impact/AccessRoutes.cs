using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Impact;

/// <summary>Names a role assignment and where it was made, from its scope.</summary>
internal static class AccessRoutes
{
    private static readonly (string Segment, RouteScope Scope)[] FromTheInside =
    [
        ("keys", RouteScope.Key), ("vaults", RouteScope.Vault), ("resourceGroups", RouteScope.ResourceGroup), ("subscriptions", RouteScope.Subscription),
    ];

    public static AccessRoute Of(HeldRole role)
    {
        var parts = role.Assignment.Scope.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (segment, scope) in FromTheInside)
        {
            var at = Array.FindIndex(parts, part => part.Equals(segment, StringComparison.OrdinalIgnoreCase));
            if (at >= 0 && at + 1 < parts.Length)
            {
                return new AccessRoute(role.RoleName, scope, parts[at + 1]);
            }
        }

        return new AccessRoute(role.RoleName, RouteScope.Above, parts.LastOrDefault() ?? "/");
    }
}
