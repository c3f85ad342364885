using System.Buffers.Text;
using System.Text.Json;
using DpsPortal.KeyVault.Http;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>
/// RFC 7515, compact form, read as narrowly as this authority writes: three parts, each in the one spelling that its bytes
/// have in base64url, and no member twice (RFC 7519, section 4: a parser may take either). Runs once for each token.
/// </summary>
internal static class StrictToken
{
    /// <summary>Ours have some 700 characters.</summary>
    private const int Longest = 4096;
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Members by which a token would say itself which key to trust (RFC 7515, 4.1), or ask to be read in some other way.</summary>
    private static readonly string[] Foreign = ["jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "crit", "zip", "enc", "b64"];

    public static bool IsWellFormed(string token)
    {
        if (token.Length > Longest || token.Split('.') is not [var header, var payload, var signature])
        {
            return false;
        }

        return Decode(signature) is not null && IsObject(Decode(payload), []) && IsObject(Decode(header), Foreign);
    }

    /// <summary>The bytes, or null where another spelling would have been theirs.</summary>
    private static byte[]? Decode(string part) => Base64UrlText.Decode(part) is { } bytes && Base64Url.EncodeToString(bytes) == part ? bytes : null;

    private static bool IsObject(byte[]? json, string[] refused)
    {
        try
        {
            using var document = JsonDocument.Parse(json, NoDuplicates);
            return document.RootElement.ValueKind == JsonValueKind.Object && !refused.Any(name => document.RootElement.TryGetProperty(name, out _));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
