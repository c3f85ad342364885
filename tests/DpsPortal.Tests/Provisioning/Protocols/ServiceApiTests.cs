using System.Net;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>DPS's service API: enrollments, enrollment groups and registration records over HTTP.</summary>
[StartsHosts]
public sealed class ServiceApiTests
{
    [Theory]
    [InlineData("enrollments", "registrationId")]
    [InlineData("enrollmentGroups", "enrollmentGroupId")]
    public async Task An_enrollment_is_created_read_replaced_by_its_etag_and_deleted(string path, string idMember)
    {
        await using var served = await ServedDps.StartedAsync(null);
        var body = Enrollment("Line-1", idMember);

        var made = await served.ServiceAsync(HttpMethod.Put, $"/{path}/Line-1", body);

        Assert.Equal(
            (HttpStatusCode.OK, "line-1", "enabled", "hashed"),
            (made.Status, (string?)made.Json![idMember], (string?)made.Json["provisioningStatus"], (string?)made.Json["allocationPolicy"]));
        Assert.True((bool)made.Json["reprovisionPolicy"]!["updateHubAssignment"]!);
        var read = await served.ServiceAsync(HttpMethod.Get, $"/{path}/LINE-1");
        Assert.Empty((JsonObject)read.Json!["attestation"]!["symmetricKey"]!);
        made.Json["attestation"]!["symmetricKey"] = new JsonObject();
        Assert.Equal(made.Json.ToJsonString(), read.Json.ToJsonString());

        // What was read can be changed and put back; the keys stay.
        var keys = (await served.ServiceAsync(HttpMethod.Post, $"/{path.ToLowerInvariant()}/line-1/attestationmechanism")).Json!["symmetricKey"]!;
        read.Json["provisioningStatus"] = "disabled";
        var etag = (string)read.Json["etag"]!;
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await served.ServiceAsync(HttpMethod.Put, $"/{path}/line-1", read.Json, "AAAAAAAADGk=")).Status);
        var replaced = await served.ServiceAsync(HttpMethod.Put, $"/{path}/line-1", read.Json, $"\"{etag}\"");
        Assert.Equal((HttpStatusCode.OK, "disabled"), (replaced.Status, (string?)replaced.Json!["provisioningStatus"]));
        Assert.NotEqual(etag, (string?)replaced.Json["etag"]);
        Assert.Equal(
            keys.ToJsonString(),
            (await served.ServiceAsync(HttpMethod.Post, $"/{path}/line-1/attestationmechanism")).Json!["symmetricKey"]!.ToJsonString());

        Assert.Equal(HttpStatusCode.PreconditionFailed, (await served.ServiceAsync(HttpMethod.Delete, $"/{path}/line-1", null, etag)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await served.ServiceAsync(HttpMethod.Delete, $"/{path}/line-1", null, (string?)replaced.Json["etag"])).Status);
        Assert.Equal(404202, (await served.ServiceAsync(HttpMethod.Delete, $"/{path}/line-1")).Code);
        Assert.Equal(404202, (await served.ServiceAsync(HttpMethod.Get, $"/{path}/line-1")).Code);
    }

    [Fact]
    public async Task Every_member_that_a_client_may_set_comes_back_and_those_it_may_not_are_left_aside()
    {
        await using var served = await ServedDps.StartedAsync(null);
        var body = Enrollment("meter-1", "registrationId");
        body["deviceId"] = "pump";
        body["optionalDeviceInformation"] = new JsonObject { ["additionalProperties"] = new JsonObject { ["rack"] = 4 } };
        body["capabilities"] = new JsonObject { ["iotEdge"] = true };
        body["initialTwin"] =
            new JsonObject { ["tags"] = new JsonObject { ["site"] = "north" },
                ["properties"] = new JsonObject { ["desired"] = new JsonObject { ["interval"] = 300 } } };
        body["reprovisionPolicy"] = new JsonObject { ["updateHubAssignment"] = false, ["migrateDeviceData"] = false };
        body["allocationPolicy"] = "static";
        body["iotHubs"] = new JsonArray(ServedDps.Hub);
        body["customAllocationDefinition"] = new JsonObject { ["webhookUrl"] = "https://localhost:1/x", ["apiVersion"] = "2021-10-01" };
        var sent = body.DeepClone();
        body["registrationState"] = new JsonObject { ["status"] = "assigned" };
        body["createdDateTimeUtc"] = "2001-01-01T00:00:00Z";
        body["admin"] = true;

        var made = await served.ServiceAsync(HttpMethod.Put, "/enrollments/meter-1", body);

        Assert.Equal(HttpStatusCode.OK, made.Status);
        foreach (var member in ((JsonObject)sent).Where(member => member.Key != "attestation"))
        {
            Assert.True(JsonNode.DeepEquals(member.Value, made.Json![member.Key]), member.Key);
        }

        Assert.Null(made.Json!["registrationState"]);
        Assert.Null(made.Json["admin"]);
        Assert.StartsWith("2026-03-02", (string)made.Json["createdDateTimeUtc"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_gives_pages_with_continuation_until_everything_was_seen_once()
    {
        await using var served = await ServedDps.StartedAsync(null);
        for (var number = 0; number < 7; number++)
        {
            await served.PutGroupAsync($"line-{number}");
        }

        var seen = new List<string>();
        string? continuation = null;
        do
        {
            (string, string)[] headers = [
                ("x-ms-max-item-count", "3"), .. continuation is null ? Array.Empty<(string, string)>() : [("x-ms-continuation", continuation)],
            ];
            var page = await served.ServiceAsync(
                HttpMethod.Post, "/enrollmentGroups/query", new { query = "select * from EnrollmentGroups" }, headers: headers);
            Assert.Equal((HttpStatusCode.OK, "EnrollmentGroup", "3"), (page.Status, page.Header("x-ms-item-type"), page.Header("x-ms-max-item-count")));
            Assert.InRange(((JsonArray)page.Json!).Count, 1, 3);
            seen.AddRange(((JsonArray)page.Json).Select(group => (string)group!["enrollmentGroupId"]!));
            continuation = page.Header("x-ms-continuation");
        }
        while (continuation is not null);

        Assert.Equal(Enumerable.Range(0, 7).Select(number => $"line-{number}"), seen);
        Assert.Equal(7, ((JsonArray)(await served.ServiceAsync(HttpMethod.Post, "/enrollmentGroups/query", new { query = "*" })).Json!).Count);
        Assert.Empty((JsonArray)(await served.ServiceAsync(HttpMethod.Post, "/enrollments/query", new { query = "*" })).Json!);
    }

    [Fact]
    public async Task Registration_records_of_a_group_are_queried_read_and_deleted_by_etag()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"));
        await served.RegisteredAsync("meter-2", served.GroupToken("meter-2"));

        var page = await served.ServiceAsync(HttpMethod.Post, "/registrations/Line-A/query");
        Assert.Equal(["meter-1", "meter-2"], ((JsonArray)page.Json!).Select(state => (string?)state!["registrationId"]));
        Assert.Equal("DeviceRegistration", page.Header("x-ms-item-type"));
        Assert.Empty((JsonArray)(await served.ServiceAsync(HttpMethod.Post, "/registrations/line-b/query", new { query = "*" })).Json!);

        Assert.Equal(412001, (await served.ServiceAsync(HttpMethod.Delete, "/registrations/meter-1", null, "AAAAAAAADGk=")).Code);
        Assert.Equal(
            HttpStatusCode.NoContent, (await served.ServiceAsync(HttpMethod.Delete, "/registrations/meter-1", null, (string?)page.Json![0]!["etag"])).Status);
        Assert.Equal(404201, (await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1")).Code);
    }

    [Fact]
    public async Task A_bulk_operation_carries_out_each_item_for_itself_and_says_which_failed()
    {
        await using var served = await ServedDps.StartedAsync(null);
        JsonObject[] three = [Enrollment("meter-1", "registrationId"), Enrollment("meter-2", "registrationId"), Enrollment("meter 3", "registrationId")];

        var made = await BulkAsync(served, "create", three);
        Assert.False((bool)made.Json!["isSuccessful"]!);
        Assert.Equal(("meter 3", 400004), Assert.Single(Errors(made)));
        Assert.Equal([("meter-1", 409001), ("meter-2", 409001)], Errors(await BulkAsync(served, "create", three[..2])));
        Assert.True((bool)(await BulkAsync(served, "update", three[..2])).Json!["isSuccessful"]!);
        Assert.Equal(("meter-9", 404202), Assert.Single(Errors(await BulkAsync(served, "update", [Enrollment("meter-9", "registrationId")]))));

        var current = (await served.ServiceAsync(HttpMethod.Get, "/enrollments/meter-1")).Json!["etag"]!;
        three[0]["etag"] = current.DeepClone();
        three[1]["etag"] = "AAAAAAAADGk=";
        Assert.Equal(("meter-2", 412001), Assert.Single(Errors(await BulkAsync(served, "updateIfMatchETag", three[..2]))));
        three[0].Remove("etag");
        Assert.Equal(("meter-2", 412001), Assert.Single(Errors(await BulkAsync(served, "delete", three[..2]))));
        Assert.Equal(404202, (await served.ServiceAsync(HttpMethod.Get, "/enrollments/meter-1")).Code);
    }

    [Fact]
    public async Task A_certificate_comes_back_with_the_info_that_DPS_reads_from_it()
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var authority = TestCertificates.Authority("Contoso signing");
        var body = Enrollment("with-chain", "enrollmentGroupId");
        body["attestation"] = new JsonObject
        {
            ["type"] = "x509",
            ["x509"] = new JsonObject
            {
                ["signingCertificates"] = new JsonObject { ["primary"] = new JsonObject { ["certificate"] = Convert.ToBase64String(authority.RawData) } },
            },
        };

        var made = await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/with-chain", body);

        var info = made.Json!["attestation"]!["x509"]!["signingCertificates"]!["primary"]!["info"]!;
        Assert.Equal(("CN=Contoso signing", authority.Thumbprint, 3), ((string?)info["subjectName"], (string?)info["sha1Thumbprint"], (int)info["version"]!));
    }

    private static Task<Answered> BulkAsync(ServedDps served, string mode, JsonObject[] items) =>
        served.ServiceAsync(
            HttpMethod.Post, "/enrollments/", new JsonObject { ["mode"] = mode, ["enrollments"] = new JsonArray([.. items.Select(item => item.DeepClone())]) });

    private static List<(string Id, int Code)> Errors(Answered answered) =>
        [.. ((JsonArray)answered.Json!["errors"]!).Select(error => ((string)error!["registrationId"]!, (int)error["errorCode"]!))];

    internal static JsonObject Enrollment(string id, string idMember) => new()
    {
        [idMember] = id,
        ["attestation"] = new JsonObject { ["type"] = "symmetricKey" },
    };
}
