using System.Text.RegularExpressions;

namespace DpsPortal.KeyVault.Keys;

internal static partial class KeyName
{
    public static bool IsValid(string name) => Pattern().IsMatch(name);

    [GeneratedRegex(@"^[0-9a-zA-Z-]{1,127}\z")]
    private static partial Regex Pattern();
}
