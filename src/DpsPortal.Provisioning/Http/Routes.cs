using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.Provisioning.Http;

/// <summary>Maps the methods of an address, and the refusal of all others in DPS's form.</summary>
internal static class Routes
{
    public static void Serve(
        this IEndpointRouteBuilder routes, RequestPipeline pipeline, string pattern, params ReadOnlySpan<(string Method, RequestDelegate Handler)> served)
    {
        var methods = new List<string>();
        foreach (var (method, handler) in served)
        {
            routes.MapMethods(pattern, [method], handler);
            methods.Add(method);
        }

        var allowed = string.Join(", ", methods);
        routes.Map(pattern, http => pipeline.RunAsync(http, new OperationTrail(default, "Unknown"), () =>
            ValueTask.FromResult((Answer)DpsError.MethodNotAllowed(allowed) with { Headers = [("Allow", allowed)] })));
    }

    public static Task RefuseUnknownAsync(this RequestPipeline pipeline, HttpContext http) =>
        pipeline.RunAsync(http, new OperationTrail(default, "Unknown"), () => ValueTask.FromResult<Answer>(DpsError.UnknownRoute(http.Request.Path)));
}
