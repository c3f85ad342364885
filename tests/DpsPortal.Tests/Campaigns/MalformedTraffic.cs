using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DpsPortal.Tests.KeyVault;

namespace DpsPortal.Tests.Campaigns;

/// <param name="ServerErrors">Requests that were answered with 5xx, or broke the connection, as text.</param>
/// <param name="Slowest">The longest time that one request took.</param>
/// <param name="ValidSent">Unwraps beside the malformed requests.</param>
/// <param name="ValidFailed">How many of them were not answered as ever.</param>
/// <param name="HeapGrowth">Managed memory at the end as a part of that after the first tenth.</param>
internal sealed record TrafficResult(int Sent, IReadOnlyList<string> ServerErrors, TimeSpan Slowest, int ValidSent, int ValidFailed, double HeapGrowth);

/// <summary>Sends malformed requests over several connections, and valid ones beside them that must not notice.</summary>
internal static class MalformedTraffic
{
    private const int Connections = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The full run, which watches time and memory too: bounds that a short run on a busy machine could not hold.</summary>
    public static async Task<string> CampaignAsync(int count)
    {
        await using var vault = new RunningVault();
        await vault.StartAsync();
        var result = await RunAsync(vault, count, seed: 1, CancellationToken.None);
        Assert.True(result.ServerErrors.Count == 0, string.Join('\n', result.ServerErrors.Take(20)));
        Assert.True(vault.Logs.IsEmpty, string.Join('\n', vault.Logs.Take(5)));
        Assert.True(result.Slowest < Patience, $"One request took {result.Slowest}.");
        Assert.True(result.HeapGrowth < 1.1, $"The heap grew to {result.HeapGrowth:0.00} times what it was after the first tenth.");
        Assert.Equal(0, result.ValidFailed);
        return $"no server error, slowest {result.Slowest.TotalMilliseconds:0} ms, heap × {result.HeapGrowth:0.00}, {result.ValidSent} valid requests beside them unharmed";
    }

    public static async Task<TrafficResult> RunAsync(RunningVault vault, int count, int seed, CancellationToken cancellationToken)
    {
        using var valid = await ValidTraffic.StartAsync(vault);
        var token = await vault.AdministratorTokenAsync();
        var first = await SendAsync(vault, token, count / 10, seed, cancellationToken);
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var rest = await SendAsync(vault, token, count - count / 10, seed + Connections, cancellationToken);
        var growth = (double)GC.GetTotalMemory(forceFullCollection: true) / heap;
        var (sent, failed) = await valid.StopAsync();
        var slowest = first.Slowest > rest.Slowest ? first.Slowest : rest.Slowest;
        return new TrafficResult(count, [.. first.Errors, .. rest.Errors], slowest, sent, failed, growth);
    }

    private static async Task<(List<string> Errors, TimeSpan Slowest)> SendAsync(RunningVault vault, string token, int count, int seed, CancellationToken cancellationToken)
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, Connections).Select(connection => Task.Run(
            () => SendInTurnAsync(vault, token, count / Connections, new MalformedRequests(seed + connection), cancellationToken), cancellationToken)));
        return (runs.SelectMany(run => run.Errors).ToList(), runs.Max(run => run.Slowest));
    }

    private static async Task<(List<string> Errors, TimeSpan Slowest)> SendInTurnAsync(
        RunningVault vault, string token, int count, MalformedRequests requests, CancellationToken cancellationToken)
    {
        var handler = vault.CreateHandler();
        handler.RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8;
        using var http = new HttpClient(handler);
        var errors = new List<string>();
        var slowest = TimeSpan.Zero;
        for (var sent = 0; sent < count; sent++)
        {
            var malformed = requests.Next();
            var started = Stopwatch.GetTimestamp();
            if (await FaultAsync(http, malformed, token, cancellationToken) is { } fault)
            {
                errors.Add($"{fault} to {malformed}");
            }

            var took = Stopwatch.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
        }

        return (errors, slowest);
    }

    /// <returns>What is wrong with the answer, or null.</returns>
    private static async Task<string?> FaultAsync(HttpClient http, MalformedRequest malformed, string token, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = ToMessage(malformed, token);
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

    private static HttpRequestMessage ToMessage(MalformedRequest malformed, string token)
    {
        // As it stands: the client would tidy the path.
        var address = new Uri("https://localhost:8443" + malformed.Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(malformed.Method), address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (malformed.Body is not null)
        {
            request.Content = new ByteArrayContent(malformed.Body);
        }

        foreach (var (name, value) in malformed.Headers)
        {
            var isContent = name.StartsWith("Content-", StringComparison.Ordinal);
            if (isContent)
            {
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.Remove(name);
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return request;
    }
}
