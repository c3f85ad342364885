using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.Http;

/// <summary>A response as a value: complete before it is logged, and logged before it is sent.</summary>
internal sealed record Answer(int Status, JsonNode? Content, DpsError? Error = null)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static Answer NoContent { get; } = new(StatusCodes.Status204NoContent, null);

    public static Answer Ok(JsonNode content) => new(StatusCodes.Status200OK, content);

    public static implicit operator Answer(DpsError error) => new(error.Status, null, error);

    public async Task WriteAsync(HttpContext http, OperationTrail trail, DateTimeOffset now)
    {
        var response = http.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        var content = Error is null ? Content : BodyOf(Error, trail.TrackingId, now);
        if (Error is not null)
        {
            response.Headers["x-ms-error-code"] = Error.Code.ToString(CultureInfo.InvariantCulture);
            if (Error.RetryAfter is { } wait)
            {
                response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            }
        }

        if (content is not null)
        {
            var bytes = HttpJson.Write(content);
            response.ContentType = "application/json; charset=utf-8";
            response.ContentLength = bytes.Length;
            await response.BodyWriter.WriteAsync(bytes).ConfigureAwait(false);
        }
    }

    private static JsonObject BodyOf(DpsError error, string trackingId, DateTimeOffset now)
    {
        var body = new JsonObject
        {
            ["errorCode"] = error.Code,
            ["trackingId"] = trackingId,
            ["message"] = error.Message,
            ["timestampUtc"] = HttpJson.Time(now),
        };
        if (error.Info is { } info)
        {
            body["info"] = new JsonObject(info.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        }

        return body;
    }
}
