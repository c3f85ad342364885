using System.Net;
using System.Text.Json.Nodes;
using DpsPortal.Provisioning.Contract;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.Provisioning.Protocols;

/// <summary>What the protocols answer while the key is revoked or the vault is away, and what the operations log keeps of it.</summary>
[StartsHosts]
public sealed class RevokedProtocolTests
{
    private readonly FakeVault _vault = new();

    [Theory]
    [InlineData("GET", "/enrollmentGroups/line-a")]
    [InlineData("PUT", "/enrollmentGroups/line-b")]
    [InlineData("DELETE", "/enrollmentGroups/line-a")]
    [InlineData("POST", "/enrollmentGroups/line-a/attestationmechanism")]
    [InlineData("POST", "/enrollmentGroups/query")]
    [InlineData("POST", "/enrollmentGroups")]
    [InlineData("GET", "/enrollments/none")]
    [InlineData("GET", "/registrations/meter-1")]
    [InlineData("POST", "/registrations/line-a/query")]
    public async Task Revoked_every_call_of_the_service_API_is_403011_with_cause_and_inner_code_and_nothing_is_done_later(string method, string path)
    {
        await using var served = await PreparedAsync();
        await RevokeAsync(served);

        var refused = await served.ServiceAsync(new HttpMethod(method), path, Body(path));

        Assert.Equal((HttpStatusCode.Forbidden, 403011), (refused.Status, refused.Code));
        var info = refused.Json!["info"]!;
        Assert.Equal(("Revoked", "RoleMissing", "ForbiddenByRbac"), ((string?)info["access"], (string?)info["cause"], (string?)info["vaultErrorCode"]));
        Assert.StartsWith("https://contoso.vault.localhost/keys/", (string?)info["keyIdentifier"], StringComparison.Ordinal);
        Assert.Equal(
            401002, (await served.ServiceAsync(new HttpMethod(method), path, Body(path), token: ServedDps.Token(ServedDps.Host, "x", served.OwnerKey))).Code);

        await RestoreAsync(served);
        var groups = (JsonArray)(await served.ServiceAsync(HttpMethod.Post, "/enrollmentGroups/query", new { query = "*" })).Json!;
        Assert.Equal(["line-a"], groups.Select(group => (string?)group!["enrollmentGroupId"]));
    }

    [Fact]
    public async Task Revoked_devices_are_told_503011_with_the_time_to_wait_and_go_on_after_the_restore()
    {
        await using var served = await PreparedAsync();
        var accepted = await served.RegisterAsync("meter-2", served.GroupToken("meter-2"));
        await RevokeAsync(served);

        Answered[] refused =
        [
            await served.RegisterAsync("meter-3", served.GroupToken("meter-3")),
            await served.RegisterAsync("meter-1", served.GroupToken("meter-1")),
            await served.RegisterAsync("nobody", served.DeviceToken("nobody", ServedDps.GroupKey)),
            await served.DeviceAsync(HttpMethod.Get, $"meter-2/operations/{accepted.Json!["operationId"]}", served.GroupToken("meter-2")),
            await served.DeviceAsync(HttpMethod.Post, "meter-1", served.GroupToken("meter-1"), new { }),
        ];
        Assert.All(refused, answered => Assert.Equal((503, 503011, "30"), ((int)answered.Status, answered.Code, answered.Header("Retry-After"))));

        await RestoreAsync(served);
        var done = await served.DeviceAsync(HttpMethod.Get, $"meter-2/operations/{accepted.Json!["operationId"]}", served.GroupToken("meter-2"));
        Assert.Equal("assigned", (string?)done.Json!["status"]);
        Assert.Equal(404201, (await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-3")).Code);
    }

    [Fact]
    public async Task A_vault_that_cannot_be_asked_is_503_on_both_APIs_and_never_called_a_revoke()
    {
        await using var served = await PreparedAsync();
        _vault.Intercept = _ => throw new HttpRequestException(HttpRequestError.ConnectionError);
        served.Dps.SystemClock.Advance(served.Dps.Options.Lease);
        await served.Dps.RecheckAsync(ServedDps.Instance);

        var service = await served.ServiceAsync(HttpMethod.Get, "/enrollmentGroups/line-a");
        var device = await served.RegisterAsync("meter-1", served.GroupToken("meter-1"));

        Assert.Equal((503, 503011), ((int)service.Status, service.Code));
        Assert.Equal((503, 503011), ((int)device.Status, device.Code));
        Assert.Equal(("Unavailable", "VaultUnreachable"), ((string?)service.Json!["info"]!["access"], (string?)service.Json["info"]!["cause"]));
        Assert.NotNull(service.Header("Retry-After"));
        Assert.DoesNotContain("revoke", service.Message + device.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Hubs_policies_and_the_instance_stay_readable_and_changeable_while_revoked()
    {
        await using var served = await PreparedAsync();
        await RevokeAsync(served);
        var settings = served.Dps.Host.Settings;

        await served.LinkAsync("two.hubs.net");
        Assert.Equal(
            [ServedDps.Hub, "two.hubs.net"], (await settings.ListHubsAsync(RunningDps.Tester, ServedDps.Instance, default)).Select(hub => hub.HostName));
        Assert.Equal(
            new SharedAccessPolicy(SharedAccessPolicy.Owner, AccessRights.All),
            Assert.Single(await settings.ListPoliciesAsync(RunningDps.Tester, ServedDps.Instance, default)));
        (await settings.RevealPolicyAsync(RunningDps.Tester, ServedDps.Instance, SharedAccessPolicy.Owner, default)).Value();
        Assert.Equal(served.IdScope, (await served.Dps.Instances.GetAsync(RunningDps.Tester, ServedDps.Instance, default))!.IdScope);
    }

    [Fact]
    public async Task A_corrupt_record_is_500_with_where_and_a_list_goes_on_without_it_and_names_it()
    {
        await using var served = await PreparedAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(served.Dps.DataDirectory, "dps.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE Records SET Envelope = zeroblob(length(Envelope)) WHERE Id = 'meter-1'";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        foreach (var answered in new[]
        {
            await served.ServiceAsync(HttpMethod.Get, "/registrations/meter-1"),
            await served.DeviceAsync(HttpMethod.Post, "meter-1", served.GroupToken("meter-1"), new { }),
        })
        {
            Assert.Equal((500, 500002), ((int)answered.Status, answered.Code));
            Assert.Equal(("RegistrationRecord", "meter-1"), ((string?)answered.Json!["info"]!["kind"], (string?)answered.Json["info"]!["id"]));
        }

        var listed = await served.ServiceAsync(HttpMethod.Post, "/registrations/line-a/query");
        Assert.Equal(HttpStatusCode.OK, listed.Status);
        Assert.DoesNotContain(listed.Json!.AsArray(), item => (string?)item!["registrationId"] == "meter-1");

        Assert.Equal(KeyAccess.Accessible, (await served.Dps.KeyOfAsync(ServedDps.Instance)).Access.Access);
    }

    [Fact]
    public async Task Each_request_is_one_entry_of_the_operations_log_with_status_cause_and_latency_and_rejections_are_among_them()
    {
        await using var served = await PreparedAsync();
        await RevokeAsync(served);
        await served.ServiceAsync(HttpMethod.Get, "/enrollmentGroups/line-a");
        var refused = await served.RegisterAsync("meter-1", served.GroupToken("meter-1"));
        await served.ServiceAsync(HttpMethod.Get, "/enrollmentGroups/line-a", token: "Bearer x");
        await served.Dps.Host.Enrollments.ReadGroupAsync(RunningDps.Tester, ServedDps.Instance, "line-a", default);
        await served.Dps.RestartAsync();
        var events = served.Dps.Host.Events;

        var entries = await events.ListOperationsAsync(ServedDps.Instance, null, 100, default);

        Assert.Equal(
            [
                "ServiceOperations Contract Get line-a 403 403011 Tess Tester", "ServiceOperations Http Get line-a 401 401002 Unknown",
                "DeviceOperations Http Register meter-1 503 503011 meter-1", "ServiceOperations Http Get line-a 403 403011 provisioningserviceowner",
                "DeviceOperations Http OperationStatusLookup meter-1 200  meter-1", "DeviceOperations Http Register meter-1 202  meter-1",
                "ServiceOperations Http Upsert line-a 200  provisioningserviceowner",
            ],
            entries.Select(entry => $"{entry.Category} {entry.Protocol} {entry.Operation} {entry.RecordId} {entry.StatusCode} {entry.ErrorCode} " +
                $"{entry.Caller.DisplayName}"));
        Assert.Equal((string?)refused.Json!["trackingId"], entries[2].TrackingId);
        Assert.Equal(("ForbiddenByRbac", KeyAccessCause.RoleMissing), (entries[2].Denial!.VaultErrorCode, entries[2].Denial!.Cause));
        Assert.Equal("initialAssignment, hashed", entries[5].Description);
        Assert.Equal(3, (await events.ListRejectedAsync(ServedDps.Instance, null, 100, default)).Count);
        Assert.Equal(entries.Skip(4), await events.ListOperationsAsync(null, entries[3].Sequence, 100, default));
    }

    private static object? Body(string path) => path switch
    {
        _ when path.EndsWith("/query", StringComparison.Ordinal) => path.StartsWith("/registrations", StringComparison.Ordinal) ? null : new { query = "*" },
        "/enrollmentGroups" =>
            new JsonObject { ["mode"] = "create", ["enrollmentGroups"] = new JsonArray(
                ServiceApiTests.Enrollment("line-b", "enrollmentGroupId"), ServiceApiTests.Enrollment("line-c", "enrollmentGroupId")) },
        "/enrollmentGroups/line-b" => ServiceApiTests.Enrollment("line-b", "enrollmentGroupId"),
        _ => null,
    };

    private async Task<ServedDps> PreparedAsync()
    {
        var served = await ServedDps.StartedAsync(_vault);
        await served.PutGroupAsync();
        await served.RegisteredAsync("meter-1", served.GroupToken("meter-1"));
        return served;
    }

    private async Task RevokeAsync(ServedDps served)
    {
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        Assert.Equal(KeyAccess.Revoked, (await served.Dps.RecheckAsync(ServedDps.Instance)).Access);
    }

    private async Task RestoreAsync(ServedDps served)
    {
        _vault.DeniedTokens.Clear();
        Assert.Equal(KeyAccess.Accessible, (await served.Dps.RecheckAsync(ServedDps.Instance)).Access);
    }
}
