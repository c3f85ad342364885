using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// RFC 9110, section 7.2. The server looks at the characters of a Host, not at what they name: ids of keys are made of it. Before
/// anything asks, a Host that names nobody is taken away, and the pipeline refuses a request without one.
/// </summary>
internal static class HostHeader
{
    public static Task TakeAwayInvalid(HttpContext http, RequestDelegate next)
    {
        if (!IsValid(http.Request.Headers.Host.ToString()))
        {
            http.Request.Headers.Host = "";
        }

        return next(http);
    }

    private static bool IsValid(string host)
    {
        try
        {
            // Throws for a name in Punycode that is none.
            return HostString.FromUriComponent(host).HasValue
                && Uri.TryCreate($"https://{host}/", UriKind.Absolute, out var address) && address is { Host.Length: > 0, UserInfo: "", PathAndQuery: "/" };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
