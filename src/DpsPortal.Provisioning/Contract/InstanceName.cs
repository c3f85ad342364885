using System.Text.RegularExpressions;

namespace DpsPortal.Provisioning.Contract;

/// <summary>
/// What an instance may be called (Azure, naming rules, Microsoft.Devices/provisioningServices): DPS creates none of another name, and a form
/// that asks for one asks here.
/// </summary>
public static partial class InstanceName
{
    public const int Shortest = 3;
    public const int Longest = 50;

    /// <summary>Letters, digits and hyphens, with a letter or digit at both ends; not digits alone.</summary>
    public static bool IsValid(string? name) => name?.Length is >= Shortest and <= Longest && Pattern().IsMatch(name);

    [GeneratedRegex(@"\A(?![0-9]+\z)[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]\z")]
    private static partial Regex Pattern();
}
