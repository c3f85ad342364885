using System.Net;
using System.Reflection;
using DpsPortal.KeyVault.Access;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.KeyVault;

/// <summary>What the built-in roles grant, and when a change of them takes effect.</summary>
[StartsHosts]
public sealed class RoleTests
{
    private const string Everything =
        "read create import update rotate delete recover purge backup restore encrypt decrypt wrap unwrap sign verify release policy/read policy/write random";

    /// <summary>learn.microsoft.com/azure/role-based-access-control/built-in-roles/security.</summary>
    [Theory]
    [InlineData("Key Vault Administrator", "00482a5a-887f-4fb3-b363-3b7fe8e74483", Everything)]
    [InlineData("Key Vault Crypto Officer", "14b46e9e-c2b7-41b4-b07b-48a6ebf60603", Everything)]
    [InlineData("Key Vault Crypto User", "12338af0-0e69-4776-bea7-57ae8d297424", "read update backup encrypt decrypt wrap unwrap sign verify random")]
    [InlineData("Key Vault Crypto Service Encryption User", "e147488a-f6f5-4113-8e2d-b22465e65bf6", "read wrap unwrap")]
    [InlineData("Key Vault Crypto Service Release User", "08bbd89e-9f13-488c-ac41-acfcb10c90ab", "release")]
    [InlineData("Key Vault Reader", "21090545-7ca7-4776-b22c-e363652d74d2", "read policy/read")]
    [InlineData("Key Vault Purge Operator", "a68e7c17-0ab2-4c09-9a58-125dae29748c", "")]
    [InlineData("Key Vault Contributor", "f25e0fa2-a7c8-4377-a976-54943a77a395", "")]
    [InlineData("Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "")]
    [InlineData("Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c", "")]
    [InlineData("Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "")]
    public void A_role_grants_exactly_its_published_data_actions(string name, string id, string granted)
    {
        var role = BuiltInRole.Find(Guid.Parse(id));
        Assert.Equal(name, role?.Name);
        Assert.Equal(granted, string.Join(' ', Actions().Where(action => role!.Allows(action.Value)).Select(action => action.Key)));
    }

    /// <summary>Every operation that asks for an action is in the table above.</summary>
    [Fact]
    public void The_table_has_every_data_action()
    {
        string[] prefixes = [DataActions.Vaults, DataActions.Keys, DataActions.Policies];
        var known = typeof(DataActions)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Except(prefixes);
        Assert.Equal(known.Order(StringComparer.Ordinal), Actions().Values.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Role_definitions_are_listed_found_and_say_what_is_granted()
    {
        await using var vault = new RunningVault();
        await vault.StartAsync();
        var path = vault.VaultResourceId("kv-contoso-prod") + "/providers/Microsoft.Authorization/roleDefinitions";

        var all = await vault.GetAsync(path);
        var byName = await vault.GetAsync($"{path}?$filter={Uri.EscapeDataString("roleName eq 'key vault crypto service encryption user'")}");
        var byId = await vault.GetAsync(
            $"{vault.SubscriptionPath}/providers/Microsoft.Authorization/roleDefinitions/{RunningVault.CryptoServiceEncryptionUser}");
        var unknown = await vault.GetAsync($"{path}/{Guid.NewGuid()}");
        var strange = await vault.GetAsync($"{path}?$filter=x");

        Assert.Equal(BuiltInRole.All.Count, all.Json["value"]!.AsArray().Count);
        Assert.Equal(byId.Json.ToJsonString(), Assert.Single(byName.Json["value"]!.AsArray())!.ToJsonString());
        Assert.Equal(
            """["Microsoft.KeyVault/vaults/keys/read","Microsoft.KeyVault/vaults/keys/wrap/action","Microsoft.KeyVault/vaults/keys/unwrap/action"]""",
            byId.Json["properties"]!["permissions"]![0]!["dataActions"]!.ToJsonString());
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (unknown.Status, strange.Status));
    }

    [Fact]
    public async Task A_change_takes_effect_when_it_has_propagated_and_not_before()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var vault = new RunningVault { SystemClock = clock, Options = { RolePropagationDelay = TimeSpan.FromMinutes(5) } };
        await vault.StartAsync();
        var (clientId, principal) = await vault.CreateIdentityAsync("id-slow");
        var scope = vault.VaultResourceId("kv-contoso-prod");

        // The administrator's own, of the first start, is in effect already.
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys")).Status);
        var assignment = await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, scope);
        Assert.Equal(HttpStatusCode.Forbidden, await KeysAsync());
        clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.Forbidden, await KeysAsync());
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.OK, await KeysAsync());

        await vault.SendAsync(HttpMethod.Delete, assignment);
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync(assignment)).Status);
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(HttpStatusCode.OK, await KeysAsync());
        // A longer delay, and a restart, do not give it more time than it had.
        await vault.StopAsync();
        vault.Options.RolePropagationDelay = TimeSpan.FromMinutes(30);
        await vault.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await KeysAsync());
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Forbidden, await KeysAsync());

        async Task<HttpStatusCode> KeysAsync() => (await vault.GetAsync("/keys", await vault.IdentityTokenAsync(clientId))).Status;
    }

    [Fact]
    public async Task The_delay_is_changed_while_the_vault_runs_and_ends_what_waits()
    {
        await using var vault = new RunningVault();
        await vault.StartAsync();
        var (clientId, principal) = await vault.CreateIdentityAsync("id-demo");
        var token = await vault.IdentityTokenAsync(clientId);
        var scope = vault.VaultResourceId("kv-contoso-prod");

        Assert.Equal("PT30M", (string)(await SetAsync("PT30M")).Json["properties"]!["rolePropagationDelay"]!);
        var assignment = await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, scope);
        Assert.Equal(HttpStatusCode.Forbidden, (await vault.GetAsync("/keys", token)).Status);
        await SetAsync("PT0S");
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys", token)).Status);

        // Given back before its removal has propagated, under the same name: it never stops.
        await SetAsync("PT30M");
        await vault.SendAsync(HttpMethod.Delete, assignment);
        var body = new { properties = new { roleDefinitionId = RunningVault.CryptoServiceEncryptionUser, principalId = principal } };
        Assert.Equal(HttpStatusCode.Created, (await vault.SendAsync(HttpMethod.Put, assignment, body)).Status);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys", token)).Status);

        await vault.SendAsync(HttpMethod.Delete, assignment);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys", token)).Status);
        await SetAsync("PT0S");
        Assert.Equal(HttpStatusCode.Forbidden, (await vault.GetAsync("/keys", token)).Status);
        // What was ended early does not come back with a longer delay.
        await vault.StopAsync();
        vault.Options.RolePropagationDelay = TimeSpan.FromHours(1);
        await vault.StartAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await vault.GetAsync("/keys", token)).Status);
        foreach (var wrong in new[] { "5 minutes", "PT2H", "-PT1S", "P99999999999D" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await SetAsync(wrong)).Status);
        }

        Task<VaultResponse> SetAsync(string delay) => vault.SendAsync(
            HttpMethod.Patch, $"{vault.SubscriptionPath}/providers/DpsPortal.KeyVault/settings/default",
            new { properties = new { rolePropagationDelay = delay } });
    }

    [Fact]
    public async Task A_change_of_the_delay_that_cannot_be_logged_is_not_made()
    {
        await using var vault = new RunningVault();
        await vault.StartAsync();
        var settings = $"{vault.SubscriptionPath}/providers/DpsPortal.KeyVault/settings/default";
        var body = new { properties = new { rolePropagationDelay = "PT30M" } };
        await vault.GetAsync(settings);

        Execute("CREATE TRIGGER full BEFORE INSERT ON AuditEvents BEGIN SELECT RAISE(ABORT, 'full'); END");
        var refused = await vault.SendAsync(HttpMethod.Patch, settings, body);
        Execute("DROP TRIGGER full");
        var unchanged = await vault.GetAsync(settings);
        var changed = await vault.SendAsync(HttpMethod.Patch, settings, body);

        Assert.Equal(HttpStatusCode.InternalServerError, refused.Status);
        Assert.Equal("PT0S", (string)unchanged.Json["properties"]!["rolePropagationDelay"]!);
        Assert.Equal("PT30M", (string)changed.Json["properties"]!["rolePropagationDelay"]!);

        void Execute(string sql)
        {
            using var connection = new SqliteConnection($"Data Source={vault.DatabasePath};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    private static Dictionary<string, string> Actions() => Everything.Split(' ').ToDictionary(name => name, name => name switch
    {
        "read" or "delete" => DataActions.Keys + name,
        // Ours: Azure has it in Managed HSM alone.
        "random" => "Microsoft.KeyVault/vaults/rng/action",
        _ when name.StartsWith("policy/", StringComparison.Ordinal) => DataActions.Policies + name["policy/".Length..],
        _ => $"{DataActions.Keys}{name}/action",
    });
}
