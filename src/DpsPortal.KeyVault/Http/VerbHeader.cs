using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// "Authentication, requests and responses" of Key Vault's documentation: a client that cannot send a verb sends POST and names the
/// verb in a header, which the document calls both of these. Before routing, so that the request is in all respects one of that verb.
/// </summary>
internal static class VerbHeader
{
    private static readonly string[] Names = ["X-HTTP-REQUEST", "X-HTTP-METHOD"];
    private static readonly string[] Verbs = [HttpMethods.Get, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    public static Task Obey(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsPost(http.Request.Method) && Named(http.Request.Headers) is { } named && !HttpMethods.IsPost(named))
        {
            // A verb that nobody knows matches no route, and is refused as one.
            http.Request.Method = Array.Find(Verbs, verb => HttpMethods.Equals(verb, named)) ?? "UNKNOWN";
        }

        return next(http);
    }

    private static string? Named(IHeaderDictionary headers) => Names.Select(name => headers[name].ToString()).FirstOrDefault(value => value.Length > 0);
}
