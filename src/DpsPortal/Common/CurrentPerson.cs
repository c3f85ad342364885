using System.Security.Claims;
using DpsPortal.Services.People;

namespace DpsPortal.Common;

/// <summary>Reads the signed-in person from the claims of Entra ID or of the development sign-in.</summary>
internal static class CurrentPerson
{
    private const string ObjectIdClaim = "oid";
    private const string ObjectIdClaimMapped = "http://schemas.microsoft.com/identity/claims/objectidentifier";

    /// <returns><see langword="null"/> for somebody who is not signed in, or who has not been given exactly one role.</returns>
    public static Person? From(ClaimsPrincipal principal)
    {
        var id = principal.FindFirst(ObjectIdClaim)?.Value ?? principal.FindFirst(ObjectIdClaimMapped)?.Value;
        var roles = Enum.GetValues<PortalRole>().Where(role => principal.IsInRole(role.ToString())).ToArray();
        return id is null || roles.Length != 1
            ? null
            : new Person(id, principal.FindFirst("name")?.Value ?? principal.Identity?.Name ?? id, roles[0]);
    }
}
