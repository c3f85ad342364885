using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// A response as a value: it is complete before it is logged, and logged before it is sent.
/// </summary>
/// <param name="Body">UTF-8 JSON, or empty for an answer without content.</param>
/// <param name="ErrorCode">The error's code (and inner code) for the log.</param>
internal sealed record Answer(int Status, ReadOnlyMemory<byte> Body, string? ErrorCode = null)
{
    public static readonly Answer NoContent = new(StatusCodes.Status204NoContent, default);

    public static Answer Ok<T>(T value, JsonTypeInfo<T> type) => Of(StatusCodes.Status200OK, value, type);

    public static Answer Of<T>(int status, T value, JsonTypeInfo<T> type) => new(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static implicit operator Answer(VaultError error) => error.ToAnswer();

    public async Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        if (Body.IsEmpty)
        {
            return;
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = Body.Length;
        await http.Response.BodyWriter.WriteAsync(Body).ConfigureAwait(false);
    }
}
