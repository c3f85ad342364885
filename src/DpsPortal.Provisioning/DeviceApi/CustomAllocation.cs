using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;

namespace DpsPortal.Provisioning.DeviceApi;

/// <summary>
/// Azure IoT Hub DPS, custom allocation: a webhook is told about the device and answers with the hub. Only webhooks on this
/// machine, or on hosts that the settings allow, are called. Each way to fail has words of its own.
/// </summary>
internal sealed class CustomAllocation(ProvisioningOptions options) : IDisposable
{
    private const int LongestAnswer = 64 * 1024;
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly HttpClient _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = LongestAnswer,
    };

    /// <returns>The hub and the payload for the device.</returns>
    public async Task<(HubChoice Choice, JsonNode? Payload)> AskAsync(WebhookQuestion question, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(question.Terms.Custom?.WebhookUrl, UriKind.Absolute, out var webhook) || !IsAllowed(webhook))
        {
            return Failed(
                "The custom allocation's webhook is not called: it must be http or https on this machine, or on a host in Provisioning:AllowedWebhookHosts.");
        }

        try
        {
            using var content = new StringContent(BodyOf(question).ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(webhook, content, cancellationToken).ConfigureAwait(false);
            return answer.StatusCode == HttpStatusCode.OK
                // Bytes: what the answer says of its charset may be nonsense, and JSON is UTF-8 whatever that says.
                ? Judge(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), question.Candidates)
                : Failed($"The custom allocation's webhook answered with status {(int)answer.StatusCode}; 200 is expected.");
        }
        catch (HttpRequestException fault)
        {
            return Failed(fault.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? $"The custom allocation's webhook answered with more than {LongestAnswer / 1024} KB."
                : "The custom allocation's webhook could not be reached, or broke off its answer.");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"The custom allocation's webhook did not answer in {_http.Timeout.TotalSeconds} seconds.");
        }
    }

    public void Dispose() => _http.Dispose();

    private bool IsAllowed(Uri webhook) =>
        (webhook.Scheme == Uri.UriSchemeHttps || webhook.Scheme == Uri.UriSchemeHttp)
        && (webhook.IsLoopback || options.AllowedWebhookHosts.Contains(webhook.Host, StringComparer.OrdinalIgnoreCase));

    private static (HubChoice, JsonNode?) Judge(byte[] answer, IReadOnlyList<LinkedHub> candidates)
    {
        JsonObject? body;
        try
        {
            body = StrictJson.Parse(answer.AsSpan().StartsWith(ByteOrderMark) ? answer.AsSpan(ByteOrderMark.Length) : answer) as JsonObject;
        }
        catch (JsonException)
        {
            return Failed("The custom allocation's webhook answered with status 200, but what it answered is not JSON.");
        }

        var hub = body?["iotHubHostName"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "";
        if (candidates.FirstOrDefault(candidate => string.Equals(candidate.HostName, hub, StringComparison.OrdinalIgnoreCase)) is not { } chosen)
        {
            return Failed("The custom allocation's webhook answered with status 200, but named no IoT hub (iotHubHostName) that the enrollment may use.");
        }

        // DPS delivers an object and nothing else.
        return body!["payload"] switch
        {
            null => (new HubChoice.Hub(chosen.HostName, "custom"), null),
            JsonObject payload => (new HubChoice.Hub(chosen.HostName, "custom"), payload.DeepClone()),
            _ => (new HubChoice.Hub(chosen.HostName, "custom; the webhook's payload is no JSON object and was not delivered"), null),
        };
    }

    private static JsonObject BodyOf(WebhookQuestion question) => new()
    {
        ["deviceRuntimeContext"] = new JsonObject
        {
            ["registrationId"] = question.RegistrationId,
            [question.Terms.AttestationType] = new JsonObject(),
            ["payload"] = question.Payload?.DeepClone(),
        },
        [question.Terms.Group is null ? "individualEnrollment" : "enrollmentGroup"] = question.Terms.Enrollment(),
        ["linkedHubs"] = new JsonArray([.. question.Candidates.Select(hub => JsonValue.Create(hub.HostName))]),
    };

    private static (HubChoice, JsonNode?) Failed(string reason) => (new HubChoice.None(DpsError.CustomAllocationFailed, reason), null);
}
