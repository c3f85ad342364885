using Microsoft.AspNetCore.Diagnostics;

namespace DpsPortal.Hosting;

/// <summary>
/// The page that says a page is not there answers 404 alone. Put in the place of another refusal it would say what is not so, and to
/// whoever has not signed in it is a redirect to the sign-in.
/// </summary>
internal static class NotFoundAlone
{
    public static IApplicationBuilder UsePageForNotFoundAlone(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (context.Response.StatusCode != StatusCodes.Status404NotFound && context.Features.Get<IStatusCodePagesFeature>() is { } page)
        {
            page.Enabled = false;
        }
    });
}
