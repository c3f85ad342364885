using System.Text.RegularExpressions;

namespace DpsPortal.Services.Audit;

/// <summary>
/// What of a text may be kept. People paste: where a name is asked for, a whole connection string may come, and an attempt is on record
/// before anything has looked at what it names.
/// </summary>
internal static partial class Loggable
{
    private const string Left = "***";

    /// <summary>The longest that anything here is called; what is longer is no name.</summary>
    private const int Longest = 1_000;

    public static string Of(string text)
    {
        var without = PrivateKey().Replace(SharedKey().Replace(text, "$1" + Left), Left);
        return without.Length > Longest ? without[..Longest] + Left : without;
    }

    // Connection strings (SharedAccessKey=…) and tokens (sig=…) of Azure IoT.
    [GeneratedRegex(@"((?:SharedAccessKey|AccountKey|(?<![a-z])sig)\s*=\s*)[^;&\s""]+", RegexOptions.IgnoreCase)]
    private static partial Regex SharedKey();

    // RFC 7468; the end may be missing.
    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:.*?-----END [A-Z0-9 ]*PRIVATE KEY-----|.*)", RegexOptions.Singleline)]
    private static partial Regex PrivateKey();
}
