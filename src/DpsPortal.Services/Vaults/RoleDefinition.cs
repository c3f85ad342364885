using System.IO.Enumeration;

namespace DpsPortal.Services.Vaults;

/// <summary>A role and what it permits on data; what it permits in management opens no key.</summary>
public sealed record RoleDefinition(string Id, string Name, IReadOnlyList<RolePermission> Permissions)
{
    /// <summary>As Azure decides: one of its permissions names the action and does not except it.</summary>
    public bool AllowsData(string action) =>
        Permissions.Any(permission => Names(permission.DataActions, action) && !Names(permission.NotDataActions, action));

    // An asterisk stands for any text; case is ignored.
    private static bool Names(IReadOnlyList<string> patterns, string action) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, action, ignoreCase: true));
}
