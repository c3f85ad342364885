using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Settings;
using DpsPortal.Provisioning.SharedAccess;

namespace DpsPortal.Provisioning.Traffic;

/// <summary>Speaks the service API and the device API to our own listener, over TLS like anyone else.</summary>
internal sealed class TrafficClient : IDisposable
{
    private const string Group = "demo-traffic";
    private const string Version = "?api-version=2021-06-01";
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    private readonly LoadedInstance _instance;
    private readonly InstanceSettings _settings;
    private readonly TimeProvider _systemClock;
    private readonly HttpClient _http;
    private byte[]? _groupKey;

    public TrafficClient(LoadedInstance instance, InstanceSettings settings, TimeProvider systemClock, int port, X509Certificate2 certificate)
    {
        (_instance, _settings, _systemClock) = (instance, settings, systemClock);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions =
            {
                // Our own certificate and no other; the authority that signed it need not be known here.
                RemoteCertificateValidationCallback = (_, served, _, _) =>
                    served?.GetRawCertData().AsSpan().SequenceEqual(certificate.RawDataMemory.Span) == true,
            },
        }) { Timeout = TimeSpan.FromSeconds(30) };
    }

    private string Host => DpsHostNames.OfService(_instance.Header.Name);

    /// <summary>Makes the group that the devices come through, once, and reads its key as an administrator would.</summary>
    public async Task<IReadOnlyList<HttpStatusCode>> PrepareAsync(CancellationToken cancellationToken)
    {
        if (_groupKey is not null)
        {
            return [];
        }

        var body = new JsonObject { ["enrollmentGroupId"] = Group, ["attestation"] = new JsonObject { ["type"] = "symmetricKey" } };
        var (made, _) = await ServiceAsync(HttpMethod.Put, $"/enrollmentGroups/{Group}", body, cancellationToken).ConfigureAwait(false);
        if (made is not (HttpStatusCode.OK or HttpStatusCode.Conflict))
        {
            return [made];
        }

        var (read, mechanism) = await ServiceAsync(HttpMethod.Post, $"/enrollmentGroups/{Group}/attestationmechanism", null, cancellationToken)
            .ConfigureAwait(false);
        _groupKey = read == HttpStatusCode.OK ? Convert.FromBase64String((string)mechanism!["symmetricKey"]!["primaryKey"]!) : null;
        return [read];
    }

    /// <returns>The statuses of its requests, in order; none while the group is not there.</returns>
    public async Task<IReadOnlyList<HttpStatusCode>> ActAsync(TrafficStep step, CancellationToken cancellationToken)
    {
        if (_groupKey is null)
        {
            return [];
        }

        var token = Token(step.Device, honest: step.Act != TrafficAct.Impostor);
        var registration = $"/{_instance.Header.IdScope}/registrations/{step.Device}";
        var body = new JsonObject { ["registrationId"] = step.Device };
        var statuses = new List<HttpStatusCode>();
        if (step.Act == TrafficAct.Impatient)
        {
            for (var look = 0; look < 7; look++)
            {
                statuses.Add((await SendAsync(HttpMethod.Post, Host, registration, body, token, cancellationToken).ConfigureAwait(false)).Status);
            }

            return statuses;
        }

        var (accepted, operation) = await SendAsync(HttpMethod.Put, Host, registration + "/register", body, token, cancellationToken).ConfigureAwait(false);
        statuses.Add(accepted);
        if (accepted == HttpStatusCode.Accepted)
        {
            statuses.Add((await SendAsync(HttpMethod.Get, Host, $"{registration}/operations/{operation!["operationId"]}", null, token, cancellationToken)
                .ConfigureAwait(false)).Status);
        }

        return statuses;
    }

    public void Dispose()
    {
        _http.Dispose();
        if (_groupKey is not null)
        {
            CryptographicOperations.ZeroMemory(_groupKey);
        }
    }

    private string Token(string device, bool honest)
    {
        var key = HMACSHA256.HashData(_groupKey!, Encoding.UTF8.GetBytes(honest ? device : device + "-not"));
        var token = SharedAccessSignature.Create(
            $"{_instance.Header.IdScope}/registrations/{device}", "registration", key, _systemClock.GetUtcNow() + TokenLife);
        CryptographicOperations.ZeroMemory(key);
        return token;
    }

    private Task<(HttpStatusCode Status, JsonNode? Body)> ServiceAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var policy = _settings.FindPolicy(_instance, SharedAccessPolicy.Owner);
        Span<byte> primary = stackalloc byte[32];
        Span<byte> secondary = stackalloc byte[32];
        SealedPolicyKeys.TryOpen(_instance.PlatformKey, SharedAccessPolicy.Owner, policy?.SealedKeys ?? [], primary, secondary);
        var token = SharedAccessSignature.Create(Host, SharedAccessPolicy.Owner, primary, _systemClock.GetUtcNow() + TokenLife);
        CryptographicOperations.ZeroMemory(primary);
        CryptographicOperations.ZeroMemory(secondary);
        return SendAsync(method, Host, path, body, token, cancellationToken);
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(
        HttpMethod method, string host, string path, JsonNode? body, string token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, $"https://{host}{path}{Version}");
        request.Headers.TryAddWithoutValidation("Authorization", token);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        return (response.StatusCode, text.Length > 0 ? JsonNode.Parse(text) : null);
    }
}
