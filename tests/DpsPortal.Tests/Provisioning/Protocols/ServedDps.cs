using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>What a request was answered with.</summary>
internal sealed record Answered(HttpStatusCode Status, JsonNode? Json, HttpResponseMessage Response)
{
    public int Code => (int?)Json?["errorCode"] ?? 0;

    public string Message => (string?)Json?["message"] ?? "";

    public string? Header(string name) => Response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}

/// <summary>A DPS that serves its protocols, with one instance and a client that speaks HTTP to it as SDKs do.</summary>
internal sealed class ServedDps : IAsyncDisposable
{
    public const string Instance = "contoso";
    public const string Host = "contoso.dps.localhost";
    public const string Hub = "hub-one.azure-devices.net";
    public static readonly string GroupKey = Convert.ToBase64String(Enumerable.Range(0, 64).Select(number => (byte)number).ToArray());

    private ServedDps(RunningDps dps) => Dps = dps;

    public RunningDps Dps { get; }

    public string IdScope { get; private set; } = "";

    public string OwnerKey { get; private set; } = "";

    public HttpClient Http { get; private set; } = null!;

    public static async Task<ServedDps> StartedAsync(FakeVault? vault, Action<RunningDps>? configure = null)
    {
        vault ??= new FakeVault();
        var served = new ServedDps(RunningDps.Stopped(vault.Access));
        served.Dps.Certificate = TestCertificates.Server;
        configure?.Invoke(served.Dps);
        await served.Dps.StartAsync();
        served.IdScope = (await served.Dps.CreatedAsync(Instance, vault.AddKey())).IdScope;
        await served.LinkAsync(Hub);
        await served.ConnectAsync();
        return served;
    }

    /// <summary>Again after a restart: the port is another one.</summary>
    public async Task ConnectAsync()
    {
        OwnerKey = (await Dps.Host.Settings.RevealPolicyAsync(RunningDps.Tester, Instance, SharedAccessPolicy.Owner, default)).Value().PrimaryKey;
        Http?.Dispose();
        Http = Client(null);
    }

    public async Task LinkAsync(string hub, string location = "westeurope", int weight = 1) =>
        (await Dps.Host.Settings.PutHubAsync(RunningDps.Tester, Instance, new LinkedHub(hub, location, weight), default)).Value();

    /// <summary>Reaches the listener under every name, as a hosts file would.</summary>
    public HttpClient Client(X509Certificate2? device, params X509Certificate2[] chain)
    {
        var handler = CreateHandler();
        if (device is not null)
        {
            handler.SslOptions.ClientCertificateContext = System.Net.Security.SslStreamCertificateContext.Create(device, [.. chain], offline: true);
        }

        return new HttpClient(handler);
    }

    public SocketsHttpHandler CreateHandler()
    {
        var port = Dps.Host.Port!.Value;
        return new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetRawCertData()
                .AsSpan()
                .SequenceEqual(TestCertificates.Server.RawData) },
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
    }

    public static string Token(string resource, string keyName, string key, DateTimeOffset? expires = null)
    {
        var escaped = Uri.EscapeDataString(resource);
        var expiry = (expires ?? new DateTimeOffset(2037, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToUnixTimeSeconds();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(key), Encoding.UTF8.GetBytes($"{escaped}\n{expiry}")));
        return $"SharedAccessSignature sr={escaped}&sig={Uri.EscapeDataString(signature)}&se={expiry}&skn={Uri.EscapeDataString(keyName)}";
    }

    public string OwnerToken => Token(Host, SharedAccessPolicy.Owner, OwnerKey);

    /// <summary>The service API under the owner's policy, unless another token is given.</summary>
    public Task<Answered> ServiceAsync(
        HttpMethod method, string path, object? body = null, string? ifMatch = null, string? token = null, (string, string)[]? headers = null) =>
        SendAsync(
            Http, method, $"https://{Host}{path}", body, token ?? OwnerToken,
            [.. headers ?? [], .. ifMatch is null ? Array.Empty<(string, string)>() : [("If-Match", ifMatch)]]);

    public Task<Answered> RegisterAsync(string id, string? token, object? body = null, HttpClient? client = null) =>
        SendAsync(
            client ?? Http, HttpMethod.Put, $"https://global.azure-devices-provisioning.net/{IdScope}/registrations/{id}/register",
            body ?? new { registrationId = id }, token);

    public Task<Answered> DeviceAsync(HttpMethod method, string path, string? token, object? body = null, HttpClient? client = null) =>
        SendAsync(client ?? Http, method, $"https://global.azure-devices-provisioning.net/{IdScope}/registrations/{path}", body, token);

    public string DeviceToken(string id, string key, DateTimeOffset? expires = null) => Token($"{IdScope}/registrations/{id}", "registration", key, expires);

    /// <summary>Base64 of HMAC-SHA256(group key, registration id).</summary>
    public static string Derived(string id, string? groupKey = null) =>
        Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(groupKey ?? GroupKey), Encoding.UTF8.GetBytes(id)));

    public string GroupToken(string id) => DeviceToken(id, Derived(id));

    public async Task<Answered> PutGroupAsync(string id = "line-a", object? more = null, string? ifMatch = null)
    {
        var body = new JsonObject
        {
            ["enrollmentGroupId"] = id,
            ["attestation"] =
                new JsonObject { ["type"] = "symmetricKey", ["symmetricKey"] = new JsonObject { ["primaryKey"] = GroupKey,
                    ["secondaryKey"] = Derived("second") } },
        };
        foreach (var member in more is null ? [] : (JsonObject)System.Text.Json.JsonSerializer.SerializeToNode(more)!)
        {
            body[member.Key] = member.Value?.DeepClone();
        }

        var answered = await ServiceAsync(HttpMethod.Put, $"/enrollmentGroups/{id}", body, ifMatch);
        Assert.True(answered.Status == HttpStatusCode.OK, $"{answered.Status} {answered.Json}");
        return answered;
    }

    /// <summary>Registers and looks up what it came to.</summary>
    public async Task<Answered> RegisteredAsync(string id, string token, HttpClient? client = null, object? body = null)
    {
        var accepted = await RegisterAsync(id, token, body, client);
        Assert.True(accepted.Status == HttpStatusCode.Accepted, $"{accepted.Status} {accepted.Json}");
        return await DeviceAsync(HttpMethod.Get, $"{id}/operations/{accepted.Json!["operationId"]}", token, client: client);
    }

    public static async Task<Answered> SendAsync(
        HttpClient client, HttpMethod method, string address, object? body, string? token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, address.Contains('?', StringComparison.Ordinal) ? address : address + "?api-version=2021-10-01");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        if (body is not null)
        {
            request.Content = body as HttpContent ?? new StringContent(
                body as string
                    ?? (body is JsonNode node ? node.ToJsonString() : System.Text.Json.JsonSerializer.Serialize(body)), Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answered(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response);
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await Dps.DisposeAsync();
    }
}
