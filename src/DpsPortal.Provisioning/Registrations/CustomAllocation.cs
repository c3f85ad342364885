using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;

namespace DpsPortal.Provisioning.Registrations;

/// <summary>
/// Azure IoT Hub DPS, custom allocation: a webhook is told about the device and answers with the hub. Only webhooks on this
/// machine, or on hosts that the settings allow, are called.
/// </summary>
internal sealed class CustomAllocation(ProvisioningOptions options) : IDisposable
{
    private const int LongestAnswer = 64 * 1024;
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        Timeout = TimeSpan.FromSeconds(5),
        MaxResponseContentBufferSize = LongestAnswer,
    };

    /// <returns>The hub and the payload for the device.</returns>
    public async Task<(HubChoice Choice, JsonNode? Payload)> AskAsync(
        DeviceRequest request, EnrollmentTerms terms, IReadOnlyList<LinkedHub> candidates, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(terms.Custom?.WebhookUrl, UriKind.Absolute, out var webhook) || !IsAllowed(webhook))
        {
            return (Failed("The custom allocation's webhook is not called: it must be http or https on this machine, or on a host in Provisioning:AllowedWebhookHosts."), null);
        }

        try
        {
            using var content = new StringContent(BodyOf(request, terms, candidates).ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await _http.PostAsync(webhook, content, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                return (Failed($"The custom allocation's webhook answered with status {(int)answer.StatusCode}; 200 is expected."), null);
            }

            // Bytes: what the answer says of its charset may be nonsense, and JSON is UTF-8 whatever that says.
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            var body = StrictJson.Parse(bytes.AsSpan().StartsWith(ByteOrderMark) ? bytes.AsSpan(ByteOrderMark.Length) : bytes) as JsonObject;
            var hub = body?["iotHubHostName"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "";
            return candidates.FirstOrDefault(candidate => string.Equals(candidate.HostName, hub, StringComparison.OrdinalIgnoreCase)) is { } chosen
                ? (new HubChoice.Hub(chosen.HostName, "custom"), body!["payload"]?.DeepClone())
                : (Failed("The custom allocation's webhook named no IoT hub (iotHubHostName) that the enrollment may use."), null);
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (Failed("The custom allocation's webhook could not be reached in five seconds, or its answer is not JSON."), null);
        }
    }

    public void Dispose() => _http.Dispose();

    private bool IsAllowed(Uri webhook) =>
        (webhook.Scheme == Uri.UriSchemeHttps || webhook.Scheme == Uri.UriSchemeHttp)
        && (webhook.IsLoopback || options.AllowedWebhookHosts.Contains(webhook.Host, StringComparer.OrdinalIgnoreCase));

    private static JsonObject BodyOf(DeviceRequest request, EnrollmentTerms terms, IReadOnlyList<LinkedHub> candidates) => new()
    {
        ["deviceRuntimeContext"] = new JsonObject
        {
            ["registrationId"] = request.RegistrationId,
            [terms.AttestationType] = new JsonObject(),
            ["payload"] = request.Content["payload"]?.DeepClone(),
        },
        [terms.Group is null ? "individualEnrollment" : "enrollmentGroup"] = terms.Enrollment(),
        ["linkedHubs"] = new JsonArray([.. candidates.Select(hub => JsonValue.Create(hub.HostName))]),
    };

    private static HubChoice.None Failed(string reason) => new(DpsError.CustomAllocationFailed, reason);
}
