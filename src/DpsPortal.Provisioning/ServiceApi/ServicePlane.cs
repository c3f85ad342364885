using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.SharedAccess;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.ServiceApi;

/// <summary>The name of an operation in the log, what it concerns and the right that it needs.</summary>
internal sealed record ServiceOperation(string Name, RecordKind Kind, AccessRights Right);

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

/// <summary>The steps of every request of the service API, in order: instance, token, right, limit, version; the body is read last.</summary>
internal sealed class ServicePlane(RequestPipeline pipeline, InstanceRegistry instances, ServiceAuthorization authorization, RateLimits limits)
{
    // The second is Azure's own, for clients that are led here by a hosts file.
    private static readonly string[] Domains = [DpsHostNames.Domain, "." + DpsHostNames.AzureDomain];

    public RequestDelegate Handle(ServiceOperation operation, Func<ServiceRequest, ValueTask<Answer>> handler) => http =>
    {
        var trail = new OperationTrail(OperationCategory.ServiceOperations, operation.Name) { Kind = operation.Kind };
        return pipeline.RunAsync(http, trail, async () =>
        {
            if (Find(http.Request.Host.Host) is not { } instance)
            {
                return DpsError.UnknownHost(http.Request.Host.Host);
            }

            var request = new ServiceRequest(http, instance, trail);
            trail.Instance = instance.Header.Name;
            trail.RecordId = request.Id.Length > 0 ? request.Id.Shorten(RecordId.Longest) : "*";
            var (caller, refusal) = authorization.Authorize(instance, http.Request.Host, http.Request.Headers.Authorization.ToString(), operation.Right);
            if (refusal is not null)
            {
                return refusal;
            }

            trail.Caller = caller!;
            return (limits.CountOperation(instance.Header.Id) ?? ApiVersion.Fault(http.Request)) is { } fault ? fault : await handler(request);
        });
    };

    private LoadedInstance? Find(string host)
    {
        var domain = Array.Find(Domains, domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
        return domain is null ? null : instances.Find(host[..^domain.Length]);
    }
}
