using System.Net;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Http;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>What the service API refuses: who asks, what is asked, how often and how much.</summary>
[StartsHosts]
public sealed class ServiceBadInputTests(RefusingDps refusing) : IClassFixture<RefusingDps>
{
    private const string Group = "/enrollmentGroups/line-a";
    private const string Existing = "/enrollmentGroups/exists";

    [Theory]
    [InlineData("nothing")]
    [InlineData("bearer")]
    [InlineData("unknown policy")]
    [InlineData("wrong key")]
    [InlineData("expired")]
    [InlineData("another host")]
    [InlineData("another instance's key")]
    [InlineData("field twice")]
    [InlineData("no expiry")]
    [InlineData("expiry no number")]
    [InlineData("signature cut")]
    [InlineData("long")]
    [InlineData("missing right")]
    public async Task A_caller_who_may_not_is_told_401002_and_why(string fault)
    {
        var served = refusing.Served;
        var settings = served.Dps.Host.Settings;
        var good = served.OwnerToken;
        var token = fault switch
        {
            "nothing" => null,
            "bearer" => "Bearer eyJhbGciOi",
            "unknown policy" => ServedDps.Token(ServedDps.Host, "nobody", served.OwnerKey),
            "wrong key" => ServedDps.Token(ServedDps.Host, SharedAccessPolicy.Owner, ServedDps.GroupKey),
            "expired" => ServedDps.Token(ServedDps.Host, SharedAccessPolicy.Owner, served.OwnerKey, new(2026, 3, 2, 7, 59, 59, TimeSpan.Zero)),
            "another host" => ServedDps.Token("other.dps.localhost", SharedAccessPolicy.Owner, served.OwnerKey),
            "another instance's key" => ServedDps.Token(ServedDps.Host, SharedAccessPolicy.Owner, await KeyAsync("other", SharedAccessPolicy.Owner)),
            "field twice" => good + "&skn=provisioningserviceowner",
            "no expiry" => good.Replace("&se=", "&sx=", StringComparison.Ordinal),
            "expiry no number" => good.Replace("&se=", "&se=-", StringComparison.Ordinal),
            "signature cut" => System.Text.RegularExpressions.Regex.Replace(good, "sig=..", "sig="),
            "long" => good + "&x=" + new string('x', 4000),
            _ => ServedDps.Token(ServedDps.Host, "reader", await KeyAsync(ServedDps.Instance, "reader")),
        };

        var answered = await ServedDps.SendAsync(served.Http, HttpMethod.Get, $"https://{ServedDps.Host}{Existing}", null, token);

        Assert.Equal((HttpStatusCode.Unauthorized, 401002), (answered.Status, answered.Code));
        Assert.True(answered.Message.Length > 20);
        Assert.Equal(HttpStatusCode.OK, (await served.ServiceAsync(HttpMethod.Get, Existing)).Status);

        async Task<string> KeyAsync(string instance, string policy) =>
            (await settings.RevealPolicyAsync(RunningDps.Tester, instance, policy, default)).Value().PrimaryKey;
    }

    [Fact]
    public async Task A_removed_policy_is_refused_and_the_secondary_key_of_a_policy_works()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        var settings = served.Dps.Host.Settings;
        (await settings.PutPolicyAsync(RunningDps.Tester, ServedDps.Instance, new SharedAccessPolicy("reader", AccessRights.EnrollmentRead), default)).Value();
        var keys = (await settings.RevealPolicyAsync(RunningDps.Tester, ServedDps.Instance, "reader", default)).Value();
        var token = ServedDps.Token(ServedDps.Host, "Reader", keys.SecondaryKey);

        Assert.Equal(HttpStatusCode.OK, (await served.ServiceAsync(HttpMethod.Get, Group, token: token)).Status);
        Assert.Equal(401002, (await served.ServiceAsync(HttpMethod.Delete, Group, token: token)).Code);
        (await settings.RemovePolicyAsync(RunningDps.Tester, ServedDps.Instance, "reader", default)).Value();
        Assert.Equal(401002, (await served.ServiceAsync(HttpMethod.Get, Group, token: token)).Code);
        Assert.DoesNotContain(keys.PrimaryKey, keys.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown instance", 404001)]
    [InlineData("no instance's host", 404001)]
    [InlineData("unknown address", 404000)]
    [InlineData("PATCH", 405000)]
    [InlineData("no api-version", 400001)]
    [InlineData("api-version nonsense", 400001)]
    [InlineData("not json", 400001)]
    [InlineData("member twice", 400001)]
    [InlineData("deep", 400001)]
    [InlineData("half a surrogate pair", 400001)]
    [InlineData("half a pair as a name", 400001)]
    [InlineData("half a pair that nobody reads", 400001)]
    [InlineData("half a pair in raw bytes", 400001)]
    [InlineData("no UTF-8", 400001)]
    [InlineData("null", 400001)]
    [InlineData("no attestation", 400001)]
    [InlineData("attestation null", 400001)]
    [InlineData("attestation without type", 400001)]
    [InlineData("attestation a number", 400001)]
    [InlineData("status unknown", 400001)]
    [InlineData("policy unknown", 400001)]
    [InlineData("short key", 400001)]
    [InlineData("group with TPM", 400001)]
    [InlineData("bad certificate", 400001)]
    [InlineData("hub not linked", 400001)]
    [InlineData("another id", 400001)]
    [InlineData("id of spaces", 400004)]
    [InlineData("id of 129", 400004)]
    [InlineData("text", 415000)]
    [InlineData("no content type", 415000)]
    [InlineData("97 KB", 413000)]
    [InlineData("97 KB in chunks", 413000)]
    [InlineData("exists", 409001)]
    [InlineData("etag of nothing", 404202)]
    [InlineData("query without query", 400001)]
    [InlineData("query a number", 400001)]
    [InlineData("page of none", 400001)]
    [InlineData("page of letters", 400001)]
    [InlineData("foreign continuation", 400001)]
    [InlineData("bulk of eleven", 400001)]
    [InlineData("bulk of none", 400001)]
    [InlineData("bulk mode unknown", 400001)]
    [InlineData("bulk of strings", 400001)]
    public async Task A_bad_request_has_its_own_code_and_says_what_to_do(string fault, int code)
    {
        var served = refusing.Served;
        JsonObject With(string member, JsonNode? value)
        {
            var body = ServiceApiTests.Enrollment("line-a", "enrollmentGroupId");
            body[member] = value;
            return body;
        }

        Task<Answered> Put(object body, string path = Group) => served.ServiceAsync(HttpMethod.Put, path, body);
        Task<Answered> Query(object body, params (string, string)[] headers) =>
            served.ServiceAsync(HttpMethod.Post, "/enrollmentGroups/query", body, headers: headers);
        Task<Answered> Bulk(JsonNode? mode, JsonArray items) =>
            served.ServiceAsync(HttpMethod.Post, "/enrollmentGroups", new JsonObject { ["mode"] = mode, ["enrollmentGroups"] = items });
        JsonObject Attested(JsonObject attestation) => With("attestation", attestation);
        var answered = await (fault switch
        {
            "unknown instance" => ServedDps.SendAsync(served.Http, HttpMethod.Get, $"https://nobody.dps.localhost{Group}", null, served.OwnerToken),
            "no instance's host" => ServedDps.SendAsync(served.Http, HttpMethod.Get, $"https://localhost{Group}", null, served.OwnerToken),
            "unknown address" => served.ServiceAsync(HttpMethod.Get, "/devices/x"),
            "PATCH" => served.ServiceAsync(HttpMethod.Patch, Group, new { }),
            "no api-version" => served.ServiceAsync(HttpMethod.Get, Group + "?v=1"),
            "api-version nonsense" => served.ServiceAsync(HttpMethod.Get, Group + "?api-version=latest"),
            "not json" => Put("{"),
            "member twice" => Put("""{"enrollmentGroupId":"line-a","enrollmentGroupId":"line-b","attestation":{"type":"symmetricKey"}}"""),
            "deep" => Put(new string('[', 200) + new string(']', 200)),
            "null" => Put("null"),
            "no attestation" => Put(new { enrollmentGroupId = "line-a" }),
            "attestation null" => Put(With("attestation", null)),
            "attestation without type" => Put(Attested([])),
            "attestation a number" => Put(With("attestation", 7)),
            "status unknown" => Put(With("provisioningStatus", "off")),
            "policy unknown" => Put(With("allocationPolicy", "nearest")),
            "short key" => Put(Attested(new JsonObject { ["type"] = "symmetricKey", ["symmetricKey"] = new JsonObject { ["primaryKey"] = "AAAA" } })),
            "group with TPM" => Put(Attested(new JsonObject { ["type"] = "tpm", ["tpm"] = new JsonObject { ["endorsementKey"] = "AAAA" } })),
            "bad certificate" => Put(Attested(new JsonObject
            {
                ["type"] = "x509",
                ["x509"] = new JsonObject { ["signingCertificates"] = new JsonObject { ["primary"] = new JsonObject { ["certificate"] = "MIIB" } } },
            })),
            "hub not linked" => Put(With("iotHubs", new JsonArray("elsewhere.azure-devices.net"))),
            "another id" => Put(With("enrollmentGroupId", "line-b")),
            "id of spaces" => Put(With("enrollmentGroupId", "line a"), "/enrollmentGroups/line%20a"),
            "id of 129" => Put(With("enrollmentGroupId", new string('a', 129)), "/enrollmentGroups/" + new string('a', 129)),
            "text" => Put(new StringContent("{}")),
            "no content type" => Put(new ByteArrayContent("{}"u8.ToArray())),
            "97 KB" => Put(With("initialTwin", new JsonObject { ["tags"] = new string('x', 97 * 1024) })),
            "half a surrogate pair" => Put("""{"enrollmentGroupId":"\ud800","attestation":{"type":"symmetricKey"}}"""),
            "half a pair as a name" => Put("""{"enrollmentGroupId":"line-a","attestation":{"type":"symmetricKey"},"a\ud83d":1}"""),
            "half a pair that nobody reads" => Put("""{"enrollmentGroupId":"line-a","attestation":{"type":"symmetricKey"},"x":[{"y":"\udfff"}]}"""),
            "half a pair in raw bytes" =>
                Put(Raw("{\"enrollmentGroupId\":\"line-a\",\"attestation\":{\"type\":\"symmetricKey\"},\"x\":\"\u00ED\u00A0\u0080\"}")),
            "no UTF-8" => Put(Raw("{\"enrollmentGroupId\":\"line-a\",\"attestation\":{\"type\":\"symmetricKey\"},\"\u00FF\":1}")),
            "97 KB in chunks" => Put(new Chunked(97 * 1024)),
            "exists" => Put(ServiceApiTests.Enrollment("exists", "enrollmentGroupId"), "/enrollmentGroups/exists"),
            "etag of nothing" => served.ServiceAsync(HttpMethod.Put, Group, ServiceApiTests.Enrollment("line-a", "enrollmentGroupId"), "AAAAAAAADGk="),
            "query without query" => Query(new { }),
            "query a number" => Query(new { query = 7 }),
            "page of none" => Query(new { query = "*" }, ("x-ms-max-item-count", "0")),
            "page of letters" => Query(new { query = "*" }, ("x-ms-max-item-count", "ten")),
            "foreign continuation" => Query(new { query = "*" }, ("x-ms-continuation", "not base64!")),
            "bulk of eleven" =>
                Bulk("create", new JsonArray([.. Enumerable.Range(0, 11).Select(number => ServiceApiTests.Enrollment($"g-{number}", "enrollmentGroupId"))])),
            "bulk of none" => Bulk("create", []),
            "bulk mode unknown" => Bulk("replace", new JsonArray(ServiceApiTests.Enrollment("line-a", "enrollmentGroupId"))),
            _ => Bulk("create", new JsonArray("line-a")),
        });

        Assert.True((code, code / 1000) == (answered.Code, (int)answered.Status), $"{answered.Status} {answered.Json}");
        Assert.True(answered.Message.Length > 15, answered.Message);
        Assert.Equal(
            ["exists"],
            ((JsonArray)(await served.ServiceAsync(HttpMethod.Post, "/enrollmentGroups/query", new { query = "*" })).Json!)
                .Select(group => (string?)group!["enrollmentGroupId"]));
    }

    [Fact]
    public async Task Limits_on_requests_answer_429_with_the_time_to_wait_and_end_with_it()
    {
        await using var served = await ServedDps.StartedAsync(
            null, dps => dps.Options.Limits = new ServiceLimits { OperationsPerMinute = 4, RegistrationsPerMinute = 2, PollsPerTenSeconds = 2 });
        await served.PutGroupAsync();
        var token = served.GroupToken("meter-1");
        served.Dps.SystemClock.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(202, (int)(await served.RegisterAsync("meter-1", token)).Status);
        Assert.Equal(202, (int)(await served.RegisterAsync("meter-1", token)).Status);
        Assert.Equal((429001, "60"), Limited(await served.RegisterAsync("meter-2", served.GroupToken("meter-2"))));
        Assert.Equal([200, 200, 429], await StatusesAsync(3, () => served.DeviceAsync(HttpMethod.Post, "meter-1", token, new { })));
        Assert.Equal(404201, (await served.DeviceAsync(HttpMethod.Post, "meter-2", served.GroupToken("meter-2"), new { })).Code);
        Assert.Equal([200, 200, 200, 429], await StatusesAsync(4, () => served.ServiceAsync(HttpMethod.Get, Group)));
        Assert.Equal((429001, "45"), Limited(await served.ServiceAsync(HttpMethod.Get, Group)));

        served.Dps.SystemClock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(200, (int)(await served.DeviceAsync(HttpMethod.Post, "meter-1", token, new { })).Status);
        served.Dps.SystemClock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(200, (int)(await served.ServiceAsync(HttpMethod.Get, Group)).Status);
        Assert.Equal(202, (int)(await served.RegisterAsync("meter-2", served.GroupToken("meter-2"))).Status);
    }

    [Fact]
    public async Task Switched_off_no_rate_is_refused_and_what_may_be_stored_stays_limited()
    {
        await using var served = await ServedDps.StartedAsync(null, dps =>
        {
            dps.Options.Throttling = false;
            dps.Options.Limits = new ServiceLimits { OperationsPerMinute = 1, RegistrationsPerMinute = 1, PollsPerTenSeconds = 1 };
        });
        await served.PutGroupAsync();
        var token = served.GroupToken("meter-1");

        Assert.Equal([202, 202, 202], await StatusesAsync(3, () => served.RegisterAsync("meter-1", token)));
        Assert.Equal([200, 200, 200], await StatusesAsync(3, () => served.DeviceAsync(HttpMethod.Post, "meter-1", token, new { })));
        for (var number = 1; number < 100; number++)
        {
            await served.PutGroupAsync($"line-{number}");
        }

        Assert.Equal(
            400010,
            (await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/one-more", ServiceApiTests.Enrollment("one-more", "enrollmentGroupId"))).Code);
    }

    [Fact]
    public async Task The_millionth_registration_is_the_last_and_a_known_device_still_registers()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"));
        await served.Dps.StopAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(served.Dps.DataDirectory, "dps.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE Instances SET Registrations = 1000000, IndividualEnrollments = 1000000";
            command.ExecuteNonQuery();
        }

        await served.Dps.StartAsync();
        await served.ConnectAsync();

        Assert.Equal(400010, (await served.RegisterAsync("meter-2", served.GroupToken("meter-2"))).Code);
        Assert.Equal(400010, (await served.ServiceAsync(HttpMethod.Put, "/enrollments/one", ServiceApiTests.Enrollment("one", "registrationId"))).Code);
        Assert.Equal(202, (int)(await served.RegisterAsync("meter-1", served.GroupToken("meter-1"))).Status);
    }

    [Fact]
    public async Task The_fifty_first_hub_and_a_hub_without_a_proper_name_are_refused()
    {
        await using var served = await ServedDps.StartedAsync(null);
        for (var number = 1; number < 50; number++)
        {
            await served.LinkAsync($"hub-{number}.azure-devices.net");
        }

        Assert.Equal(ProvisioningRefusals.HubLimitReached, (await LinkAsync("one-more.azure-devices.net")).Refusal().Code);
        Assert.Equal(ProvisioningRefusals.HubHostNameInvalid, (await LinkAsync("no host name")).Refusal().Code);
        Assert.Equal(ServedDps.Hub, (await LinkAsync(ServedDps.Hub)).Value().HostName);

        Task<Outcome<LinkedHub>> LinkAsync(string name) =>
            served.Dps.Host.Settings.PutHubAsync(RunningDps.Tester, ServedDps.Instance, new LinkedHub(name, "westeurope"), default);
    }

    /// <summary>One character a byte.</summary>
    private static ByteArrayContent Raw(string body) =>
        new(System.Text.Encoding.Latin1.GetBytes(body)) { Headers = { { "Content-Type", "application/json" } } };

    private static (int, string?) Limited(Answered answered) => (answered.Code, answered.Header("Retry-After"));

    private static async Task<List<int>> StatusesAsync(int times, Func<Task<Answered>> ask)
    {
        var statuses = new List<int>();
        for (var time = 0; time < times; time++)
        {
            statuses.Add((int)(await ask()).Status);
        }

        return statuses;
    }

    /// <summary>A body whose length is not announced.</summary>
    private sealed class Chunked : HttpContent
    {
        private readonly int _size;

        public Chunked(int size)
        {
            _size = size;
            Headers.ContentType = new("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(new byte[_size]).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
