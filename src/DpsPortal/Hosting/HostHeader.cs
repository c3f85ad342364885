namespace DpsPortal.Hosting;

/// <summary>
/// RFC 9110, section 7.2: a request whose Host names nobody is answered with 400. The server looks at its characters alone, and a page
/// is made of its own address. What asks for the health may do without.
/// </summary>
internal static class HostHeader
{
    public static IApplicationBuilder UseValidHosts(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (IsValid(context.Request.Headers.Host.ToString()) || context.Request.Path.StartsWithSegments("/health"))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    });

    internal static bool IsValid(string host)
    {
        try
        {
            // Throws for a name in Punycode that is none.
            return HostString.FromUriComponent(host).HasValue
                && Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var address) && address is { Host.Length: > 0, UserInfo: "", PathAndQuery: "/" };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
