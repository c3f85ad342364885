namespace DpsPortal.Provisioning.Http;

/// <summary>What comes from outside may be of any length; logs and answers take so much of it, and never half of a character.</summary>
internal static class Shortening
{
    public static string Shorten(this string text, int longest) =>
        text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
