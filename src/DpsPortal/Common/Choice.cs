namespace DpsPortal.Common;

/// <summary>A value of a closed set in an address, which may say anything.</summary>
internal static class Choice
{
    public static T? Parse<T>(string? text)
        where T : struct, Enum =>
            Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text![0]) ? value : null;
}
