using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace DpsPortal.Provisioning.Http;

/// <summary>
/// RFC 8259, for bytes from outside. The parser takes any bytes between quotation marks, and any escape; whoever asks for such a text
/// or writes it down gets an exception that is no <see cref="JsonException"/>. So what is no Unicode ends here, wherever in the
/// document it stands, and so does a member that is named twice.
/// </summary>
internal static class StrictJson
{
    // A depth that no enrollment needs and no stack minds.
    private const int Deepest = 32;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Deepest, AllowDuplicateProperties = false };

    /// <returns>An object, or another kind of JSON: <see langword="null"/> is one.</returns>
    /// <exception cref="JsonException">It is no JSON, is too deep, names a member twice or has text that is no Unicode.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes) || !IsEscapedWell(bytes))
        {
            throw new JsonException("Text that is no Unicode.");
        }

        return JsonNode.Parse(bytes, documentOptions: Strict);
    }

    /// <summary>Whether no escape stands for half a surrogate pair.</summary>
    private static bool IsEscapedWell(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Deepest });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
