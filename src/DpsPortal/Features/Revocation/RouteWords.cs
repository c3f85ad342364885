using DpsPortal.Common;
using DpsPortal.Services.Impact;

namespace DpsPortal.Features.Revocation;

internal static class RouteWords
{
    /// <summary>A role and where it was assigned.</summary>
    public static string Of(Words words, AccessRoute route) => words[$"RouteScope_{route.Scope}", route.Role, route.Name];
}
