using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using DpsPortal.Provisioning.Enrollments;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.Http;

/// <summary>Reads a request's body as one JSON object, within DPS's limit of a message.</summary>
internal static class Body
{
    public const int Limit = RecordRules.MaxContentSize;

    /// <param name="optional">Whether an empty body is an empty object.</param>
    public static async ValueTask<(JsonObject? Content, DpsError? Refusal)> ReadAsync(HttpContext http, bool optional = false)
    {
        var request = http.Request;
        if (request.ContentLength > Limit)
        {
            return (null, DpsError.TooLarge);
        }

        using var bytes = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(buffer, http.RequestAborted).ConfigureAwait(false)) > 0)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > Limit)
                {
                    return (null, DpsError.TooLarge);
                }
            }
        }
        catch (Exception fault) when (IsFramedWrongly(http, fault))
        {
            throw new BadHttpRequestException("The request's body is framed wrongly.", fault);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }

        if (bytes.Length == 0 && optional)
        {
            return ([], null);
        }

        return request.HasJsonContentType() ? Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)) : (null, DpsError.NotJson);
    }

    /// <summary>An object as a type; members that the type does not have are left aside.</summary>
    public static (T? Value, DpsError? Refusal) As<T>(JsonObject content, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return content.Deserialize(type) is { } value ? (value, null) : (null, DpsError.BadRequest("The body is empty."));
        }
        catch (JsonException fault)
        {
            return (null, DpsError.BadRequest(
                fault.Path is { Length: > 1 } path
                    ? $"The body's member {path} has a value of the wrong kind."
                    : $"The body lacks a member that is required, or has one of the wrong kind: {Required(type)}."));
        }
    }

    /// <summary>
    /// A size of a chunk that the server cannot count, and a trailer that it cannot decode: both are the client's fault, and neither is what
    /// the server throws for those.
    /// </summary>
    private static bool IsFramedWrongly(HttpContext http, Exception fault) =>
        fault is not BadHttpRequestException && (fault is IOException || (fault is InvalidOperationException && http.Request.ContentLength is null));

    private static (JsonObject?, DpsError?) Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return StrictJson.Parse(bytes.Span) is JsonObject content
                ? (content, null)
                : (null, DpsError.BadRequest("The body must be a JSON object."));
        }
        catch (JsonException fault)
        {
            return (null, DpsError.BadRequest(fault.LineNumber is { } line
                ? $"The body is not valid JSON, or names a member twice (line {line + 1}, byte {fault.BytePositionInLine + 1})."
                : "The body is not valid JSON: it has text that is no Unicode, as half a surrogate pair, or names a member twice."));
        }
    }

    private static string Required(JsonTypeInfo type) =>
        string.Join(", ", type.Properties.Where(property => property.IsRequired).Select(property => property.Name));
}
