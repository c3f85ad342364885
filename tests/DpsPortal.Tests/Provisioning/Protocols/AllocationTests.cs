using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.DeviceApi;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>To which hub a device goes: the four policies, re-provisioning, and the webhook of custom allocation.</summary>
[StartsHosts]
public sealed class AllocationTests
{
    private const string Good = """{"iotHubHostName":"hub-one.azure-devices.net"}""";
    private static readonly LinkedHub[] Hubs = [
        new("a.hubs.net", "westeurope", 1), new("b.hubs.net", "westus", 3), new("c.hubs.net", "westus", 1, ApplyAllocationPolicy: false),
    ];

    [Fact]
    public void Hashed_shares_follow_the_weights_and_a_new_hub_takes_devices_only_to_itself()
    {
        var before = Assigned(Hubs[..2]);
        var after = Assigned([.. Hubs[..2], new LinkedHub("d.hubs.net", "westus", 2)]);

        Assert.InRange(before.Values.Count(hub => hub == "b.hubs.net"), 2900, 3100);
        Assert.All(before.Where(pair => after[pair.Key] != pair.Value), moved => Assert.Equal("d.hubs.net", after[moved.Key]));
        Assert.InRange(after.Values.Count(hub => hub == "d.hubs.net"), 1230, 1440);

        static Dictionary<string, string> Assigned(LinkedHub[] hubs) => Enumerable.Range(0, 4000).ToDictionary(
            number => $"device-{number}", number => Chosen("hashed", [], hubs, $"device-{number}")!);
    }

    [Theory]
    [InlineData("static", "c.hubs.net,a.hubs.net", "c.hubs.net")]
    [InlineData("static", "", null)]
    [InlineData("static", "gone.hubs.net", null)]
    [InlineData("hashed", "gone.hubs.net,C.hubs.net", "c.hubs.net")]
    [InlineData("geoLatency", "", "a.hubs.net")]
    [InlineData("geoLatency", "b.hubs.net", "b.hubs.net")]
    public void A_policy_chooses_among_the_hubs_that_the_enrollment_names_or_all_that_take_part(string policy, string named, string? expected)
    {
        var names = named.Split(',', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(expected, Chosen(policy, names, Hubs, "device-1"));
    }

    [Theory]
    [InlineData(true, true, "deviceDataMigrated")]
    [InlineData(true, false, "deviceDataReset")]
    [InlineData(false, true, "initialAssignment")]
    public async Task A_device_that_registers_again_moves_only_where_its_enrollment_lets_it(bool update, bool migrate, string substatus)
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.LinkAsync("two.hubs.net");
        var group = (await served.PutGroupAsync(
            "line-a",
            new { allocationPolicy = "static", iotHubs = new[] { ServedDps.Hub },
                reprovisionPolicy = new { updateHubAssignment = update, migrateDeviceData = migrate } })).Json!;
        await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"));
        Assert.Equal("initialAssignment", await AgainAsync());

        group = await MoveToAsync("two.hubs.net", group);
        Assert.Equal(substatus, await AgainAsync());
        Assert.Equal(
            update ? "two.hubs.net" : ServedDps.Hub, (string?)(await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1")).Json!["assignedHub"]);

        await MoveToAsync(ServedDps.Hub, group);
        Assert.Equal(update ? "reprovisionedToInitialAssignment" : "initialAssignment", await AgainAsync());

        async Task<string?> AgainAsync() =>
            (string?)(await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"))).Json!["registrationState"]!["substatus"];

        async Task<JsonNode> MoveToAsync(string hub, JsonNode current)
        {
            current["iotHubs"] = new JsonArray(hub);
            return (await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-a", current, (string?)current["etag"])).Json!;
        }
    }

    [Fact]
    public async Task Without_a_linked_hub_the_registration_fails_and_says_so()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        (await served.Dps.Host.Settings.RemoveHubAsync(RunningDps.Tester, ServedDps.Instance, ServedDps.Hub, default)).Value();

        var done = await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"));

        Assert.Equal(("failed", 400208), ((string?)done.Json!["status"], (int)done.Json["registrationState"]!["errorCode"]!));
        Assert.Contains("No IoT hub is linked", (string?)done.Json["registrationState"]!["errorMessage"], StringComparison.Ordinal);
        await served.LinkAsync(ServedDps.Hub);
        Assert.Equal("assigned", (string?)(await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"))).Json!["status"]);
    }

    [Theory]
    [InlineData("""{"iotHubHostName":"hub-one.azure-devices.net","payload":{"model":"x"}}""", "200 OK", "assigned")]
    [InlineData("""{"iotHubHostName":"elsewhere.azure-devices.net"}""", "200 OK", "failed")]
    [InlineData("not json", "200 OK", "failed")]
    [InlineData("""{"iotHubHostName":"\ud800"}""", "200 OK", "failed")]
    [InlineData("""{"iotHubHostName":"hub-one.azure-devices.net","payload":{"model":["\udc00\ud800"]}}""", "200 OK", "failed")]
    [InlineData("""{"iotHubHostName":"hub-one.azure-devices.net","payload":{"\ud800":"x"}}""", "200 OK", "failed")]
    [InlineData("""{"iotHubHostName":"hub-one.azure-devices.net","iotHubHostName":"hub-one.azure-devices.net"}""", "200 OK", "failed")]
    [InlineData(
        """{"iotHubHostName":"hub-one.azure-devices.net","payload":{"model":"x"}}""",
        "200 OK\r\nX-Content: y\r\nContent-Type: application/json; charset=nonsense", "assigned")]
    [InlineData("{}", "500 Internal Server Error", "failed")]
    public async Task A_webhook_on_this_machine_decides_and_one_that_answers_nonsense_fails_the_registration(string answer, string status, string expected)
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var webhook = new Webhook(status, answer);
        await PutCustomAsync(served, webhook.Address);

        var (done, _) = await DecidedAsync(served, new { registrationId = "meter-1", payload = new { ask = 7 } });

        Assert.Equal(expected, (string?)done.Json!["status"]);
        Assert.Equal(expected == "failed" ? 400207 : 0, (int?)done.Json["registrationState"]!["errorCode"] ?? 0);
        Assert.Equal(expected == "failed" ? null : "x", (string?)done.Json["registrationState"]!["payload"]?["model"]);
        var asked = JsonNode.Parse(await webhook.Received)!;
        Assert.Equal(
            ("meter-1", 7, "line-a"),
            (
                (string?)asked["deviceRuntimeContext"]!["registrationId"], (int)asked["deviceRuntimeContext"]!["payload"]!["ask"]!,
                (string?)asked["enrollmentGroup"]!["enrollmentGroupId"]));
        Assert.DoesNotContain(ServedDps.GroupKey, asked.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://functions.example.com/allocate")]
    [InlineData("http://169.254.169.254/metadata")]
    [InlineData("file:///etc/passwd")]
    public async Task A_webhook_elsewhere_is_not_called(string address)
    {
        await using var served = await ServedDps.StartedAsync(null);
        await PutCustomAsync(served, address);

        var state = (await DecidedAsync(served)).Answered.Json!["registrationState"]!;

        Assert.Equal(400207, (int)state["errorCode"]!);
        Assert.Contains("Provisioning:AllowedWebhookHosts", (string?)state["errorMessage"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_is_answered_before_the_webhook_has_and_looks_up_until_it_has()
    {
        await using var served = await ServedDps.StartedAsync(null);
        var release = new TaskCompletionSource();
        using var webhook = new Webhook("200 OK", Good, release.Task);
        await PutCustomAsync(served, webhook.Address);
        var token = served.GroupToken("meter-1");
        var decided = OutcomeAsync(served);

        var accepted = await served.RegisterAsync("meter-1", token);

        await webhook.Received;
        Assert.Equal((HttpStatusCode.Accepted, "assigning"), (accepted.Status, (string?)accepted.Json!["status"]));
        var early = await served.DeviceAsync(HttpMethod.Get, $"meter-1/operations/{accepted.Json["operationId"]}", token);
        Assert.Equal((HttpStatusCode.Accepted, "assigning", "0"), (early.Status, (string?)early.Json!["status"], early.Header("Retry-After")));
        Assert.Equal((string?)accepted.Json["operationId"], (string?)early.Json["operationId"]);
        Assert.Equal("assigning", (string?)(await served.DeviceAsync(HttpMethod.Post, "meter-1", token, new { })).Json!["status"]);
        Assert.Equal("assigning", (string?)(await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1")).Json!["status"]);

        release.SetResult();
        Assert.Equal((200, "initialAssignment, custom"), await decided is var entry ? (entry.StatusCode, entry.Description) : default);
        var done = await served.DeviceAsync(HttpMethod.Get, $"meter-1/operations/{accepted.Json["operationId"]}", token);
        Assert.Equal((HttpStatusCode.OK, "assigned"), (done.Status, (string?)done.Json!["status"]));
    }

    [Theory]
    [InlineData("401 Unauthorized", "{}", "status 401")]
    [InlineData("500 Internal Server Error", "{}", "status 500")]
    [InlineData("204 No Content", "", "status 204")]
    [InlineData("200 OK", """{"iotHubHostName":"elsewhere.azure-devices.net"}""", "status 200, but named no IoT hub")]
    [InlineData("200 OK", "null", "status 200, but named no IoT hub")]
    [InlineData("200 OK", "not json", "status 200, but what it answered is not JSON")]
    [InlineData("200 OK", "64 KB", "more than 64 KB")]
    [InlineData("", "", "could not be reached")]
    public async Task Each_way_in_which_a_webhook_fails_is_on_record_in_words_of_its_own(string status, string answer, string words)
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var webhook = new Webhook(status, answer == "64 KB" ? Good.PadRight(64 * 1024 + 1) : answer);
        await PutCustomAsync(served, webhook.Address);
        if (status.Length == 0)
        {
            webhook.Dispose();
        }

        var (done, entry) = await DecidedAsync(served);

        Assert.Equal((OperationCategory.DeviceOperations, 400, 400207, "meter-1"), (entry.Category, entry.StatusCode, entry.ErrorCode, entry.RecordId));
        Assert.Contains(words, entry.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", entry.Description, StringComparison.Ordinal);
        Assert.Equal(("failed", entry.Description), ((string?)done.Json!["status"], (string?)done.Json["registrationState"]!["errorMessage"]));
    }

    [Theory]
    [InlineData("\"a text\"")]
    [InlineData("7")]
    [InlineData("[1]")]
    public async Task A_payload_that_is_no_object_is_not_delivered_and_the_log_says_so(string payload)
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var webhook = new Webhook("200 OK", $$$"""{"iotHubHostName":"hub-one.azure-devices.net","payload":{{{payload}}}}""");
        await PutCustomAsync(served, webhook.Address);

        var (done, entry) = await DecidedAsync(served);

        Assert.Equal("assigned", (string?)done.Json!["status"]);
        Assert.Null(done.Json["registrationState"]!["payload"]);
        Assert.Contains("was not delivered", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_under_way_when_the_service_stopped_has_failed_and_the_device_registers_again()
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var never = new Webhook("200 OK", Good, new TaskCompletionSource().Task);
        await PutCustomAsync(served, never.Address);
        var token = served.GroupToken("meter-1");
        var accepted = await served.RegisterAsync("meter-1", token);
        await never.Received;

        await served.Dps.RestartAsync();
        await served.ConnectAsync();

        var done = await served.DeviceAsync(HttpMethod.Get, $"meter-1/operations/{accepted.Json!["operationId"]}", token);
        Assert.Equal((HttpStatusCode.OK, "failed", 400207), (done.Status, (string?)done.Json!["status"], (int)done.Json["registrationState"]!["errorCode"]!));
        Assert.Contains("Register again", (string?)done.Json["registrationState"]!["errorMessage"], StringComparison.Ordinal);
        Assert.Equal("failed", (string?)(await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1")).Json!["status"]);
        using var webhook = new Webhook("200 OK", Good);
        await PutCustomAsync(served, webhook.Address, "*");
        Assert.Equal("assigned", (string?)(await DecidedAsync(served)).Answered.Json!["status"]);
    }

    [Fact]
    public async Task A_webhook_that_answers_after_the_device_has_registered_anew_changes_nothing()
    {
        await using var served = await ServedDps.StartedAsync(null);
        var release = new TaskCompletionSource();
        using var late = new Webhook("401 Unauthorized", "{}", release.Task);
        await PutCustomAsync(served, late.Address);
        var token = served.GroupToken("meter-1");
        await served.RegisterAsync("meter-1", token);
        await late.Received;
        await served.PutGroupAsync("line-a", new { allocationPolicy = "hashed" }, "*");

        Assert.Equal("assigned", (string?)(await served.RegisteredAsync("meter-1", token)).Json!["status"]);
        var decided = OutcomeAsync(served);
        release.SetResult();

        Assert.Equal(412001, (await decided).ErrorCode);
        Assert.Equal("assigned", (string?)(await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1")).Json!["status"]);
    }

    [Fact]
    public async Task Revoked_while_the_webhook_is_asked_nothing_is_stored_and_after_the_restore_the_device_registers_again()
    {
        var vault = new FakeVault();
        await using var served = await ServedDps.StartedAsync(vault);
        var release = new TaskCompletionSource();
        using var webhook = new Webhook("200 OK", Good, release.Task);
        await PutCustomAsync(served, webhook.Address);
        var token = served.GroupToken("meter-1");
        var accepted = await served.RegisterAsync("meter-1", token);
        await webhook.Received;
        vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        await served.Dps.RecheckAsync(ServedDps.Instance);
        var decided = OutcomeAsync(served);
        release.SetResult();

        Assert.Equal((503, 503011, KeyAccess.Revoked), await decided is var entry ? (entry.StatusCode, entry.ErrorCode, entry.Denial!.Access) : default);
        vault.DeniedTokens.Clear();
        await served.Dps.RecheckAsync(ServedDps.Instance);
        var done = await served.DeviceAsync(HttpMethod.Get, $"meter-1/operations/{accepted.Json!["operationId"]}", token);
        Assert.Equal("failed", (string?)done.Json!["status"]);
        Assert.Contains("Register again", (string?)done.Json["registrationState"]!["errorMessage"], StringComparison.Ordinal);
    }

    private static Task<Answered> PutCustomAsync(ServedDps served, string webhook, string? ifMatch = null) =>
        served.PutGroupAsync(
            "line-a", new { allocationPolicy = "custom", customAllocationDefinition = new { webhookUrl = webhook, apiVersion = "2021-10-01" } }, ifMatch);

    /// <summary>Registers, waits until the webhook's answer is on record, and looks up what it came to.</summary>
    private static async Task<(Answered Answered, OperationEntry Entry)> DecidedAsync(ServedDps served, object? body = null)
    {
        var decided = OutcomeAsync(served);
        var accepted = await served.RegisterAsync("meter-1", served.GroupToken("meter-1"), body);
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var entry = await decided;
        return (await served.DeviceAsync(HttpMethod.Get, $"meter-1/operations/{accepted.Json!["operationId"]}", served.GroupToken("meter-1")), entry);
    }

    private static async Task<OperationEntry> OutcomeAsync(ServedDps served)
    {
        var found = new TaskCompletionSource<OperationEntry>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = served.Dps.Host.Events.Subscribe(happened =>
        {
            if (happened is ProvisioningEvent.OperationLogged { Entry: { Operation: "CustomAllocation" } entry })
            {
                found.TrySetResult(entry);
            }
        });
        return await found.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static string? Chosen(string policy, IReadOnlyList<string> named, LinkedHub[] linked, string device)
    {
        var terms = new EnrollmentTerms(null, null, "symmetricKey", false, policy, named, new ReprovisionPolicy(), null, () => []);
        return (HubAllocation.Choose(terms, HubAllocation.Candidates(terms, linked), "westeurope", device) as HubChoice.Hub)?.HostName!;
    }

    /// <summary>Answers one POST on loopback.</summary>
    private sealed class Webhook : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        private readonly TaskCompletionSource<string> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <param name="held">The answer waits for it.</param>
        public Webhook(string status, string answer, Task? held = null)
        {
            _listener.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/allocate";
            _ = ServeAsync(status, answer, held ?? Task.CompletedTask);
        }

        public string Address { get; }

        public Task<string> Received => _received.Task;

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(string status, string answer, Task held)
        {
            using var client = await _listener.AcceptTcpClientAsync();
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            var length = 0;
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
            {
                if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                {
                    length = int.Parse(line[15..], System.Globalization.CultureInfo.InvariantCulture);
                }
            }

            var body = new char[length];
            await reader.ReadBlockAsync(body);
            _received.SetResult(new string(body));
            await held;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(
                $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n{answer}"));
        }
    }
}
