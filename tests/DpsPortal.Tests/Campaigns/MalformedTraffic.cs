using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace DpsPortal.Tests.Campaigns;

/// <param name="ServerErrors">Requests that were answered with 5xx, or broke the connection, as text, each with the seed that makes it.</param>
/// <param name="Slowest">The longest time that one request took.</param>
/// <param name="HeapGrowth">Managed memory at the end as a part of that after the first tenth.</param>
internal sealed record TrafficResult(int Sent, IReadOnlyList<string> ServerErrors, TimeSpan Slowest, double HeapGrowth);

/// <summary>Sends malformed requests over several connections.</summary>
internal static class MalformedTraffic
{
    private const int Connections = 4;

    public static async Task<TrafficResult> RunAsync(MalformedTarget target, int count, int seed, CancellationToken cancellationToken)
    {
        var first = await SendAsync(target, count / 10, seed, cancellationToken);
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var rest = await SendAsync(target, count - count / 10, seed + Connections, cancellationToken);
        var growth = (double)GC.GetTotalMemory(forceFullCollection: true) / heap;
        return new TrafficResult(count, [.. first.Errors, .. rest.Errors], first.Slowest > rest.Slowest ? first.Slowest : rest.Slowest, growth);
    }

    /// <summary>Fails with the requests to send again, and with what was logged.</summary>
    public static void AssertHeld(MalformedTarget target, TrafficResult result)
    {
        Assert.True(
            result.ServerErrors.Count == 0,
            $"{result.ServerErrors.Count} of {result.Sent}:\n{string.Join('\n', result.ServerErrors.Take(20))}\n{string.Join('\n', target.Logs.Take(20))}");
        Assert.True(target.Logs.IsEmpty, $"{target.Logs.Count} logged:\n{string.Join('\n', target.Logs.Take(20))}");
    }

    /// <summary>The control: whatever is not refused at the door as it stands can be refused for its body.</summary>
    public static async Task<IReadOnlyList<string>> RefusedAtTheDoorAsync(MalformedTarget target, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(target.CreateHandler());
        var refused = new List<string>();
        foreach (var valid in target.Valid)
        {
            using var request = ToMessage(
                new MalformedRequest(valid.Method, $"{valid.Address}{(valid.Query.Length == 0 ? "" : "?")}{valid.Query}", valid.Headers, valid.Body));
            using var answer = await http.SendAsync(request, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
                or HttpStatusCode.MethodNotAllowed or HttpStatusCode.UnsupportedMediaType
                or HttpStatusCode.TooManyRequests)
            {
                refused.Add($"{(int)answer.StatusCode} to {valid.Method} {valid.Address}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            }
        }

        return refused;
    }

    private static async Task<(List<string> Errors, TimeSpan Slowest)> SendAsync(
        MalformedTarget target, int count, int seed, CancellationToken cancellationToken)
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(
            () => SendInTurnAsync(target, count / Connections, seed + connection, cancellationToken), cancellationToken)));
        return (runs.SelectMany(run => run.Errors).ToList(), runs.Max(run => run.Slowest));
    }

    private static async Task<(List<string> Errors, TimeSpan Slowest)> SendInTurnAsync(
        MalformedTarget target, int count, int seed, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(target.CreateHandler());
        var requests = new MalformedRequests(target.Valid, seed);
        var errors = new List<string>();
        var slowest = TimeSpan.Zero;
        for (var sent = 0; sent < count; sent++)
        {
            var malformed = requests.Next();
            var started = Stopwatch.GetTimestamp();
            if (await FaultAsync(http, malformed, cancellationToken) is { } fault)
            {
                errors.Add($"seed {seed}, request {sent}: {fault} to {malformed}");
            }

            var took = Stopwatch.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
        }

        return (errors, slowest);
    }

    /// <returns>What is wrong with the answer, or null.</returns>
    private static async Task<string?> FaultAsync(HttpClient http, MalformedRequest malformed, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = ToMessage(malformed);
            try
            {
                using var answer = await http.SendAsync(request, cancellationToken);
                await answer.Content.LoadIntoBufferAsync(cancellationToken);
                return answer.StatusCode >= HttpStatusCode.InternalServerError ? ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture) : null;
            }
            catch (HttpRequestException) when (attempt < 3)
            {
                // The request before left this connection closing: Kestrel ends one whose request it could not read to the end.
            }
            catch (HttpRequestException) when (malformed.Body is { Length: > 32_000 })
            {
                // Refused before all of it was sent; the client tells no more.
                return null;
            }
            catch (HttpRequestException fault)
            {
                return $"{fault.HttpRequestError} {fault.InnerException?.Message}";
            }
        }
    }

    private static HttpRequestMessage ToMessage(MalformedRequest malformed)
    {
        // As it stands: the client would tidy the path.
        var address = new Uri(malformed.Address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(malformed.Method), address);
        if (malformed.Body is not null)
        {
            request.Content = new ByteArrayContent(malformed.Body);
        }

        foreach (var (name, value) in malformed.Headers)
        {
            if (name.StartsWith("Content-", StringComparison.Ordinal))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }
}
