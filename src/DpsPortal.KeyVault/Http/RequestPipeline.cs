using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DpsPortal.KeyVault.Http;

/// <summary>
/// What every request goes through, whatever it asks for: headers, the answer as a value, its AuditEvent durably written,
/// and only then the answer. An operation that cannot be logged is not answered.
/// </summary>
internal sealed partial class RequestPipeline(AuditLog audit, EmbeddedKeyVaultOptions options, ILogger<RequestPipeline> logger)
{
    public async Task RunAsync(HttpContext http, string operation, Func<AuditTrail, ValueTask<Answer>> respond)
    {
        var requestId = Guid.NewGuid().ToString();
        ResponseHeaders.Write(http, requestId, options.Location);
        var trail = new AuditTrail(http, operation, requestId);
        Answer answer;
        using (var place = audit.TakePlace())
        {
            answer = await RespondAsync(http, trail, respond, requestId).ConfigureAwait(false);
            if (!trail.IsCommitted)
            {
                answer = await LogAsync(place, trail, answer, requestId).ConfigureAwait(false);
            }
        }

        await answer.WriteAsync(http).ConfigureAwait(false);
    }

    private async Task<Answer> RespondAsync(HttpContext http, AuditTrail trail, Func<AuditTrail, ValueTask<Answer>> respond, string requestId)
    {
        try
        {
            return http.Request.Host.HasValue ? await respond(trail).ConfigureAwait(false) : VaultError.BadParameter("The header Host names no host and port.");
        }
        catch (BadHttpRequestException)
        {
            return VaultError.BadParameter("The request's body could not be read: it is incomplete or larger than this operation takes.");
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads this answer, but the log shall say that someone asked.
            return VaultError.BadParameter("The client left before its request was read.");
        }
        catch (Exception fault)
        {
            // The end of the line for every operation: a bug, too, is an answer and an audit event, and never Kestrel's empty 500.
            UnexpectedFault(fault, trail.OperationName, requestId);
            return StoreFaults.Of(fault) is { } store ? VaultError.StoreUnavailable(store) : VaultError.Internal;
        }
    }

    private async Task<Answer> LogAsync(AuditLog.Place place, AuditTrail trail, Answer answer, string requestId)
    {
        try
        {
            await place.AppendAsync(trail.ToRow(answer.Status, answer.ErrorCode)).ConfigureAwait(false);
            return answer;
        }
        catch (Exception fault)
        {
            // Whatever kept the event from the disk, the answer must not go out as if it were there.
            NotLogged(fault, trail.OperationName, requestId);
            return StoreFaults.Of(fault) is { } store ? VaultError.StoreUnavailable(store) : VaultError.Internal;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Operation} failed unexpectedly (request {RequestId}).")]
    private partial void UnexpectedFault(Exception fault, string operation, string requestId);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Operation} is not answered because its audit event cannot be written (request {RequestId}).")]
    private partial void NotLogged(Exception fault, string operation, string requestId);
}
