using System.Net;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>The device API as Microsoft's clients use it, where they rely on more than that a registration succeeds.</summary>
[StartsHosts]
public sealed class DeviceClientTests
{
    [Theory]
    [InlineData("group")]
    [InlineData("individual")]
    public async Task A_device_whose_enrollment_is_disabled_is_accepted_and_learns_it_from_the_look_up_and_is_on_record(string by)
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync("line-a", new { provisioningStatus = "disabled" });
        if (by == "individual")
        {
            await PutIndividualAsync(served, "meter-1", "disabled");
        }

        var token = by == "group" ? served.GroupToken("meter-1") : served.DeviceToken("meter-1", ServedDps.GroupKey);
        var accepted = await served.RegisterAsync("meter-1", token);

        Assert.Equal((HttpStatusCode.Accepted, "assigning"), (accepted.Status, (string?)accepted.Json!["status"]));
        var done = await served.DeviceAsync(HttpMethod.Get, $"meter-1/operations/{accepted.Json["operationId"]}", token);
        Assert.Equal((HttpStatusCode.OK, "disabled"), (done.Status, (string?)done.Json!["status"]));
        var state = done.Json["registrationState"]!;
        Assert.Equal(("disabled", "meter-1", null), ((string?)state["status"], (string?)state["registrationId"], (string?)state["assignedHub"]));

        var record = (await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1")).Json!;
        Assert.Equal("disabled", (string?)record["status"]);
        Assert.True(
            record["etag"] is not null && record["createdDateTimeUtc"] is not null && record["lastUpdatedDateTimeUtc"] is not null, record.ToJsonString());
        Assert.Equal((string?)record["etag"], (string?)state["etag"]);
        if (by == "group")
        {
            Assert.Equal(
                ["meter-1"],
                (await served.ServiceAsync(HttpMethod.Post, "/registrations/line-a/query", new { query = "*" })).Json!.AsArray()
                    .Select(item => (string?)item!["registrationId"]));
        }
    }

    [Fact]
    public async Task A_device_that_was_disabled_for_a_while_keeps_its_hub_on_record_and_goes_on_where_it_was()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.LinkAsync("two.hubs.net");
        var group = (await served.PutGroupAsync("line-a", new { allocationPolicy = "static", iotHubs = new[] { ServedDps.Hub } })).Json!;
        await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"));

        await ChangeAsync("provisioningStatus", "disabled");
        Assert.Equal("disabled", (string?)(await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"))).Json!["status"]);
        var record = (await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1")).Json!;
        Assert.Equal(("disabled", ServedDps.Hub), ((string?)record["status"], (string?)record["assignedHub"]));

        await ChangeAsync("provisioningStatus", "enabled");
        await ChangeAsync("iotHubs", new JsonArray("two.hubs.net"));
        var again = (await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"))).Json!["registrationState"]!;
        Assert.Equal(
            ("assigned", "two.hubs.net", "deviceDataMigrated"), ((string?)again["status"], (string?)again["assignedHub"], (string?)again["substatus"]));

        async Task ChangeAsync(string member, JsonNode value)
        {
            group[member] = value;
            group = (await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-a", group, "*")).Json!;
        }
    }

    [Fact]
    public async Task A_leaf_alone_below_an_intermediate_certificate_is_refused_until_the_chain_is_sent()
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var root = TestCertificates.Authority("Contoso root");
        using var line = TestCertificates.Authority("Contoso line", root);
        await served.ServiceAsync(
            HttpMethod.Put, "/enrollmentGroups/line-a",
            ServiceClientTests.X509("enrollmentGroupId", "line-a", "signingCertificates", "primary", line.ExportCertificatePem()));
        using var leaf = TestCertificates.Device("meter-1", line);

        using var alone = served.Client(leaf);
        using var whole = served.Client(leaf, line);
        var refused = await served.RegisterAsync("meter-1", null, client: alone);

        Assert.Equal((HttpStatusCode.Unauthorized, 401002), (refused.Status, refused.Code));
        Assert.Contains("chain", refused.Message, StringComparison.Ordinal);
        Assert.Equal("assigned", (string?)(await served.RegisteredAsync("meter-1", "", whole)).Json!["status"]);
    }

    [Theory]
    [InlineData("CN=meter-1, OU=line", true)]
    [InlineData("OU=other, CN=Meter-1, O=Contoso", true)]
    [InlineData("OU=meter-1", false)]
    [InlineData("O=meter-1", false)]
    [InlineData("CN=meter-2, OU=meter-1", false)]
    public async Task The_common_name_alone_names_a_device(string subject, bool accepted)
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var root = TestCertificates.Authority("Contoso root");
        await served.ServiceAsync(
            HttpMethod.Put, "/enrollmentGroups/line-a",
            ServiceClientTests.X509("enrollmentGroupId", "line-a", "signingCertificates", "primary", root.ExportCertificatePem()));
        using var own = TestCertificates.Named(subject, root);
        using var device = served.Client(own);
        Assert.Equal(accepted ? 0 : 401002, (await served.RegisterAsync("meter-1", null, client: device)).Code);

        using var single = TestCertificates.Named(subject);
        await served.ServiceAsync(
            HttpMethod.Put, "/enrollments/meter-1",
            ServiceClientTests.X509("registrationId", "meter-1", "clientCertificates", "primary", single.ExportCertificatePem()));
        using var enrolled = served.Client(single);
        Assert.Equal(accepted ? 0 : 401002, (await served.RegisterAsync("meter-1", null, client: enrolled)).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_unknown_device_with_a_certificate_is_401002_also_where_no_group_takes_certificates(bool withOtherGroup)
    {
        await using var served = await ServedDps.StartedAsync(null);
        if (withOtherGroup)
        {
            await served.PutGroupAsync();
        }

        using var certificate = TestCertificates.Device("meter-1");
        using var device = served.Client(certificate);

        var refused = await served.RegisterAsync("meter-1", null, client: device);

        Assert.Equal((HttpStatusCode.Unauthorized, 401002), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task A_device_that_is_still_in_its_hub_after_its_record_was_deleted_is_reprovisioned_to_it()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.LinkAsync("two.hubs.net");
        var group = (await served.PutGroupAsync("line-a", new { allocationPolicy = "static", iotHubs = new[] { ServedDps.Hub } })).Json!;

        Assert.Equal("initialAssignment", await SubstatusAsync("meter-1"));
        Assert.Equal("initialAssignment", await SubstatusAsync("meter-1"));
        await ForgetAsync();
        Assert.Equal("reprovisionedToInitialAssignment", await SubstatusAsync("meter-1"));
        Assert.Equal("initialAssignment", await SubstatusAsync("meter-2"));

        // Another hub does not know it.
        await ForgetAsync();
        group["iotHubs"] = new JsonArray("two.hubs.net");
        await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-a", group, "*");
        Assert.Equal("initialAssignment", await SubstatusAsync("meter-1"));

        async Task ForgetAsync() => Assert.Equal(HttpStatusCode.NoContent, (await served.ServiceAsync(HttpMethod.Delete, "/registrations/meter-1")).Status);

        async Task<string?> SubstatusAsync(string id) =>
            (string?)(await served.RegisteredAsync(id, served.GroupToken(id))).Json!["registrationState"]!["substatus"];
    }

    private static async Task PutIndividualAsync(ServedDps served, string id, string status)
    {
        var answered = await served.ServiceAsync(
            HttpMethod.Put, $"/enrollments/{id}",
            new { registrationId = id, provisioningStatus = status,
                attestation = new { type = "symmetricKey", symmetricKey = new { primaryKey = ServedDps.GroupKey, secondaryKey = ServedDps.GroupKey } } });
        Assert.Equal(HttpStatusCode.OK, answered.Status);
    }
}
