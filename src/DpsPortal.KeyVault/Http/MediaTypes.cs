using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// The service reads only what is called JSON, and refuses the rest in the words, and in the form, of the framework that it is written with.
/// </summary>
internal static class MediaTypes
{
    /// <returns>Null where the body is called JSON, or where there is none.</returns>
    public static Answer? Refusal(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return null;
        }

        var text = request.ContentType;
        if (string.IsNullOrEmpty(text))
        {
            return Unsupported("The request contains an entity body but no Content-Type header. The inferred media type 'application/octet-stream' is " +
                "not supported for this resource.");
        }

        var name = MediaTypeHeaderValue.TryParse(text, out var type) ? type.MediaType.ToString() : text;
        return name.Equals("application/json", StringComparison.OrdinalIgnoreCase) || name.Equals("text/json", StringComparison.OrdinalIgnoreCase)
            ? null
            : Unsupported($"The request entity's media type '{name}' is not supported for this resource.");
    }

    private static Answer Unsupported(string message) =>
        Answer.Of(
            StatusCodes.Status415UnsupportedMediaType, new FrameworkError(message),
            MediaTypesJson.Default.FrameworkError) with { ErrorCode = "UnsupportedMediaType" };
}
