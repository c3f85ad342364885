using Microsoft.AspNetCore.Antiforgery;

namespace DpsPortal.Hosting;

/// <summary>
/// Reads a form before anything asks whether it may be posted, so that one that cannot be read is 400: a charset that nobody reads any
/// more, or a body framed wrongly, is the sender's fault, and would be thrown as if it were ours.
/// </summary>
internal static class PostedForms
{
    public static IApplicationBuilder UseReadableForms(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAntiforgeryMetadata>() is not { RequiresValidation: true }
            || !context.Request.HasFormContentType
            || await IsReadableAsync(context))
        {
            await next(context);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    });

    private static async Task<bool> IsReadableAsync(HttpContext context)
    {
        try
        {
            await context.Request.ReadFormAsync(context.RequestAborted);
            return true;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or NotSupportedException or InvalidOperationException)
        {
            return false;
        }
    }
}
