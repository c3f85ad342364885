using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.SharedAccess;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.Provisioning.ServiceApi;

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
            return (limits.CountOperation(instance.Header.Id) ?? ApiVersion.Fault(http.Request)) is { } fault
                ? fault
                : await handler(request).ConfigureAwait(false);
        });
    };

    private LoadedInstance? Find(string host)
    {
        var domain = Array.Find(Domains, domain => host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));
        return domain is null ? null : instances.Find(host[..^domain.Length]);
    }
}
