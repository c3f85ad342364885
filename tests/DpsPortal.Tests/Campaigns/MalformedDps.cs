using System.Collections.Concurrent;
using DpsPortal.Provisioning.Http;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning.Protocols;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Tests.Campaigns;

/// <summary>Everything that the simulated DPS serves: the service API, the device API, and webhooks that answer as badly as they are asked.</summary>
internal sealed class MalformedDps : IAsyncDisposable
{
    private const string Service = $"https://{ServedDps.Host}";
    private const string Version = "api-version=2021-10-01";

    private readonly ServedDps _served;
    private readonly MalformedWebhook _webhook;

    private MalformedDps(ServedDps served, MalformedWebhook webhook, MalformedTarget target) => (_served, _webhook, Target) = (served, webhook, target);

    public MalformedTarget Target { get; }

    public int Port => _served.Dps.Host.Port!.Value;

    public static async Task<string> CampaignAsync(int count)
    {
        await using var dps = await StartedAsync(seed: 1);
        var result = await MalformedTraffic.RunAsync(dps.Target, count, seed: 1, CancellationToken.None);
        MalformedTraffic.AssertHeld(dps.Target, result);
        return $"no server error, slowest {result.Slowest.TotalMilliseconds:0} ms, heap × {result.HeapGrowth:0.00}, {dps.WebhooksAsked} malformed " +
            "answers of webhooks";
    }

    public int WebhooksAsked => _webhook.Asked;

    public static async Task<MalformedDps> StartedAsync(int seed)
    {
        var logs = new ConcurrentQueue<string>();
        var served = await ServedDps.StartedAsync(null, dps =>
        {
            // Requests beyond the limits would be refused for that alone.
            dps.Options.Limits =
                new ServiceLimits { OperationsPerMinute = int.MaxValue, RegistrationsPerMinute = int.MaxValue, PollsPerTenSeconds = int.MaxValue };
            dps.Logging = logging => logging.AddProvider(new RecordingLogs(logs, LogLevel.Warning));
        });
        var webhook = new MalformedWebhook(seed, """{"payload":{"model":"x","list":[1,"a"]},"iotHubHostName":"hub-one.azure-devices.net"}""");
        await served.PutGroupAsync();
        var customKey = ServedDps.Derived("custom");
        await served.PutGroupAsync("line-custom", new
        {
            allocationPolicy = "custom",
            customAllocationDefinition = new { webhookUrl = webhook.Address, apiVersion = "2021-10-01" },
            attestation = new { type = "symmetricKey", symmetricKey = new { primaryKey = customKey, secondaryKey = customKey } },
        });
        await served.ServiceAsync(HttpMethod.Put, "/enrollments/single", new { registrationId = "single", attestation = new { type = "symmetricKey" } });
        await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"));
        return new MalformedDps(
            served, webhook, new MalformedTarget(served.CreateHandler, [.. OfService(served), .. await OfDevicesAsync(served, customKey)], logs));
    }

    public async ValueTask DisposeAsync()
    {
        await _served.DisposeAsync();
        await _webhook.DisposeAsync();
    }

    private static IEnumerable<ValidRequest> OfService(ServedDps served)
    {
        (string, string)[] token = [("Authorization", served.OwnerToken)];
        (string, string)[] replacing = [.. token, ("If-Match", "*")];
        ValidRequest Call(string method, string path, string? body = null) =>
            ValidRequest.Json(method, Service + path, Version, body, method == "PUT" ? replacing : token);
        var certificate = Convert.ToBase64String(TestCertificates.Authority("root").RawData);
        var single = """
            {"registrationId":"single","deviceId":"single","attestation":{"type":"symmetricKey","symmetricKey":{"primaryKey":"AAAAAAAAAAAAAAAAAAAAAA==","secondaryKey":"AAAAAAAAAAAAAAAAAAAAAA=="}},
            "capabilities":{"iotEdge":false},"iotHubHostName":"hub-one.azure-devices.net","initialTwin":{"tags":{"a":{"b":1}},"properties":{"desired":{"c":[1,2]}}},"optionalDeviceInformation":{"x":"y"},
            "etag":"AAAAAAAAAAE=","provisioningStatus":"enabled","reprovisionPolicy":{"updateHubAssignment":true,"migrateDeviceData":true},"allocationPolicy":"hashed","iotHubs":["hub-one.azure-devices.net"]}
            """;
        var group = $$"""
            {"enrollmentGroupId":"line-x","attestation":{"type":"x509","x509":{"signingCertificates":{"primary":{"certificate":"{{certificate}}" },"secondary":null } } },
            "provisioningStatus":"enabled","allocationPolicy":"custom","customAllocationDefinition":{"webhookUrl":"http://127.0.0.1:1/","apiVersion":"2021-10-01"},"initialTwin":{"tags":{},"properties":{"desired":{ } } } }
            """;
        return
        [
            Call("PUT", "/enrollments/single", single),
            Call("GET", "/enrollments/single"),
            Call("POST", "/enrollments/query", """{"query":"SELECT * FROM enrollments"}"""),
            Call("POST", "/enrollments", $$"""{"mode":"update","enrollments":[{{single}}]}"""),
            Call("POST", "/enrollments/single/attestationmechanism"),
            ValidRequest.Json("PUT", Service + "/enrollmentGroups/line-x", Version, group, token),
            Call("GET", "/enrollmentGroups/line-a"),
            Call("POST", "/enrollmentGroups/query", """{"query":"*"}"""),
            Call("POST", "/enrollmentGroups", $$"""{"mode":"updateIfMatchETag","enrollmentGroups":[{{group}}]}"""),
            Call("POST", "/enrollmentGroups/line-a/attestationmechanism"),
            Call("GET", "/registrations/meter-1"),
            Call("POST", "/registrations/line-a/query", """{"query":"SELECT * FROM registrations"}"""),
        ];
    }

    private static async Task<IEnumerable<ValidRequest>> OfDevicesAsync(ServedDps served, string customKey)
    {
        var devices = $"https://global.azure-devices-provisioning.net/{served.IdScope}/registrations";
        var operation = (string?)(await served.RegisterAsync("meter-1", served.GroupToken("meter-1"))).Json!["operationId"];
        ValidRequest Device(string method, string id, string path, string? body, string token) =>
            ValidRequest.Json(method, $"{devices}/{id}{path}", Version, body, ("Authorization", token));
        var custom = served.DeviceToken("meter-2", ServedDps.Derived("meter-2", customKey));
        return
        [
            Device(
                "PUT", "meter-1", "/register",
                """{"registrationId":"meter-1","payload":{"a":[1,"x",{"b":null}]},"tpm":{"endorsementKey":"x","storageRootKey":"y"},"csr":"z"}""",
                served.GroupToken("meter-1")),
            Device("PUT", "meter-2", "/register", """{"registrationId":"meter-2","payload":{"a":[1,"x",{"b":null}]}}""", custom),
            Device("PUT", "meter-2", "/register", """{"registrationId":"meter-2"}""", custom),
            Device("GET", "meter-1", $"/operations/{operation}", null, served.GroupToken("meter-1")),
            Device("POST", "meter-1", "", """{"registrationId":"meter-1"}""", served.GroupToken("meter-1")),
        ];
    }
}
