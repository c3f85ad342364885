using System.Text.RegularExpressions;

namespace DpsPortal.KeyVault.Management;

/// <summary>Names of resource groups, regions and managed identities.</summary>
internal static partial class ResourceName
{
    public const string Rule = "must have 1 to 90 letters, digits, hyphens, underscores and dots";

    public static bool IsValid(string? name) => name is not null && Pattern().IsMatch(name);

    [GeneratedRegex(@"^[a-zA-Z0-9._-]{1,90}\z")]
    private static partial Regex Pattern();
}
