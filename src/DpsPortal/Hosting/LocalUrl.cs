using System.Text;

namespace DpsPortal.Hosting;

/// <summary>Return addresses come from outside; only a path on this site is followed.</summary>
internal static class LocalUrl
{
    /// <returns>The path as a header may carry it: in ASCII, everything else percent-encoded.</returns>
    public static string OrHome(string? url) =>
        url is ['/', ..] && !url.StartsWith("//", StringComparison.Ordinal) && !url.StartsWith("/\\", StringComparison.Ordinal)
        && !url.Any(char.IsControl)
            ? Encode(url)
            : "/";

    private static string Encode(string url)
    {
        if (url.All(IsWritten))
        {
            return url;
        }

        var encoded = new StringBuilder(url.Length + 16);
        foreach (var rune in url.EnumerateRunes())
        {
            encoded.Append(rune.IsAscii && IsWritten((char)rune.Value) ? ((char)rune.Value).ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        return encoded.ToString();
    }

    private static bool IsWritten(char character) => character is > ' ' and <= '~';
}
