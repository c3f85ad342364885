using System.Globalization;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

/// <summary>
/// The AuditEvent log, newest first, each record as Azure writes it to insights-logs-auditevent. The address is this vault's
/// own: Azure gives its log to a storage account or workspace.
/// </summary>
internal sealed class AuditEventEndpoints(ManagementPlane plane, AuditReader reader)
{
    private const string Provider = "/providers/Microsoft.KeyVault";
    private const int UsualPage = 100;
    private const int LargestPage = 1000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet($"/subscriptions/{{subscription}}{Provider}/auditEvents", plane.Handle("AuditEventList", List));
        routes.MapGet($"/subscriptions/{{subscription}}/resourceGroups/{{group}}{Provider}/vaults/{{vault}}/auditEvents", plane.Handle("AuditEventList", List));
    }

    private ValueTask<Answer> List(ManagementRequest request) => ValueTask.FromResult(Page(request));

    private Answer Page(ManagementRequest request)
    {
        var query = request.Http.Request.Query;
        if (Number(query, "$top", UsualPage) is not { } size || size is < 1 or > LargestPage)
        {
            return ArmErrors.BadRequest("BadRequest", $"$top must be a number from 1 to {LargestPage}.");
        }

        if (Number(query, "$skiptoken", long.MaxValue) is not { } before)
        {
            return ArmErrors.BadRequest("BadRequest", "$skiptoken is not one that this vault has given out.");
        }

        var resource = request.Http.Request.RouteValues.ContainsKey("vault") ? request.Audit.ResourceId : null;
        var found = reader.Read(resource, before, (int)size + 1);
        var next = found.Count > size ? NextLink(request.Http.Request, size, found[(int)size - 1].Sequence) : null;
        return Answer.Ok(new AuditPage([.. found.Take((int)size).Select(ToBody)], next), AuditJson.Default.AuditPage);
    }

    private static long? Number(IQueryCollection query, string name, long usual) =>
        !query.TryGetValue(name, out var text) ? usual
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string NextLink(HttpRequest request, long size, long last) =>
        $"https://{request.Host}{request.Path.ToUriComponent()}" +
        $"?api-version={Uri.EscapeDataString(request.Query["api-version"].ToString())}&$top={size}&$skiptoken={last}";

    private static AuditEventBody ToBody(AuditEventRow row) => new(
        new DateTimeOffset(row.Time, TimeSpan.Zero).UtcDateTime, row.ResourceId, row.OperationName, row.OperationVersion, "AuditEvent", row.ResultType,
        row.ResultSignature, row.ResultDescription, row.DurationMs.ToString(CultureInfo.InvariantCulture), row.CallerIpAddress, row.CorrelationId,
        row.CallerObjectId is null ? new IdentityClaims(null) : new IdentityClaims(new ClaimBody(row.CallerObjectId, row.CallerAppId)),
        new AuditPropertiesBody(row.ClientInfo, row.RequestUri, row.Id, row.HttpStatusCode));
}
