using System.Text.RegularExpressions;

namespace DpsPortal.Services.Instances;

/// <summary>Azure's naming rules for what a form or a setting names. Source: "Naming rules and restrictions for Azure resources".</summary>
public static partial class ResourceNames
{
    /// <summary>1 to 90 letters, digits, underscores, parentheses, hyphens and periods, not ending in a period.</summary>
    public static bool IsResourceGroup(string? name) => name is not null && ResourceGroup().IsMatch(name);

    /// <summary>3 to 128 letters, digits, hyphens and underscores, beginning with a letter or digit.</summary>
    public static bool IsIdentity(string? name) => name is not null && Identity().IsMatch(name);

    /// <summary>A region's short name, such as <c>westeurope</c>.</summary>
    public static bool IsLocation(string? name) => name is not null && Location().IsMatch(name);

    /// <summary>Of an IoT hub: 3 to 50 letters, digits and hyphens before the domain of one of Azure's clouds.</summary>
    public static bool IsHubHost(string? name) => name is not null && HubHost().IsMatch(name);

    [GeneratedRegex(@"^[\p{L}\p{Nd}_().-]{0,89}[\p{L}\p{Nd}_()-]\z")]
    private static partial Regex ResourceGroup();

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}\z")]
    private static partial Regex Identity();

    [GeneratedRegex(@"^[a-z][a-z0-9]{1,49}\z")]
    private static partial Regex Location();

    [GeneratedRegex(@"^(?=[^.]{3,50}\.)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])\.azure-devices\.(net|us|cn)\z", RegexOptions.IgnoreCase)]
    private static partial Regex HubHost();
}
