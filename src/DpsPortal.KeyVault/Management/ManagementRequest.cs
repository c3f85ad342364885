using DpsPortal.KeyVault.Audit;
using Microsoft.AspNetCore.Http;

namespace DpsPortal.KeyVault.Management;

/// <summary>A management request of the administrator.</summary>
internal sealed record ManagementRequest(HttpContext Http, AuditTrail Audit)
{
    public string Route(string name) => (string)Http.Request.RouteValues[name]!;
}
