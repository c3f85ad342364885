using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DpsPortal.KeyVault;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DpsPortal.Tests.KeyVault;

/// <summary>The log as its readers see it: Azure's fields, pages, and a bound.</summary>
[StartsHosts]
public sealed class AuditLogTests : IAsyncDisposable
{
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task A_record_has_every_field_that_azure_writes()
    {
        await _vault.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, RunningVault.VaultAddress("kv-contoso-prod") + "/keys/absent?api%2Dversion=7.4");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _vault.AdministratorTokenAsync());
        request.Headers.TryAddWithoutValidation("User-Agent", "azsdk-test/1.0");
        var answer = await _vault.SendAsync(request);

        var record = (await RecordsAsync(_vault.VaultResourceId("KV-Contoso-Prod") + "/auditEvents?$top=1"))[0]!;

        Assert.Equal(
            ["time", "resourceId", "operationName", "operationVersion", "category", "resultType", "resultSignature", "resultDescription", "durationMs",
                "callerIpAddress", "correlationId", "identity", "properties"],
            record.AsObject().Select(member => member.Key));
        Assert.Equal(
            (_vault.VaultResourceId("kv-contoso-prod"), "KeyGet", "7.4", "AuditEvent", "Failure", "Not Found", "KeyNotFound", "127.0.0.1"),
            (
                Text("resourceId"), Text("operationName"), Text("operationVersion"), Text("category"), Text("resultType"), Text("resultSignature"),
                Text("resultDescription"), Text("callerIpAddress")));
        Assert.Equal(answer.Headers.GetValues("x-ms-request-id").Single(), Text("correlationId"));
        Assert.InRange(
            DateTimeOffset.Parse(Text("time"), System.Globalization.CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        Assert.Equal(
            $$$"""{"claim":{"http://schemas.microsoft.com/identity/claims/objectidentifier":"{{{_vault.Options.AdministratorObjectId}}}",""" +
            $"\"appid\":\"{_vault.Options.AdministratorClientId}\"}}}}",
            record["identity"]!.ToJsonString());
        Assert.Equal(
            new JsonObject
            {
                ["clientInfo"] = "azsdk-test/1.0",
                ["requestUri"] = request.RequestUri!.AbsoluteUri,
                ["id"] = "https://kv-contoso-prod.vault.localhost:8443/keys/absent",
                ["httpStatusCode"] = 404,
            }.ToJsonString(),
            record["properties"]!.ToJsonString());

        string Text(string member) => (string)record[member]!;
    }

    [Fact]
    public async Task Pages_go_back_in_time_without_gap_or_repetition_while_events_are_added()
    {
        await _vault.StartAsync();
        for (var count = 0; count < 7; count++)
        {
            await _vault.GetAsync($"/keys/page-{count}");
        }

        var ids = new List<string>();
        var address = _vault.VaultResourceId("kv-contoso-prod") + "/auditEvents?$top=3";
        for (string? next = address; next is not null;)
        {
            var page = await _vault.SendAsync(HttpMethod.Get, next, null, await _vault.AdministratorTokenAsync(RunningVault.ManagementResource));
            ids.AddRange(page.Json["value"]!.AsArray().Select(record => (string)record!["properties"]!["id"]!));
            next = (string?)page.Json["nextLink"];
            await _vault.GetAsync("/keys/between");
        }

        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(count => $"page-{count}"), ids.Select(id => id[(id.LastIndexOf('/') + 1)..]));
    }

    [Fact]
    public async Task The_subscriptions_log_has_what_belongs_to_no_vault_and_only_the_administrator_reads_it()
    {
        await _vault.StartAsync();
        var (clientId, _) = await _vault.CreateIdentityAsync("id-reader");
        var address = _vault.SubscriptionPath + "/providers/Microsoft.KeyVault/auditEvents";

        var operations = (await RecordsAsync(address)).Select(record => (string)record!["operationName"]!).ToList();
        var refused = await _vault.GetAsync(address, await _vault.IdentityTokenAsync(clientId, RunningVault.ManagementResource));
        var tooMany = await _vault.GetAsync(address + "?$top=1001");
        var noToken = await _vault.GetAsync(address + "?$skiptoken=x");

        Assert.Equal(["IdentityPut", "TokenIssue"], operations);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (tooMany.Status, noToken.Status));
    }

    [Fact]
    public async Task Old_events_and_those_beyond_the_number_are_deleted_and_no_other()
    {
        await _vault.StartAsync();
        await _vault.StopAsync();
        _vault.Execute("DELETE FROM AuditEvents");
        var now = new DateTimeOffset(2026, 5, 30, 9, 0, 0, TimeSpan.Zero);
        for (var day = 0; day < 20; day++)
        {
            Add($"day-{day}", now.AddDays(day - 19));
        }

        using var database = new VaultDatabase(_vault.DatabasePath);

        var byAge = await Retention(database, days: 12, events: 1000).TrimAsync(now.AddSeconds(-1), CancellationToken.None);
        var kept = Ids();
        var byAgeOneSecondLater = await Retention(database, days: 12, events: 1000).TrimAsync(now.AddSeconds(1), CancellationToken.None);
        var byNumber = await Retention(database, days: 365, events: 5).TrimAsync(now, CancellationToken.None);

        Assert.Equal(7, byAge);
        Assert.Equal("day-7", kept[0]);
        Assert.Equal((1, 7), (byAgeOneSecondLater, byNumber));
        Assert.Equal(["day-15", "day-16", "day-17", "day-18", "day-19"], Ids());
    }

    [Fact]
    public async Task The_bound_holds_from_the_start()
    {
        await _vault.StartAsync();
        await _vault.StopAsync();
        Add("ancient", DateTimeOffset.UtcNow.AddDays(-91));

        await _vault.StartAsync();
        // The deletion takes its turn with the requests: it is over when enough of them have had theirs.
        for (var count = 0; count < 100 && Ids().Contains("ancient"); count++)
        {
            await _vault.GetAsync("/keys");
        }

        Assert.DoesNotContain("ancient", Ids());
    }

    [Fact]
    public async Task A_stranger_cannot_make_an_event_long()
    {
        await _vault.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, RunningVault.VaultAddress("kv-contoso-prod") + "/keys/" + new string('x', 7000));
        request.Headers.TryAddWithoutValidation("User-Agent", new string('u', 7000));
        await _vault.SendAsync(request);

        using var connection = _vault.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT LENGTH(RequestUri), LENGTH(Id), LENGTH(ClientInfo) FROM AuditEvents ORDER BY Sequence DESC LIMIT 1";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal((2048, 2048, 512), (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2)));
    }

    private static AuditRetention Retention(VaultDatabase database, int days, int events) =>
        new(database, new EmbeddedKeyVaultOptions { AuditRetentionDays = days, AuditRetentionEvents = events }, NullLogger<AuditRetention>.Instance);

    private async Task<JsonArray> RecordsAsync(string address)
    {
        var answer = await _vault.GetAsync(address);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json["value"]!.AsArray();
    }

    private void Add(string id, DateTimeOffset time) => _vault.Execute(
        "INSERT INTO AuditEvents (Time, OperationName, ResourceId, ResultType, ResultSignature, CorrelationId, CallerIpAddress, RequestUri, Id, " +
        "HttpStatusCode, DurationMs) " +
        $"VALUES ({time.UtcTicks}, 'KeyGet', '', 'Success', 'OK', '', '', '', '{id}', 200, 0)");

    private List<string> Ids()
    {
        using var connection = _vault.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT Id FROM AuditEvents ORDER BY Sequence";
        using var reader = command.ExecuteReader();
        var ids = new List<string>();
        while (reader.Read())
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }
}
