using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>
/// The service API as Microsoft's clients for .NET and Java and the command line use it: what they send, and what they rely on in the
/// answer.
/// </summary>
[StartsHosts]
public sealed class ServiceClientTests
{
    private static readonly string Own = Convert.ToBase64String(Enumerable.Range(64, 64).Select(number => (byte)number).ToArray());

    [Theory]
    [InlineData("enrollments", "registrationId", false)]
    [InlineData("enrollments", "registrationId", true)]
    [InlineData("enrollmentGroups", "enrollmentGroupId", false)]
    [InlineData("enrollmentGroups", "enrollmentGroupId", true)]
    public async Task Who_writes_an_enrollment_is_handed_both_keys_each_time_and_who_reads_it_none(string path, string idMember, bool given)
    {
        await using var served = await ServedDps.StartedAsync(null);
        var body = given ? WithKeys("line-1", idMember, Own, ServedDps.GroupKey) : ServiceApiTests.Enrollment("line-1", idMember);

        var made = await served.ServiceAsync(HttpMethod.Put, $"/{path}/line-1", body);

        Assert.Equal(HttpStatusCode.OK, made.Status);
        var (primary, secondary) = KeysOf(made);
        Assert.Equal((64, 64), (Convert.FromBase64String(primary!).Length, Convert.FromBase64String(secondary!).Length));
        Assert.NotEqual(primary, secondary);
        Assert.True(!given || (primary, secondary) == (Own, ServedDps.GroupKey));
        Assert.Equal((primary, secondary), Revealed(await served.ServiceAsync(HttpMethod.Post, $"/{path}/line-1/attestationmechanism")));

        // Replaced by what was read, which has no keys: they stay, and are handed out again.
        var read = await served.ServiceAsync(HttpMethod.Get, $"/{path}/line-1");
        Assert.Equal((null, null), KeysOf(read));
        read.Json!["provisioningStatus"] = "disabled";
        var replaced = await served.ServiceAsync(HttpMethod.Put, $"/{path}/line-1", read.Json, (string?)read.Json["etag"]);
        Assert.Equal((primary, secondary), KeysOf(replaced));
        Assert.Equal("disabled", (string?)replaced.Json!["provisioningStatus"]);

        var listed = await served.ServiceAsync(HttpMethod.Post, $"/{path}/query", new { query = "*" });
        Assert.DoesNotContain(primary!, listed.Json!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((null, null), KeysOf(await served.ServiceAsync(HttpMethod.Get, $"/{path}/line-1")));
    }

    [Fact]
    public async Task Each_time_keys_are_handed_out_is_on_record_with_who_got_them_and_a_refused_write_is_not()
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync();
        Assert.Equal(
            409001, (await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-a", ServiceApiTests.Enrollment("line-a", "enrollmentGroupId"))).Code);
        await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line-a", ServiceApiTests.Enrollment("line-a", "enrollmentGroupId"), "*");
        using var root = TestCertificates.Authority("Contoso root");
        await served.ServiceAsync(
            HttpMethod.Put, "/enrollmentGroups/line-x", X509("enrollmentGroupId", "line-x", "signingCertificates", "primary", root.ExportCertificatePem()));
        await served.ServiceAsync(HttpMethod.Put, "/enrollments/meter-1", ServiceApiTests.Enrollment("meter-1", "registrationId"));

        await served.Dps.StopAsync();

        Assert.Equal(
            ["EnrollmentGroup line-a by provisioningserviceowner", "EnrollmentGroup line-a by provisioningserviceowner",
                "IndividualEnrollment meter-1 by provisioningserviceowner"],
            Lines(served.Dps, "SELECT Detail || ' by ' || CallerName FROM Log WHERE Operation = 'GetAttestationMechanism' ORDER BY Sequence"));
        Assert.Equal(
            [200, 409, 200, 200, 200],
            Lines(served.Dps, "SELECT StatusCode FROM Operations WHERE Operation = 'Upsert' ORDER BY Sequence")
                .Select(status => int.Parse(status, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal("3", Assert.Single(Lines(served.Dps, "SELECT count(*) FROM Operations WHERE Operation = 'Upsert' AND Description LIKE '%both keys%'")));
    }

    /// <summary>As the client for Java sends it.</summary>
    [Theory]
    [InlineData("", "", false, false)]
    [InlineData("own", "", true, false)]
    [InlineData("", "own", false, true)]
    public async Task An_empty_key_is_none_and_is_generated_and_the_one_that_was_given_stays(
        string primary, string secondary, bool primaryStays, bool secondaryStays)
    {
        await using var served = await ServedDps.StartedAsync(null);
        var body = WithKeys("java-auto", "registrationId", primary == "own" ? Own : primary, secondary == "own" ? Own : secondary);
        body["allocationPolicy"] = "geoLatency";
        body["reprovisionPolicy"] = new JsonObject { ["updateHubAssignment"] = true, ["migrateDeviceData"] = true };
        body["capabilities"] = new JsonObject { ["iotEdge"] = true };

        var made = await served.ServiceAsync(HttpMethod.Put, "/enrollments/java-auto", body);

        Assert.True(made.Status == HttpStatusCode.OK, made.Json?.ToJsonString());
        var keys = KeysOf(made);
        Assert.Equal((88, 88), (keys.Primary!.Length, keys.Secondary!.Length));
        Assert.Equal((primaryStays, secondaryStays), (keys.Primary == Own, keys.Secondary == Own));
        Assert.Equal(HttpStatusCode.OK, (await served.RegisteredAsync("java-auto", served.DeviceToken("java-auto", keys.Secondary))).Status);

        // Empty once more, in a replacement: what is stored stays.
        var replaced = await served.ServiceAsync(HttpMethod.Put, "/enrollments/java-auto", WithKeys("java-auto", "registrationId", "", ""), "*");
        Assert.Equal(keys, KeysOf(replaced));
    }

    [Theory]
    [InlineData("SELECT *")]
    [InlineData("select * from devices")]
    [InlineData("SELECT * FROM enrollmentGroups WHERE a = 1")]
    [InlineData("SELECT * FROM enrollments")]
    [InlineData("SELECT * FROM enrollmentGroups")]
    [InlineData("*")]
    [InlineData("")]
    public async Task The_text_of_a_query_is_not_looked_at_and_all_are_returned(string query)
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.PutGroupAsync("line-a");
        await served.PutGroupAsync("line-b");
        await served.ServiceAsync(HttpMethod.Put, "/enrollments/meter-1", ServiceApiTests.Enrollment("meter-1", "registrationId"));
        await served.RegisteredAsync("meter-2", served.GroupToken("meter-2"));

        foreach (var (path, expected) in new[] { (
            "/enrollmentGroups/query", "line-a line-b"), ("/enrollments/query", "meter-1"), ("/registrations/line-a/query", "meter-2") })
        {
            var page = await served.ServiceAsync(HttpMethod.Post, path, new { query });
            Assert.True(page.Status == HttpStatusCode.OK, page.Json?.ToJsonString());
            Assert.Equal(expected, string.Join(' ', page.Json!.AsArray().Select(item => (string?)(item!["enrollmentGroupId"] ?? item["registrationId"]))));
        }
    }

    [Theory]
    [InlineData("5000")]
    [InlineData("99999999999")]
    public async Task More_than_a_page_holds_is_cut_to_the_page_with_a_continuation(string asked)
    {
        await using var served = await ServedDps.StartedAsync(null);
        await served.Dps.ImportAsync(ServedDps.Instance, 1001);

        var page = await served.ServiceAsync(HttpMethod.Post, "/registrations/line-a/query", new { query = "*" }, headers: [("x-ms-max-item-count", asked)]);

        Assert.True(page.Status == HttpStatusCode.OK, page.Json?.ToJsonString());
        Assert.Equal((1000, "1000"), (page.Json!.AsArray().Count, page.Header("x-ms-max-item-count")));
        var rest = await served.ServiceAsync(
            HttpMethod.Post, "/registrations/line-a/query", new { query = "*" }, headers: [("x-ms-continuation", page.Header("x-ms-continuation")!)]);
        Assert.Equal("device-001000", (string?)Assert.Single(rest.Json!.AsArray())!["registrationId"]);
    }

    [Theory]
    [InlineData("contoso.dps.localhost:8444", "contoso.dps.localhost:8444", 404202)]
    [InlineData("contoso.dps.localhost", "contoso.dps.localhost:8444", 404202)]
    [InlineData("Contoso.dps.localhost:8444", "contoso.dps.localhost:8444", 404202)]
    [InlineData("contoso.dps.localhost:443", "contoso.dps.localhost", 404202)]
    [InlineData("contoso.dps.localhost:9999", "contoso.dps.localhost:8444", 401002)]
    [InlineData("contoso.dps.localhost:8444", "contoso.azure-devices-provisioning.net:8444", 401002)]
    [InlineData("other.dps.localhost:8444", "contoso.dps.localhost:8444", 401002)]
    [InlineData("contoso.dps.localhost:8444/enrollments", "contoso.dps.localhost:8444", 401002)]
    public async Task A_token_may_be_for_the_host_with_the_port_that_was_called(string resource, string address, int code)
    {
        await using var served = await ServedDps.StartedAsync(null);
        var token = ServedDps.Token(resource, SharedAccessPolicy.Owner, served.OwnerKey);

        var answered = await ServedDps.SendAsync(served.Http, HttpMethod.Get, $"https://{address}/enrollments/none", null, token);

        Assert.Equal(code, answered.Code);
    }

    [Theory]
    [InlineData("enrollments", "registrationId")]
    [InlineData("enrollmentGroups", "enrollmentGroupId")]
    public async Task A_quoted_etag_is_the_etag_in_bodies_as_in_the_header(string path, string idMember)
    {
        await using var served = await ServedDps.StartedAsync(null);
        var first = (string)(await served.ServiceAsync(HttpMethod.Put, $"/{path}/line-1", ServiceApiTests.Enrollment("line-1", idMember))).Json!["etag"]!;
        var second = (string)(await served.ServiceAsync(HttpMethod.Put, $"/{path}/line-2", ServiceApiTests.Enrollment("line-2", idMember))).Json!["etag"]!;

        Assert.Equal([412001], await BulkAsync("updateIfMatchETag", "line-1", "\"AAAAAAAADGk=\""));
        Assert.Empty(await BulkAsync("updateIfMatchETag", "line-1", $"\"{first}\""));
        Assert.Equal([412001], await BulkAsync("delete", "line-1", $"\"{first}\""));
        Assert.Empty(await BulkAsync("delete", "line-2", $"\"{second}\""));
        Assert.Empty(await BulkAsync("updateIfMatchETag", "line-1", "*"));

        async Task<IEnumerable<int>> BulkAsync(string mode, string id, string etag)
        {
            var item = ServiceApiTests.Enrollment(id, idMember);
            item["etag"] = etag;
            var answered = await served.ServiceAsync(HttpMethod.Post, $"/{path}", new JsonObject { ["mode"] = mode, [path] = new JsonArray(item) });
            return [.. answered.Json!["errors"]!.AsArray().Select(error => (int)error!["errorCode"]!)];
        }
    }

    [Theory]
    [InlineData("certificate")]
    [InlineData("thumbprint")]
    public async Task An_enrollment_may_have_its_secondary_certificate_alone_as_when_the_primary_is_rolled(string by)
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var own = TestCertificates.Device("meter-1");
        var body = X509("registrationId", "meter-1", "clientCertificates", "secondary", own.ExportCertificatePem());
        if (by == "thumbprint")
        {
            body["attestation"]!["x509"]!["clientCertificates"]!["secondary"] = new JsonObject
            {
                ["info"] =
                    new JsonObject { ["subjectName"] = own.Subject, ["sha256Thumbprint"] = own.GetCertHashString(HashAlgorithmName.SHA256),
                        ["notAfterUtc"] = "2028-01-01T00:00:00Z" },
            };
        }

        body["attestation"]!["x509"]!["clientCertificates"]!["primary"] = null;
        var made = await served.ServiceAsync(HttpMethod.Put, "/enrollments/meter-1", body);

        Assert.True(made.Status == HttpStatusCode.OK, made.Json?.ToJsonString());
        var pair = made.Json!["attestation"]!["x509"]!["clientCertificates"]!.AsObject();
        Assert.True(pair.ContainsKey("primary") && pair["primary"] is null && pair["secondary"]!["info"] is not null, pair.ToJsonString());
        using var device = served.Client(own);
        Assert.Equal("assigned", (string?)(await served.RegisteredAsync("meter-1", "", device)).Json!["status"]);
    }

    [Fact]
    public async Task A_group_may_have_its_secondary_signing_certificate_alone_and_neither_is_refused()
    {
        await using var served = await ServedDps.StartedAsync(null);
        using var root = TestCertificates.Authority("Contoso root");
        using var device = TestCertificates.Device("meter-1", root);

        Assert.Equal(
            HttpStatusCode.OK,
            (await served.ServiceAsync(
                HttpMethod.Put, "/enrollmentGroups/line-a",
                X509("enrollmentGroupId", "line-a", "signingCertificates", "secondary", root.ExportCertificatePem()))).Status);
        using var client = served.Client(device);
        Assert.Equal("assigned", (string?)(await served.RegisteredAsync("meter-1", "", client)).Json!["status"]);
        Assert.Equal(
            400001,
            (await served.ServiceAsync(
                HttpMethod.Put, "/enrollmentGroups/line-b", X509("enrollmentGroupId", "line-b", "signingCertificates", "secondary", ""))).Code);
    }

    [Theory]
    [InlineData("{}", 400001, "webhookUrl and apiVersion")]
    [InlineData("""{"allocationPolicy":"custom"}""", 400004, "customAllocationDefinition")]
    [InlineData("""{"allocationPolicy":"custom","customAllocationDefinition":null}""", 400004, "customAllocationDefinition")]
    [InlineData("""{"allocationPolicy":"custom","customAllocationDefinition":{"apiVersion":"2021-10-01"}}""", 400004, "webhookUrl")]
    [InlineData("""{"allocationPolicy":"custom","customAllocationDefinition":{"webhookUrl":"https://localhost:1/x"}}""", 400004, "apiVersion")]
    [InlineData("""{"allocationPolicy":"custom","customAllocationDefinition":{"webhookUrl":"https://localhost:1/x","apiVersion":""}}""", 400004, "apiVersion")]
    [InlineData("""{"allocationPolicy":"hashed","customAllocationDefinition":{"webhookUrl":"https://localhost:1/x"}}""", 400004, "apiVersion")]
    public async Task Custom_allocation_without_its_definition_whole_is_refused_in_words_that_name_it(string more, int code, string named)
    {
        await using var served = await ServedDps.StartedAsync(null);
        foreach (var (path, idMember) in new[] { ("enrollments", "registrationId"), ("enrollmentGroups", "enrollmentGroupId") })
        {
            var body = ServiceApiTests.Enrollment("line-1", idMember);
            foreach (var (member, value) in JsonNode.Parse(more)!.AsObject())
            {
                body[member] = value?.DeepClone();
            }

            var answered = await served.ServiceAsync(HttpMethod.Put, $"/{path}/line-1", body);
            if (more == "{}")
            {
                Assert.Equal(HttpStatusCode.OK, answered.Status);
                continue;
            }

            Assert.Equal((HttpStatusCode.BadRequest, code), (answered.Status, answered.Code));
            Assert.Contains(named, answered.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("must be one of", answered.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("device@product12", 200, "device@product12")]
    [InlineData("Pump:7.a_b%*?!(),=@$'-", 200, "Pump:7.a_b%*?!(),=@$'-")]
    [InlineData("", 200, "meter-1")]
    [InlineData("128", 200, "128")]
    [InlineData("129", 400, null)]
    [InlineData("pump 7", 400, null)]
    [InlineData(" ", 400, null)]
    [InlineData("pump/7", 400, null)]
    [InlineData("pump+7", 400, null)]
    [InlineData("pump#7", 400, null)]
    [InlineData("pump;7", 400, null)]
    [InlineData("pompe-é", 400, null)]
    [InlineData("pump\n", 400, null)]
    public async Task A_device_id_is_one_that_an_IoT_hub_takes_and_an_empty_one_is_none(string sent, int status, string? expected)
    {
        await using var served = await ServedDps.StartedAsync(null);
        string? Long(string? id) => id is "128" or "129" ? new string('d', int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)) : id;
        var body = WithKeys("meter-1", "registrationId", Own, Own);
        body["deviceId"] = Long(sent);

        var made = await served.ServiceAsync(HttpMethod.Put, "/enrollments/meter-1", body);

        Assert.True(status == (int)made.Status, made.Json?.ToJsonString());
        if (status == 400)
        {
            Assert.Contains("deviceId", made.Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(sent.Length == 0 ? null : Long(sent), (string?)made.Json!["deviceId"]);
        Assert.Equal(
            Long(expected), (string?)(await served.RegisteredAsync("meter-1", served.DeviceToken("meter-1", Own))).Json!["registrationState"]!["deviceId"]);
    }

    [Fact]
    public async Task An_invalid_id_is_400004_on_both_APIs_and_a_limit_has_another_code()
    {
        await using var served = await ServedDps.StartedAsync(null);

        Assert.Equal(400004, (await served.ServiceAsync(HttpMethod.Put, "/enrollments/meter.", ServiceApiTests.Enrollment("meter.", "registrationId"))).Code);
        Assert.Equal(
            400004, (await served.ServiceAsync(HttpMethod.Put, "/enrollmentGroups/line%20a", ServiceApiTests.Enrollment("line a", "enrollmentGroupId"))).Code);
        Assert.Equal(400004, (await served.RegisterAsync("meter-1.", served.GroupToken("meter-1."))).Code);
    }

    internal static JsonObject X509(string idMember, string id, string use, string position, string certificate) => new()
    {
        [idMember] = id,
        ["attestation"] = new JsonObject
        {
            ["type"] = "x509",
            ["x509"] = new JsonObject { [use] = new JsonObject { [position] = new JsonObject { ["certificate"] = certificate } } },
        },
    };

    private static JsonObject WithKeys(string id, string idMember, string primary, string secondary)
    {
        var body = ServiceApiTests.Enrollment(id, idMember);
        body["attestation"]!["symmetricKey"] = new JsonObject { ["primaryKey"] = primary, ["secondaryKey"] = secondary };
        return body;
    }

    private static (string? Primary, string? Secondary) KeysOf(Answered answered) => Keys(answered.Json!["attestation"]!);

    private static (string? Primary, string? Secondary) Revealed(Answered answered) => Keys(answered.Json!);

    private static (string? Primary, string? Secondary) Keys(JsonNode attestation) =>
        ((string?)attestation["symmetricKey"]?["primaryKey"], (string?)attestation["symmetricKey"]?["secondaryKey"]);

    private static List<string> Lines(RunningDps dps, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read())
        {
            lines.Add(Convert.ToString(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture)!);
        }

        return lines;
    }
}
