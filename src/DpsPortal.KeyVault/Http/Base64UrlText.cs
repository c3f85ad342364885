using System.Buffers.Text;

namespace DpsPortal.KeyVault.Http;

/// <summary>RFC 4648, section 5, as clients send it.</summary>
internal static class Base64UrlText
{
    /// <returns>The bytes, or null where the text is no base64url.</returns>
    public static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
