using System.Diagnostics;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace DpsPortal.KeyVault.Audit;

/// <summary>
/// Collects what the AuditEvent of one request will say, or of something that the vault does by itself. A change writes its
/// own event in its own transaction; for everything else the pipeline writes it before the answer leaves.
/// </summary>
internal sealed class AuditTrail
{
    private const int LongestUri = 2048;
    private const int LongestClientInfo = 512;
    private const int LongestVersion = 32;
    private readonly HttpContext? _http;
    private readonly string _correlationId;
    private readonly long _started = Stopwatch.GetTimestamp();

    public AuditTrail(HttpContext http, string operation, string correlationId)
        : this(http, operation, correlationId, http.Request.Path.ToString())
    {
    }

    private AuditTrail(HttpContext? http, string operation, string correlationId, string id)
    {
        _http = http;
        _correlationId = correlationId;
        OperationName = operation;
        Id = id;
    }

    /// <summary>Known once the token has been verified.</summary>
    public Caller? Caller { get; set; }

    public string OperationName { get; set; }

    /// <summary>ARM id of the vault, once it is known.</summary>
    public string ResourceId { get; set; } = "";

    /// <summary>What the request is about.</summary>
    public string Id { get; set; }

    public bool IsCommitted { get; private set; }

    /// <summary>Of what nobody asked for: time did it.</summary>
    public static AuditTrail OfTheVault(string operation, string resourceId, string id) =>
        new(null, operation, Guid.NewGuid().ToString(), id) { ResourceId = resourceId };

    /// <summary>Puts the event of a successful change beside the change.</summary>
    public void RecordIn(VaultDbContext context, int status) => context.Add(ToRow(status, null));

    public void Committed() => IsCommitted = true;

    public AuditEventRow ToRow(int status, string? description) => new()
    {
        Time = DateTime.UtcNow.Ticks,
        OperationName = OperationName,
        ResourceId = ResourceId,
        OperationVersion = Text(_http?.Request.Query["api-version"].ToString(), LongestVersion),
        ClientInfo = Text(_http?.Request.Headers.UserAgent.ToString(), LongestClientInfo),
        ResultType = status < 400 ? "Success" : "Failure",
        ResultSignature = ReasonPhrases.GetReasonPhrase(status),
        ResultDescription = description,
        CorrelationId = _correlationId,
        CallerObjectId = Caller?.ObjectId,
        CallerAppId = Caller?.ClientId,
        CallerIpAddress = _http?.Connection.RemoteIpAddress?.ToString() ?? "",
        RequestUri = Text(_http?.Request.GetEncodedUrl(), LongestUri) ?? "",
        Id = Text(Id, LongestUri) ?? "",
        HttpStatusCode = status,
        DurationMs = (long)Stopwatch.GetElapsedTime(_started).TotalMilliseconds,
    };

    /// <summary>Cut where it is too long, and never in the middle of a character.</summary>
    private static string? Text(string? text, int longest) =>
        string.IsNullOrEmpty(text) ? null : text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
