using System.Text.RegularExpressions;

namespace DpsPortal.KeyVault.Management;

/// <summary>Vault names become host names: 3 to 24 letters, digits and single hyphens.</summary>
internal static partial class VaultName
{
    public const string Rule =
        "must have 3 to 24 letters, digits and hyphens, begin with a letter, end with a letter or digit, and have no two hyphens in a row";

    public static bool IsValid(string? name) => name is not null && Pattern().IsMatch(name);

    [GeneratedRegex(@"^(?=.{3,24}\z)[a-zA-Z](-?[a-zA-Z0-9])*\z")]
    private static partial Regex Pattern();
}
