namespace DpsPortal.Hosting;

/// <summary>Until the portal is ready, pages answer with a short notice that reloads itself.</summary>
internal static class PreparationPage
{
    private const string Html = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">
        <title>DpsPortal</title><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"></head>
        <body style="font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem">
        <h1 style="font-size:1.4rem">Preparing the Contoso sample</h1>
        <p>Keys are being made, rotated and restored in the embedded Key Vault. This takes a few seconds, on the first start only.</p>
        <p lang="es">Se están creando, rotando y restaurando claves en el almacén incorporado. Tarda unos segundos y solo ocurre en el primer inicio.</p>
        </body></html>
        """;

    public static IApplicationBuilder UsePreparationPage(this WebApplication app)
    {
        var readiness = app.Services.GetRequiredService<Readiness>();
        return app.Use((context, next) =>
        {
            if (readiness.WaitingFor is null || context.Request.Path.StartsWithSegments("/health"))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "2";
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(Html, context.RequestAborted);
        });
    }
}
