using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Http;

/// <summary>What every request goes through: the answer as a value, its entry in the operations log, and only then the answer.</summary>
internal sealed partial class RequestPipeline(OperationLog log, TimeProvider systemClock, ILogger<RequestPipeline> logger)
{
    public async Task RunAsync(HttpContext http, OperationTrail trail, Func<ValueTask<Answer>> respond)
    {
        var started = systemClock.GetTimestamp();
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers["x-ms-request-id"] = trail.TrackingId;
        var answer = await RespondAsync(http, trail, respond).ConfigureAwait(false);
        var now = systemClock.GetUtcNow();
        Log(trail, answer, now, started);
        await answer.WriteAsync(http, trail, now).ConfigureAwait(false);
    }

    /// <summary>What goes on after a request was answered: an entry of its own, and nobody to answer.</summary>
    public async Task RunAsync(OperationTrail trail, Func<ValueTask<Answer>> work, CancellationToken stopping)
    {
        var started = systemClock.GetTimestamp();
        Answer answer;
        try
        {
            answer = await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            answer = DpsError.Stopped;
        }
        catch (Exception fault)
        {
            // Nobody awaits this work: a bug, too, is an entry in the log, or nothing would tell of it.
            LogUnexpected(fault, trail.Operation, trail.TrackingId);
            answer = StoreFaults.Of(fault) is { } store ? DpsError.StoreUnavailable(store) : DpsError.Internal;
        }

        Log(trail, answer, systemClock.GetUtcNow(), started);
    }

    private void Log(OperationTrail trail, Answer answer, DateTimeOffset now, long started)
    {
        if (trail.Instance is { } instance)
        {
            log.Add(new OperationEntry(
                0, now, instance, trail.Category, OperationProtocol.Http, trail.Operation, trail.Kind, trail.RecordId, answer.Status,
                answer.Error?.Code, answer.Error?.Message ?? trail.Description, answer.Error is null ? null : trail.Denial, trail.Caller,
                systemClock.GetElapsedTime(started), trail.TrackingId));
        }
    }

    private async ValueTask<Answer> RespondAsync(HttpContext http, OperationTrail trail, Func<ValueTask<Answer>> respond)
    {
        try
        {
            return http.Request.Host.HasValue ? await respond().ConfigureAwait(false) : DpsError.BadRequest("The header Host names no host and port.");
        }
        catch (BadHttpRequestException fault)
        {
            return fault.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => DpsError.TooLarge,
                StatusCodes.Status408RequestTimeout => DpsError.Timeout,
                _ => DpsError.BadRequest("The request's body is incomplete."),
            };
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads this answer, but the log shall say that someone asked.
            return DpsError.BadRequest("The client left before it was answered.");
        }
        catch (Exception fault)
        {
            // The end of the line for every operation: a bug, too, is an answer and an entry in the log, and never Kestrel's empty 500.
            LogUnexpected(fault, trail.Operation, trail.TrackingId);
            return StoreFaults.Of(fault) is { } store ? DpsError.StoreUnavailable(store) : DpsError.Internal;
        }
    }

    [LoggerMessage(LogLevel.Error, "{Operation} failed unexpectedly (tracking id {TrackingId}).")]
    private partial void LogUnexpected(Exception fault, string operation, string trackingId);
}
