using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DpsPortal.KeyVault.Http;

/// <summary>Reads a body as JSON. The data plane wants it to be called so, as the service does; what has no body needs no Content-Type.</summary>
internal static class JsonBody
{
    /// <summary>In bytes. Nothing in the contract needs more, but a restore.</summary>
    public const int Limit = 64 * 1024;

    /// <summary>
    /// In bytes. What is too large is read away up to this size: whoever is still sending would see a broken connection instead of the
    /// answer.
    /// </summary>
    private const int ReadAway = 32 * 1024 * 1024;

    /// <summary>Lets this request's body be larger; to be called before anything reads it, and after the caller was found to be authorized.</summary>
    public static void RaiseLimit(HttpContext http, int bytes) => SizeOf(http).MaxRequestBodySize = bytes;

    /// <summary>The body of a request to the data plane.</summary>
    /// <param name="shape">What the body must be, for one that is not even an object.</param>
    /// <returns>The body, or what is wrong with it: the member at fault by its path, never its value.</returns>
    public static async ValueTask<(T? Body, Answer? Fault)> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, string shape)
        where T : class
    {
        if (MediaTypes.Refusal(http.Request) is { } unsupported)
        {
            return (null, unsupported);
        }

        try
        {
            return await ParseAsync(http, type).ConfigureAwait(false) is { } body ? (body, null) : (null, VaultError.BadParameter(shape));
        }
        catch (JsonException fault)
        {
            return (
                null,
                fault.Path is { } path && path.StartsWith("$.", StringComparison.Ordinal)
                    ? VaultError.InvalidProperty(path[2..])
                    : VaultError.BadParameter(shape));
        }
    }

    /// <summary>Whatever its Content-Type says.</summary>
    /// <returns>The body, or null where it is missing, no JSON or of another shape.</returns>
    public static async ValueTask<T?> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await ParseAsync(http, type).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async ValueTask<T?> ParseAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        RefuseTooLarge(http);
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.BodyReader, type, http.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsFramedWrongly(http, fault))
        {
            throw new BadHttpRequestException("The request's body is framed wrongly.", fault);
        }
    }

    private static IHttpMaxRequestBodySizeFeature SizeOf(HttpContext http) => http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>();

    private static void RefuseTooLarge(HttpContext http)
    {
        if (http.Request.ContentLength is { } length && SizeOf(http) is { IsReadOnly: false } size && length > size.MaxRequestBodySize)
        {
            // The server reads away what nobody read, as far as it may be read.
            size.MaxRequestBodySize = ReadAway;
            throw new BadHttpRequestException("The request's body is too large.", StatusCodes.Status413PayloadTooLarge);
        }
    }

    /// <summary>
    /// A size of a chunk that the server cannot count, and a trailer that it cannot decode: both are the client's fault, and neither is what
    /// the server throws for those.
    /// </summary>
    public static bool IsFramedWrongly(HttpContext http, Exception fault) =>
        fault is not BadHttpRequestException && (fault is IOException || (fault is InvalidOperationException && http.Request.ContentLength is null));
}
