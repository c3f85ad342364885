using System.Net;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Role assignments are what lets a caller in: enforced on every call, at every scope, from the next call on.</summary>
[StartsHosts]
public sealed class AccessTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string Administrator = "00482a5a-887f-4fb3-b363-3b7fe8e74483";
    private const string CryptoOfficer = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";
    private const string CryptoUser = "12338af0-0e69-4776-bea7-57ae8d297424";
    private const string Reader = "21090545-7ca7-4776-b22c-e363652d74d2";

    [Fact]
    public async Task A_role_taken_away_refuses_the_very_next_call()
    {
        var (token, principal) = await IdentityAsync("id-taken");
        var key = await vault.CreateKeyAsync("taken");
        var assignment = await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId("kv-contoso-prod"));
        var wrapped = await vault.PostAsync("/keys/taken/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" }, token);
        var opened = await UnwrapAsync();

        await vault.SendAsync(HttpMethod.Delete, assignment);
        var refused = await UnwrapAsync();
        await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId("kv-contoso-prod"));
        var again = await UnwrapAsync();

        Assert.Equal(HttpStatusCode.OK, opened.Status);
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac"), (refused.Status, refused.Code, refused.InnerCode));
        Assert.Equal(
            "Caller is not authorized to perform action on resource.\r\n" +
            "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\n" +
            $"Caller: appid={(await vault.CreateIdentityAsync("id-taken")).ClientId};oid={principal};iss=https://localhost:8443/{vault.Options.TenantId}/\r\n" +
            "Action: 'Microsoft.KeyVault/vaults/keys/unwrap/action'\r\n" +
            $"Resource: '{vault.VaultResourceId("kv-contoso-prod").ToLowerInvariant()}/keys/taken'\r\n" +
            "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC'\r\nVault: " +
            "kv-contoso-prod;location=westeurope", refused.Message);
        Assert.Equal(HttpStatusCode.OK, again.Status);

        Task<VaultResponse> UnwrapAsync() =>
            vault.PostAsync($"/keys/taken/{key.KeyVersion}/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! }, token);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(Reader, "get list policy")]
    [InlineData(RunningVault.CryptoServiceEncryptionUser, "get list wrap unwrap")]
    [InlineData(CryptoUser, "get list wrap unwrap encrypt decrypt update")]
    [InlineData(CryptoOfficer, "get list wrap unwrap encrypt decrypt update create rotate policy set-policy")]
    [InlineData(Administrator, "get list wrap unwrap encrypt decrypt update create rotate policy set-policy")]
    public async Task A_role_allows_exactly_its_actions(string? role, string allowed)
    {
        var (token, principal) = await IdentityAsync("id-matrix-" + (role ?? "none")[..4]);
        if (role is not null)
        {
            await vault.GrantAsync(principal, role, vault.VaultResourceId("kv-contoso-prod"));
        }

        var operations = new Dictionary<string, (HttpMethod Method, string Path, object? Body)>
        {
            ["get"] = (HttpMethod.Get, "/keys/matrix", null),
            ["list"] = (HttpMethod.Get, "/keys", null),
            ["wrap"] = (HttpMethod.Post, "/keys/matrix/wrapkey", new { }),
            ["unwrap"] = (HttpMethod.Post, "/keys/matrix/unwrapkey", new { }),
            ["encrypt"] = (HttpMethod.Post, "/keys/matrix/encrypt", new { }),
            ["decrypt"] = (HttpMethod.Post, "/keys/matrix/decrypt", new { }),
            ["update"] = (HttpMethod.Patch, "/keys/matrix", new { }),
            ["create"] = (HttpMethod.Post, "/keys/matrix/create", new { }),
            ["rotate"] = (HttpMethod.Post, "/keys/matrix/rotate", null),
            ["policy"] = (HttpMethod.Get, "/keys/matrix/rotationpolicy", null),
            ["set-policy"] = (HttpMethod.Put, "/keys/matrix/rotationpolicy", new { }),
        };

        var found = new List<string>();
        foreach (var (name, operation) in operations)
        {
            // What is allowed goes on to "bad body" or "no such key"; both come after authorization.
            var answer = await vault.SendAsync(operation.Method, operation.Path, operation.Body, token);
            if (answer.Status != HttpStatusCode.Forbidden)
            {
                found.Add(name);
            }
        }

        Assert.Equal(allowed, string.Join(' ', found));
    }

    [Fact]
    public async Task An_assignment_at_a_key_reaches_that_key_alone()
    {
        var (token, principal) = await IdentityAsync("id-key-scope");
        await vault.CreateKeyAsync("scoped");
        await vault.CreateKeyAsync("scoped-2");
        await vault.GrantAsync(principal, Reader, vault.VaultResourceId("kv-contoso-prod") + "/keys/Scoped");

        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys/scoped", token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await vault.GetAsync("/keys/scoped-2", token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await vault.GetAsync("/keys", token)).Status);
    }

    [Fact]
    public async Task An_assignment_at_a_vault_does_not_reach_another_whose_name_begins_alike()
    {
        var (token, principal) = await IdentityAsync("id-vault-scope");
        await vault.CreateVaultAsync("kv-alike");
        await vault.CreateVaultAsync("kv-alike-2");
        await vault.GrantAsync(principal, Reader, vault.VaultResourceId("kv-alike"));

        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync(RunningVault.VaultAddress("kv-alike") + "/keys", token)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await vault.GetAsync(RunningVault.VaultAddress("kv-alike-2") + "/keys", token)).Status);
    }

    [Fact]
    public async Task An_assignment_at_the_subscription_reaches_every_vault()
    {
        var (token, principal) = await IdentityAsync("id-subscription");
        await vault.CreateVaultAsync("kv-reached");
        await vault.GrantAsync(principal, Reader, vault.SubscriptionPath);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync(RunningVault.VaultAddress("kv-reached") + "/keys", token)).Status);
    }

    [Fact]
    public async Task An_identity_made_again_under_its_name_has_no_access()
    {
        var (_, principal) = await IdentityAsync("id-remade");
        await vault.GrantAsync(principal, Reader, vault.SubscriptionPath);
        await vault.SendAsync(HttpMethod.Delete, vault.GroupPath + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-remade");

        var (token, other) = await IdentityAsync("id-remade");

        Assert.NotEqual(principal, other);
        Assert.Equal("ForbiddenByRbac", (await vault.GetAsync("/keys", token)).InnerCode);
    }

    private async Task<(string Token, string PrincipalId)> IdentityAsync(string name)
    {
        var (clientId, principalId) = await vault.CreateIdentityAsync(name);
        return (await vault.IdentityTokenAsync(clientId), principalId);
    }
}
