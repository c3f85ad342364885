using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Instances;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>A request of the service API whose caller and instance are known.</summary>
internal sealed record ServiceRequest(HttpContext Http, LoadedInstance Instance, OperationTrail Trail)
{
    public string Id { get; } = Http.Request.RouteValues["id"] as string ?? "";

    public string InstanceName => Instance.Header.Name;

    /// <summary>The etag that the client expects.</summary>
    public string? IfMatch => ETagOf(Http.Request.Headers.IfMatch.ToString());

    /// <summary>An etag from a header or a body, without the quotes that it has in the one and, as Azure's own have, may have in the other.</summary>
    public static string? ETagOf(string? sent) => string.IsNullOrEmpty(sent) ? null : sent.Trim('"');
}
