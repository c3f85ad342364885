using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Management;
using DpsPortal.KeyVault.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.KeyVault;

/// <summary>A vault is deleted, recovered and purged, and what goes with it.</summary>
[StartsHosts]
public sealed class VaultLifecycleTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private static readonly object Curve = new { kty = "EC" };

    [Fact]
    public async Task A_deleted_vault_is_gone_from_its_name_and_its_list_and_can_be_found_among_the_deleted()
    {
        await vault.CreateVaultAsync("kv-del", purgeProtection: false, retentionDays: 30);
        await vault.CreateKeyAsync("k", Curve, "kv-del");

        var deleted = await DeleteAsync("kv-del");
        var key = await vault.GetAsync(RunningVault.VaultAddress("kv-del") + "/keys/k");
        var found = await vault.GetAsync(DeletedPath("KV-DEL"));
        var elsewhere = await vault.GetAsync(DeletedPath("kv-del").Replace("westeurope", "northeurope", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, deleted.Status);
        Assert.Equal((HttpStatusCode.NotFound, "VaultNotFound"), (key.Status, key.Code));
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync(vault.VaultResourceId("kv-del"))).Status);
        Assert.DoesNotContain("kv-del", await NamesAsync($"{vault.SubscriptionPath}/providers/Microsoft.KeyVault/vaults"));
        Assert.Contains("kv-del", await NamesAsync($"{vault.SubscriptionPath}/providers/Microsoft.KeyVault/deletedVaults"));
        var properties = found.Json["properties"]!;
        Assert.Equal(vault.VaultResourceId("kv-del"), (string)properties["vaultId"]!);
        Assert.Equal(TimeSpan.FromDays(30), Time(properties["scheduledPurgeDate"]!) - Time(properties["deletionDate"]!));
        Assert.Equal(vault.Clock.GetUtcNow(), Time(properties["deletionDate"]!));
        Assert.Equal((HttpStatusCode.NotFound, "DeletedVaultNotFound"), (elsewhere.Status, elsewhere.Code));
        Assert.Equal(HttpStatusCode.NoContent, (await DeleteAsync("kv-del")).Status);
    }

    [Fact]
    public async Task Recovery_brings_back_the_keys_and_not_the_role_assignments()
    {
        await vault.CreateVaultAsync("kv-rec", purgeProtection: true, retentionDays: 7);
        var key = await vault.CreateKeyAsync("k", Curve, "kv-rec");
        var (clientId, principal) = await vault.CreateIdentityAsync("id-rec");
        var atVault = await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId("kv-rec"));
        var atKey = await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId("kv-rec") + "/keys/k");
        var token = await vault.IdentityTokenAsync(clientId);
        var before = await vault.GetAsync(RunningVault.VaultAddress("kv-rec") + "/keys/k", token);

        await DeleteAsync("kv-rec");
        var taken = await vault.SendAsync(HttpMethod.Put, vault.VaultResourceId("kv-rec"), new { location = "westeurope", properties = new { } });
        var elsewhere = await RecoverAsync("kv-rec", "northeurope");
        var recovered = await RecoverAsync("KV-rec", "WestEurope");
        var after = await vault.GetAsync(RunningVault.VaultAddress("kv-rec") + "/keys/k", token);

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal((HttpStatusCode.Conflict, "ConflictError"), (taken.Status, taken.Code));
        Assert.Equal((HttpStatusCode.NotFound, "DeletedVaultNotFound"), (elsewhere.Status, elsewhere.Code));
        Assert.Equal(
            (HttpStatusCode.OK, 7, true),
            (
                recovered.Status, (int)recovered.Json["properties"]!["softDeleteRetentionInDays"]!,
                (bool)recovered.Json["properties"]!["enablePurgeProtection"]!));
        Assert.Equal((HttpStatusCode.Forbidden, "ForbiddenByRbac"), (after.Status, after.InnerCode));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), ((await vault.GetAsync(atVault)).Status, (await vault.GetAsync(atKey)).Status));
        Assert.Equal(key.Text, (await vault.GetAsync(RunningVault.VaultAddress("kv-rec") + "/keys/k")).Text);
        Assert.Equal("DeletedVaultNotFound", (await RecoverAsync("kv-rec", "westeurope")).Code);
    }

    [Fact]
    public async Task A_purge_takes_the_keys_and_frees_the_name()
    {
        await vault.CreateVaultAsync("kv-purge", purgeProtection: false);
        await vault.CreateKeyAsync("k", Curve, "kv-purge");
        var tooEarly = await PurgeAsync("kv-purge");
        await DeleteAsync("kv-purge");
        var availability = await NameAsync("kv-purge");

        var purged = await PurgeAsync("kv-purge");
        var again = await PurgeAsync("kv-purge");
        await vault.CreateVaultAsync("kv-purge", purgeProtection: false);
        var key = await vault.GetAsync(RunningVault.VaultAddress("kv-purge") + "/keys/k");

        Assert.Equal("DeletedVaultNotFound", tooEarly.Code);
        Assert.Equal("AlreadyExists", (string)availability["reason"]!);
        Assert.Equal(HttpStatusCode.OK, purged.Status);
        Assert.Equal((HttpStatusCode.NotFound, "DeletedVaultNotFound"), (again.Status, again.Code));
        Assert.Equal((HttpStatusCode.NotFound, "KeyNotFound"), (key.Status, key.Code));
    }

    /// <summary>The server asks for the body when it has let the request in; the vault goes before the body comes.</summary>
    [Theory]
    [InlineData("create")]
    [InlineData("restore")]
    public async Task A_key_that_is_made_while_its_vault_is_purged_finds_no_vault(string operation)
    {
        var name = $"kv-race-{operation}";
        await vault.CreateVaultAsync(name, purgeProtection: false);
        await vault.CreateKeyAsync("k", Curve, name);
        var backup = await vault.SendAsync(HttpMethod.Post, RunningVault.VaultAddress(name) + "/keys/k/backup");
        var (path, body) = operation == "create" ? ("/keys/new/create", """{"kty":"EC"}""") : ("/keys/restore", backup.Text);
        using var handler = vault.CreateHandler();
        handler.Expect100ContinueTimeout = TimeSpan.FromMinutes(1);
        using var http = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, RunningVault.VaultAddress(name) + path + "?api-version=7.6");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await vault.AdministratorTokenAsync());
        request.Headers.ExpectContinue = true;
        request.Content = new LateContent(body, async () =>
        {
            await DeleteAsync(name);
            Assert.Equal(HttpStatusCode.OK, (await PurgeAsync(name)).Status);
        });
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var answer = await http.SendAsync(request);

        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
        Assert.Equal((HttpStatusCode.NotFound, "VaultNotFound"), (answer.StatusCode, (string?)error["code"]));
        Assert.Empty(vault.Logs);
    }

    [Fact]
    public async Task Nobody_purges_a_protected_vault_before_its_time()
    {
        await vault.CreateVaultAsync("kv-keep", purgeProtection: true, retentionDays: 7);
        await vault.CreateKeyAsync("k", Curve, "kv-keep");
        await DeleteAsync("kv-keep");

        var refused = await PurgeAsync("kv-keep");

        Assert.Equal(
            (HttpStatusCode.MethodNotAllowed, "MethodNotAllowed", "Operation 'DeletedVaultPurge' is not allowed."),
            (refused.Status, refused.Code, refused.Message));
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync(DeletedPath("kv-keep"))).Status);
    }

    [Theory]
    [InlineData("kv-free-name", true, null)]
    [InlineData("KV-CONTOSO-PROD", false, "AlreadyExists")]
    [InlineData("1kv", false, "AccountNameInvalid")]
    public async Task A_name_is_checked(string name, bool available, string? reason)
    {
        var answer = await NameAsync(name);
        Assert.Equal((available, reason), ((bool)answer["nameAvailable"]!, (string?)answer["reason"]));
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_a_put_opens_nothing_that_it_does_not_name()
    {
        await vault.CreateVaultAsync("kv-patch", purgeProtection: false, retentionDays: 30);
        var id = vault.VaultResourceId("kv-patch");

        var patched = await vault.SendAsync(HttpMethod.Patch, id, """
            {"tags":{"env":"test"},"properties":{"sku":{"family":"A","name":"premium"},"networkAcls":{"defaultAction":"deny","bypass":"none","ipRules":[{"value":"203.0.113.7"},{"value":"10.0.0.0/8"}]},"publicNetworkAccess":"disabled"}}
            """);
        var put = await vault.SendAsync(HttpMethod.Put, id, """{"location":"westeurope","properties":{"enablePurgeProtection":true}}""");
        var shortened = await vault.SendAsync(HttpMethod.Patch, id, """{"properties":{"softDeleteRetentionInDays":7}}""");
        var unprotected = await vault.SendAsync(HttpMethod.Patch, id, """{"properties":{"enablePurgeProtection":false}}""");
        var untagged = await vault.SendAsync(HttpMethod.Patch, id, """{"tags":{}}""");
        var missing = await vault.SendAsync(HttpMethod.Patch, vault.VaultResourceId("kv-absent"), "{}");

        Assert.Equal(HttpStatusCode.OK, patched.Status);
        var properties = put.Json["properties"]!;
        Assert.Equal("test", (string)put.Json["tags"]!["env"]!);
        Assert.Equal(
            ("premium", "Disabled", true),
            ((string)properties["sku"]!["name"]!, (string)properties["publicNetworkAccess"]!, (bool)properties["enablePurgeProtection"]!));
        Assert.Equal(
            """{"bypass":"None","defaultAction":"Deny","ipRules":[{"value":"203.0.113.7/32"},{"value":"10.0.0.0/8"}],"virtualNetworkRules":[]}""",
            properties["networkAcls"]!.ToJsonString());
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (shortened.Status, unprotected.Status));
        Assert.Equal("{}", untagged.Json["tags"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.NotFound, missing.Status);
    }

    [Fact]
    public async Task A_role_that_is_given_while_its_vault_is_deleted_is_not_there_after_its_recovery()
    {
        await vault.CreateVaultAsync("kv-late-role", purgeProtection: false, retentionDays: 7);
        var services = vault.Vault.Services;
        var (registry, roles) = (services.GetRequiredService<VaultRegistry>(), services.GetRequiredService<RoleAssignments>());
        var given = new RoleAssignment(
            Guid.NewGuid(), vault.VaultResourceId("kv-late-role"), BuiltInRole.Administrator, Guid.NewGuid(), "ServicePrincipal",
            TimeProvider.System.GetUtcNow());
        Task<VaultDecision> deleted;
        Task<AddResult> late;
        using (await services.GetRequiredService<VaultDatabase>().TakeTurnAsync())
        {
            deleted = registry.ChangeAsync(
                "kv-late-role", known => VaultPolicy.Delete(known, "kv-late-role", vault.Options.ResourceGroup, RunningVault.Start), null);
            late = roles.AddAsync(given, null, () => registry.Find("kv-late-role") is not null);
        }

        Assert.IsType<VaultDecision.Deleted>(await deleted);
        Assert.IsType<AddResult.ScopeGone>(await late);
        Assert.Equal(HttpStatusCode.OK, (await RecoverAsync("kv-late-role", "westeurope")).Status);
        Assert.Null(roles.Find(given.Name));
    }

    [Fact]
    public async Task An_answer_names_the_region_of_its_vault()
    {
        var body = new { location = "northeurope", properties = new { sku = new { family = "A", name = "standard" } } };
        Assert.Equal(HttpStatusCode.OK, (await vault.SendAsync(HttpMethod.Put, vault.VaultResourceId("kv-north"), body)).Status);

        var answer = await vault.GetAsync(RunningVault.VaultAddress("kv-north") + "/keys");

        Assert.Equal("northeurope", Assert.Single(answer.Headers.GetValues("x-ms-keyvault-region")));
    }

    /// <summary>A body that is sent when the server has asked for it and something else has been done.</summary>
    private sealed class LateContent(string body, Func<Task> before) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await before();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(body));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Encoding.UTF8.GetByteCount(body);
            return true;
        }
    }

    private static DateTimeOffset Time(JsonNode node) => DateTimeOffset.Parse((string)node!, System.Globalization.CultureInfo.InvariantCulture);

    private Task<VaultResponse> DeleteAsync(string name) => vault.SendAsync(HttpMethod.Delete, vault.VaultResourceId(name));

    private Task<VaultResponse> RecoverAsync(string name, string location) =>
        vault.SendAsync(HttpMethod.Put, vault.VaultResourceId(name), new { location, properties = new { createMode = "recover" } });

    private Task<VaultResponse> PurgeAsync(string name) => vault.SendAsync(HttpMethod.Post, DeletedPath(name) + "/purge");

    private string DeletedPath(string name) => $"{vault.SubscriptionPath}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/{name}";

    private async Task<JsonNode> NameAsync(string name) =>
        (await vault.SendAsync(
            HttpMethod.Post, $"{vault.SubscriptionPath}/providers/Microsoft.KeyVault/checkNameAvailability",
            new { name, type = "Microsoft.KeyVault/vaults" })).Json;

    private async Task<IEnumerable<string>> NamesAsync(string path) =>
        (await vault.GetAsync(path)).Json["value"]!.AsArray().Select(entry => (string)entry!["name"]!);
}

/// <summary>The same over restarts and days.</summary>
[StartsHosts]
public sealed class VaultRetentionTests : IAsyncDisposable
{
    private static readonly object Curve = new { kty = "EC" };
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task Deleted_vaults_their_firewalls_and_their_dates_survive_a_restart_and_end_with_their_retention()
    {
        await _vault.StartAsync();
        await _vault.CreateVaultAsync("kv-seven", purgeProtection: true, retentionDays: 7);
        await _vault.CreateKeyAsync("k", Curve, "kv-seven");
        await _vault.CreateVaultAsync("kv-ninety", purgeProtection: false, retentionDays: 90);
        await _vault.SendAsync(
            HttpMethod.Patch, _vault.VaultResourceId("kv-contoso-prod"),
            """{"tags":{"a":"1"},"properties":{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"::1"}]}}}""");
        await _vault.SendAsync(HttpMethod.Delete, _vault.VaultResourceId("kv-seven"));
        await _vault.SendAsync(HttpMethod.Delete, _vault.VaultResourceId("kv-ninety"));
        string[] paths = [DeletedVaults, _vault.VaultResourceId("kv-contoso-prod")];
        var before = await ReadAsync(paths);

        await _vault.StopAsync();
        await _vault.StartAsync();

        Assert.Equal(before, await ReadAsync(paths));
        var registry = _vault.Vault.Services.GetRequiredService<VaultRegistry>();
        var end = RunningVault.Start.AddDays(7);
        Assert.Empty(await registry.PurgeDueAsync(end.AddTicks(-1)));
        Assert.Equal("kv-seven", Assert.Single(await registry.PurgeDueAsync(end)).Name);
        Assert.Empty(await registry.PurgeDueAsync(end));
        var database = _vault.Vault.Services.GetRequiredService<VaultDatabase>();
        Assert.Equal(
            [0L, 0L],
            database.Query("SELECT (SELECT COUNT(*) FROM Keys), (SELECT COUNT(*) FROM KeyVersions)", row => new[] { row.GetInt64(0), row.GetInt64(1) })
                .Single());
        await _vault.StopAsync();
        await _vault.StartAsync();
        Assert.Equal("kv-ninety", (string)Assert.Single((await _vault.GetAsync(DeletedVaults)).Json["value"]!.AsArray())!["name"]!);
    }

    [Fact]
    public async Task A_deleted_default_vault_is_not_made_again_by_a_restart()
    {
        await _vault.StartAsync();
        await _vault.SendAsync(HttpMethod.Delete, _vault.VaultResourceId("kv-contoso-prod"));
        await _vault.StopAsync();
        await _vault.StartAsync();
        var answer = await _vault.GetAsync("https://localhost:8443/keys");
        Assert.Equal((HttpStatusCode.NotFound, "VaultNotFound"), (answer.Status, answer.Code));
        Assert.Equal(
            HttpStatusCode.OK,
            (await _vault.SendAsync(
                HttpMethod.Put, _vault.VaultResourceId("kv-contoso-prod"),
                new { location = "westeurope", properties = new { createMode = "recover" } })).Status);
        Assert.Equal(HttpStatusCode.OK, (await _vault.GetAsync("/keys")).Status);
    }

    private string DeletedVaults => $"{_vault.SubscriptionPath}/providers/Microsoft.KeyVault/deletedVaults";

    private async Task<List<string>> ReadAsync(IEnumerable<string> paths)
    {
        var texts = new List<string>();
        foreach (var path in paths)
        {
            texts.Add((await _vault.GetAsync(path)).Text);
        }

        return texts;
    }
}
