using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Registrations;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>To which hub a device goes: the four policies, re-provisioning, and the webhook of custom allocation.</summary>
public sealed class AllocationTests
{
    private static readonly LinkedHub[] Hubs = [new("a.hubs.net", "westeurope", 1), new("b.hubs.net", "westus", 3), new("c.hubs.net", "westus", 1, ApplyAllocationPolicy: false)];

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
        var group = (await served.PutGroupAsync("line-a", new { allocationPolicy = "static", iotHubs = new[] { ServedDps.Hub }, reprovisionPolicy = new { updateHubAssignment = update, migrateDeviceData = migrate } })).Json!;
        await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"));
        Assert.Equal("initialAssignment", await AgainAsync());

        group = await MoveToAsync("two.hubs.net", group);
        Assert.Equal(substatus, await AgainAsync());
        Assert.Equal(update ? "two.hubs.net" : ServedDps.Hub, (string?)(await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1")).Json!["assignedHub"]);

        await MoveToAsync(ServedDps.Hub, group);
        Assert.Equal(update ? "reprovisionedToInitialAssignment" : "initialAssignment", await AgainAsync());

        async Task<string?> AgainAsync() => (string?)(await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"))).Json!["registrationState"]!["substatus"];

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
    [InlineData("""{"iotHubHostName":"hub-one.azure-devices.net","payload":{"model":"x"}}""", "200 OK\r\nX-Content: y\r\nContent-Type: application/json; charset=nonsense", "assigned")]
    [InlineData("{}", "500 Internal Server Error", "failed")]
    public async Task A_webhook_on_this_machine_decides_and_one_that_answers_nonsense_fails_the_registration(string answer, string status, string expected)
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var webhook = new Webhook(status, answer);
        await served.PutGroupAsync("line-a", new { allocationPolicy = "custom", customAllocationDefinition = new { webhookUrl = webhook.Address, apiVersion = "2021-10-01" } });

        var done = await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"), body: new { registrationId = "meter-1", payload = new { ask = 7 } });

        Assert.Equal(expected, (string?)done.Json!["status"]);
        Assert.Equal(expected == "failed" ? 400207 : 0, (int?)done.Json["registrationState"]!["errorCode"] ?? 0);
        Assert.Equal(expected == "failed" ? null : "x", (string?)done.Json["registrationState"]!["payload"]?["model"]);
        var asked = JsonNode.Parse(await webhook.Received)!;
        Assert.Equal(("meter-1", 7, "line-a"), ((string?)asked["deviceRuntimeContext"]!["registrationId"], (int)asked["deviceRuntimeContext"]!["payload"]!["ask"]!, (string?)asked["enrollmentGroup"]!["enrollmentGroupId"]));
        Assert.DoesNotContain(ServedDps.GroupKey, asked.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://functions.example.com/allocate")]
    [InlineData("http://169.254.169.254/metadata")]
    [InlineData("file:///etc/passwd")]
    public async Task A_webhook_elsewhere_is_not_called(string address)
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync("line-a", new { allocationPolicy = "custom", customAllocationDefinition = new { webhookUrl = address, apiVersion = "2021-10-01" } });

        var state = (await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"))).Json!["registrationState"]!;

        Assert.Equal(400207, (int)state["errorCode"]!);
        Assert.Contains("Provisioning:AllowedWebhookHosts", (string?)state["errorMessage"], StringComparison.Ordinal);
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

        public Webhook(string status, string answer)
        {
            _listener.Start();
            Received = ServeAsync(status, answer);
        }

        public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/allocate";

        public Task<string> Received { get; }

        public void Dispose() => _listener.Dispose();

        private async Task<string> ServeAsync(string status, string answer)
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
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n{answer}"));
            return new string(body);
        }
    }
}
