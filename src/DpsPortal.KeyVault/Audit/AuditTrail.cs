using System.Diagnostics;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace DpsPortal.KeyVault.Audit;

/// <summary>
/// Collects what the AuditEvent of one request will say. A change writes its own event in its own transaction; for
/// everything else the pipeline writes it before the answer leaves.
/// </summary>
internal sealed class AuditTrail(HttpContext http, string operation, string correlationId)
{
    private const int LongestUri = 2048;
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Known once the token has been verified.</summary>
    public Caller? Caller { get; set; }

    public string OperationName { get; set; } = operation;

    /// <summary>What the request is about.</summary>
    public string Id { get; set; } = http.Request.Path.ToString();

    public bool IsCommitted { get; private set; }

    /// <summary>Puts the event of a successful change beside the change.</summary>
    public void RecordIn(VaultDbContext context, int status) => context.Add(ToRow(status, null));

    public void Committed() => IsCommitted = true;

    public AuditEventRow ToRow(int status, string? description)
    {
        var uri = http.Request.GetEncodedUrl();
        return new AuditEventRow
        {
            Time = DateTime.UtcNow.Ticks,
            OperationName = OperationName,
            ResultType = status < 400 ? "Success" : "Failure",
            ResultSignature = ReasonPhrases.GetReasonPhrase(status),
            ResultDescription = description,
            CorrelationId = correlationId,
            CallerObjectId = Caller?.ObjectId,
            CallerAppId = Caller?.ClientId,
            CallerIpAddress = http.Connection.RemoteIpAddress?.ToString() ?? "",
            RequestUri = uri.Length <= LongestUri ? uri : uri[..LongestUri],
            Id = Id,
            HttpStatusCode = status,
            DurationMs = (long)Stopwatch.GetElapsedTime(_started).TotalMilliseconds,
        };
    }
}
