namespace DpsPortal.Common;

/// <summary>How much a field takes, and how much the connection must carry for it.</summary>
internal static class FieldLimits
{
    /// <summary>The longest text that any field takes, in UTF-16 units, as browsers count.</summary>
    public const int LongestText = 32_768;

    /// <summary>
    /// The largest message of a browser. An event of a field carries its text twice, and JSON writes a unit with 6 bytes at most; what is larger
    /// than this ends the circuit, so the script in <c>app.js</c> sends no text that is longer than its field takes.
    /// </summary>
    public const int LargestMessage = 512 * 1024;

    /// <summary>From how much on a field says how much it takes.</summary>
    public static bool IsNear(int length, int limit) => length >= limit * 9L / 10;
}
