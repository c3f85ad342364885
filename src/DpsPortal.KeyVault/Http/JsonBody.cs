using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>Reads a body as JSON whatever its Content-Type says; the official clients do not always send one.</summary>
internal static class JsonBody
{
    /// <summary>Nothing in the contract that is served needs more.</summary>
    public const int Limit = 64 * 1024;

    /// <returns>The body, or null where it is missing, no JSON or of another shape.</returns>
    public static async ValueTask<T?> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.BodyReader, type, http.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
