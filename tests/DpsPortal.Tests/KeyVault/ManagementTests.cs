using System.Net;

namespace DpsPortal.Tests.KeyVault;

/// <summary>The ARM-shaped side: vaults, identities, role assignments.</summary>
[StartsHosts]
public sealed class ManagementTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string Reader = "21090545-7ca7-4776-b22c-e363652d74d2";

    [Fact]
    public async Task A_vault_is_made_once_and_put_again_without_change()
    {
        var made = await vault.CreateVaultAsync("kv-managed", purgeProtection: true, retentionDays: 30);
        var again = await vault.CreateVaultAsync("kv-managed", purgeProtection: true, retentionDays: 30);
        var listed = await vault.GetAsync(vault.GroupPath + "/providers/Microsoft.KeyVault/vaults");

        Assert.Equal(made.Text, again.Text);
        Assert.Equal(vault.VaultResourceId("kv-managed"), (string)made.Json["id"]!);
        Assert.Equal("https://kv-managed.vault.localhost:8443/", (string)made.Json["properties"]!["vaultUri"]!);
        Assert.True((bool)made.Json["properties"]!["enablePurgeProtection"]!);
        Assert.Contains(listed.Json["value"]!.AsArray(), entry => (string)entry!["name"]! == "kv-managed");
    }

    [Fact]
    public async Task Purge_protection_is_turned_on_and_stays_on()
    {
        await vault.CreateVaultAsync("kv-protected", purgeProtection: false);
        await vault.CreateVaultAsync("kv-protected", purgeProtection: true);
        var unsaid = await vault.CreateVaultAsync("KV-protected", purgeProtection: false);
        Assert.True((bool)unsaid.Json["properties"]!["enablePurgeProtection"]!);
    }

    [Theory]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"softDeleteRetentionInDays":6}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"enableRbacAuthorization":false}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"networkAcls":{"defaultAction":"Maybe"}}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"networkAcls":{"bypass":"Everybody"}}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"networkAcls":{"ipRules":[{"value":"10.0.0.0/33"}]}}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"networkAcls":{"ipRules":[{"value":"contoso.com"}]}}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"networkAcls":{"ipRules":[null]}}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"networkAcls":{"virtualNetworkRules":[{"id":"/subscriptions/s/vnet"}]}}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"publicNetworkAccess":"Sometimes"}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"sku":{"family":"A","name":"gold"}}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"accessPolicies":[{}]}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"softDeleteRetentionInDays":91}}""")]
    [InlineData("kv-default", """{"location":"westeurope","tags":{"a":1},"properties":{}}""")]
    [InlineData("kv-default", """{"location":"westeurope","properties":{"tenantId":"11111111-2222-3333-4444-555555555555"}}""")]
    [InlineData("kv-default", """{"location":"westeurope"}""")]
    [InlineData("kv-default", "[]")]
    [InlineData("1kv", """{"location":"westeurope","properties":{}}""")]
    [InlineData("kv--x", """{"location":"westeurope","properties":{}}""")]
    [InlineData("kv-contoso-prod", """{"location":"westeurope","properties":{"enablePurgeProtection":false}}""")]
    [InlineData("kv-contoso-prod", """{"location":"westeurope","properties":{"softDeleteRetentionInDays":30}}""")]
    public async Task A_vault_that_cannot_be_as_asked_is_refused(string name, string body)
    {
        var answer = await vault.SendAsync(HttpMethod.Put, vault.VaultResourceId(name), body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.NotNull(answer.Code);
    }

    [Fact]
    public async Task Only_the_administrator_manages()
    {
        var (clientId, principalId) = await vault.CreateIdentityAsync("id-curious");
        await vault.GrantAsync(principalId, "00482a5a-887f-4fb3-b363-3b7fe8e74483", vault.SubscriptionPath);

        var answer = await vault.GetAsync(vault.VaultResourceId("kv-contoso-prod"), await vault.IdentityTokenAsync(clientId, RunningVault.ManagementResource));

        Assert.Equal((HttpStatusCode.Forbidden, "AuthorizationFailed"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Role_assignments_are_put_found_listed_and_deleted()
    {
        var (_, principal) = await vault.CreateIdentityAsync("id-assigned");
        var scope = vault.VaultResourceId("kv-contoso-prod");
        var id = await vault.GrantAsync(principal, Reader, scope);
        var body = new { properties = new { roleDefinitionId = Reader, principalId = principal } };

        var again = await vault.SendAsync(HttpMethod.Put, id, body);
        var duplicate = await vault.SendAsync(HttpMethod.Put, $"{scope}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", body);
        var changed = await vault.SendAsync(HttpMethod.Put, id, new { properties = new { roleDefinitionId = Reader, principalId = Guid.NewGuid() } });
        var unknownRole = await vault.SendAsync(HttpMethod.Put, id, new { properties = new { roleDefinitionId = Guid.NewGuid(), principalId = principal } });
        var found = await vault.GetAsync(id);
        var atKey = await ListAsync(scope + "/keys/k", $"principalId eq '{principal}'");
        var atSubscription = await ListAsync(vault.SubscriptionPath, $"principalId eq '{principal}'");
        var onlyAbove = await ListAsync(vault.SubscriptionPath, $"atScope() and principalId eq '{principal}'");
        var deleted = await vault.SendAsync(HttpMethod.Delete, id);
        var gone = await vault.SendAsync(HttpMethod.Delete, id);

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal((HttpStatusCode.Conflict, "RoleAssignmentExists"), (duplicate.Status, duplicate.Code));
        Assert.Equal((HttpStatusCode.Conflict, "RoleAssignmentUpdateNotPermitted"), (changed.Status, changed.Code));
        Assert.Equal((HttpStatusCode.BadRequest, "RoleDefinitionDoesNotExist"), (unknownRole.Status, unknownRole.Code));
        Assert.Equal(principal, (string)found.Json["properties"]!["principalId"]!);
        Assert.Equal((1, 1, 0), (atKey, atSubscription, onlyAbove));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent), (deleted.Status, gone.Status));
        Assert.Equal((HttpStatusCode.NotFound, 0), ((await vault.GetAsync(id)).Status, await ListAsync(scope, $"principalId eq '{principal}'")));
    }

    [Theory]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData("atScope()", HttpStatusCode.OK)]
    [InlineData("assignedTo('8e5b1c3a-27f9-4d60-b482-c9d6f0e71a35')", HttpStatusCode.OK)]
    [InlineData("atScope() and ", HttpStatusCode.BadRequest)]
    [InlineData("principalId eq 'x'", HttpStatusCode.BadRequest)]
    [InlineData("roleDefinitionId eq '8e5b1c3a-27f9-4d60-b482-c9d6f0e71a35'", HttpStatusCode.BadRequest)]
    public async Task A_filter_is_understood_or_refused(string filter, HttpStatusCode expected)
    {
        var answer = await vault.GetAsync($"{vault.SubscriptionPath}/providers/Microsoft.Authorization/roleAssignments?$filter={Uri.EscapeDataString(filter)}");
        Assert.Equal(expected, answer.Status);
    }

    [Fact]
    public async Task An_assignment_needs_a_vault_that_exists_and_the_right_subscription()
    {
        var body = new { properties = new { roleDefinitionId = Reader, principalId = Guid.NewGuid() } };
        var noVault = await vault.SendAsync(
            HttpMethod.Put, $"{vault.VaultResourceId("kv-absent")}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", body);
        var otherSubscription = await vault.SendAsync(
            HttpMethod.Put, $"/subscriptions/{Guid.NewGuid()}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", body);

        Assert.Equal((HttpStatusCode.NotFound, "ResourceNotFound"), (noVault.Status, noVault.Code));
        Assert.Equal((HttpStatusCode.NotFound, "SubscriptionNotFound"), (otherSubscription.Status, otherSubscription.Code));
    }

    [Fact]
    public async Task An_identity_is_put_found_listed_and_deleted()
    {
        var path = vault.GroupPath + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities";
        var made = await vault.SendAsync(HttpMethod.Put, path + "/id-listed", new { location = "westeurope" });
        var again = await vault.SendAsync(HttpMethod.Put, path + "/ID-listed", new { location = "westeurope" });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (made.Status, again.Status));
        Assert.Equal(made.Text, again.Text);
        Assert.Contains((await vault.GetAsync(path)).Json["value"]!.AsArray(), entry => (string)entry!["name"]! == "id-listed");
        Assert.Equal(HttpStatusCode.OK, (await vault.SendAsync(HttpMethod.Delete, path + "/id-listed")).Status);
        Assert.Equal((HttpStatusCode.NotFound, "ResourceNotFound"), await StatusAsync(path + "/id-listed"));
    }

    [Fact]
    public async Task Who_may_manage_sees_the_subscription_and_others_see_none()
    {
        var (clientId, principal) = await vault.CreateIdentityAsync("id-subscriptions");
        await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId("kv-contoso-prod"));
        var token = await vault.IdentityTokenAsync(clientId, RunningVault.ManagementResource);

        var seen = Assert.Single((await vault.GetAsync("/subscriptions")).Json["value"]!.AsArray())!;
        var unseen = await vault.GetAsync("/subscriptions", token);

        Assert.Equal((vault.SubscriptionPath, vault.Options.SubscriptionId), ((string)seen["id"]!, (string)seen["subscriptionId"]!));
        Assert.Equal((vault.Options.TenantId.ToString(), "Enabled"), ((string)seen["tenantId"]!, (string)seen["state"]!));
        Assert.Equal(seen.ToJsonString(), (await vault.GetAsync(vault.SubscriptionPath)).Json.ToJsonString());
        Assert.Equal((HttpStatusCode.OK, """{"value":[]}"""), (unseen.Status, unseen.Text));
        Assert.Equal(HttpStatusCode.Forbidden, (await vault.GetAsync(vault.SubscriptionPath, token)).Status);
        Assert.Equal((HttpStatusCode.NotFound, "SubscriptionNotFound"), await StatusAsync($"/subscriptions/{Guid.NewGuid()}"));
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData("resourceType eq 'Microsoft.KeyVault/vaults'", true, false)]
    [InlineData("resourceType eq 'microsoft.managedidentity/userassignedidentities'", false, true)]
    [InlineData("resourceType eq 'Microsoft.Storage/storageAccounts'", false, false)]
    public async Task Resources_are_listed_by_type(string filter, bool vaults, bool identities)
    {
        await vault.CreateIdentityAsync("id-resource");
        var listed = (await vault.GetAsync($"{vault.SubscriptionPath}/resources?$filter={Uri.EscapeDataString(filter)}")).Json["value"]!.AsArray();

        Assert.Equal(
            vaults,
            listed.Any(entry => (string)entry!["id"]! == vault.VaultResourceId("kv-contoso-prod") && (string)entry["type"]! == "Microsoft.KeyVault/vaults"));
        Assert.Equal(identities, listed.Any(entry => (string)entry!["name"]! == "id-resource" && (string)entry["location"]! == "westeurope"));
    }

    [Fact]
    public async Task A_filter_of_resources_that_is_not_known_is_refused() =>
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidFilter"), await StatusAsync($"{vault.SubscriptionPath}/resources?$filter=tagName%20eq%20'a'"));

    [Fact]
    public async Task A_management_route_that_is_not_there_answers_an_error_body()
    {
        Assert.Equal((HttpStatusCode.NotFound, "InvalidResourceType"), await StatusAsync(vault.SubscriptionPath + "/providers/Microsoft.Storage/accounts"));
        var posted = await vault.SendAsync(HttpMethod.Post, vault.VaultResourceId("kv-contoso-prod"));
        Assert.Equal((HttpStatusCode.NotFound, "InvalidResourceType"), (posted.Status, posted.Code));
    }

    private async Task<(HttpStatusCode Status, string? Code)> StatusAsync(string path)
    {
        var answer = await vault.GetAsync(path);
        return (answer.Status, answer.Code);
    }

    private async Task<int> ListAsync(string scope, string filter) =>
        (await vault.GetAsync(
            $"{scope}/providers/Microsoft.Authorization/roleAssignments?$filter={Uri.EscapeDataString(filter)}")).Json["value"]!.AsArray().Count;
}
