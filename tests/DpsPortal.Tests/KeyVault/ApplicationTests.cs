using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Programs from outside: how they come to a secret, sign in with it, and are turned away again.</summary>
[StartsHosts]
public sealed class ApplicationTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string Scope = RunningVault.VaultResource + "/.default";

    private string TokenPath => $"https://localhost:8443/{vault.Options.TenantId}/oauth2";

    [Fact]
    public async Task The_secret_of_an_application_is_shown_once_and_stored_nowhere()
    {
        var made = await PutAsync("app-secret");
        var again = await PutAsync("APP-secret");
        var found = await vault.GetAsync(PathOf("app-secret"));
        var listed = await vault.GetAsync(PathOf(""));
        var secret = (string)made.Json["properties"]!["passwordCredentials"]![0]!["secretText"]!;

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (made.Status, again.Status));
        Assert.Equal((string)made.Json["properties"]!["appId"]!, (string)again.Json["properties"]!["appId"]!);
        Assert.All([again, found, listed], answer => Assert.DoesNotContain("secretText", answer.Text, StringComparison.Ordinal));
        Assert.Contains("app-secret", listed.Text, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(vault.Root, "vault.db*", SearchOption.AllDirectories))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain(secret, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await vault.SendAsync(HttpMethod.Put, PathOf("a%20b"))).Status);
    }

    [Fact]
    public async Task An_application_signs_in_at_both_versions_of_the_endpoint_and_in_both_ways()
    {
        var (clientId, secret, _) = await MakeAsync("app-signs-in");
        KeyValuePair<string, string>[] credentials = [new("grant_type", "client_credentials"), new("client_id", clientId), new("client_secret", secret)];

        var version2 = await PostAsync("/v2.0/token", [.. credentials, new("scope", Scope)]);
        var version1 = await PostAsync("/token", [.. credentials, new("resource", RunningVault.VaultResource)]);
        var basic = await PostAsync("/v2.0/token", [new("grant_type", "client_credentials"), new("scope", Scope)], $"{clientId}:{secret}");

        Assert.All([version2, version1, basic], answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(3600, (int)version2.Json["expires_in"]!);
        Assert.Equal(("3600", RunningVault.VaultResource), ((string)version1.Json["expires_in"]!, (string)version1.Json["resource"]!));
        Assert.All(
            [version2, version1, basic], answer => Assert.Equal(clientId, new JsonWebToken((string)answer.Json["access_token"]!).GetClaim("appid").Value));
    }

    [Theory]
    [InlineData("client_secret", "wrong", 401, "invalid_client")]
    [InlineData("client_secret", "", 401, "invalid_client")]
    [InlineData("client_id", "11111111-2222-3333-4444-555555555555", 401, "invalid_client")]
    [InlineData("client_assertion", "eyJ", 401, "invalid_client")]
    [InlineData("grant_type", "authorization_code", 400, "unsupported_grant_type")]
    [InlineData("scope", "https://vault.azure.net/.default", 400, "invalid_scope")]
    public async Task What_is_not_right_gets_no_token(string field, string value, int status, string error)
    {
        var (clientId, secret, _) = await MakeAsync("app-wrong");
        var form = new Dictionary<string,
        string> { ["grant_type"] = "client_credentials", ["client_id"] = clientId, ["client_secret"] = secret, ["scope"] = Scope, [field] = value };
        var answer = await PostAsync("/v2.0/token", form);
        Assert.Equal((status, error), ((int)answer.Status, (string)answer.Json["error"]!));
        Assert.DoesNotContain(secret, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_application_gets_no_token_and_its_token_opens_nothing_any_more()
    {
        var (clientId, secret, principal) = await MakeAsync("app-deleted");
        await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId("kv-contoso-prod"));
        Dictionary<string,
        string> form = new() { ["grant_type"] = "client_credentials", ["client_id"] = clientId, ["client_secret"] = secret, ["scope"] = Scope };
        var token = (string)(await PostAsync("/v2.0/token", form)).Json["access_token"]!;
        var before = await vault.GetAsync("/keys", token);

        var deleted = await vault.SendAsync(HttpMethod.Delete, PathOf("app-deleted"));
        var gone = await vault.SendAsync(HttpMethod.Delete, PathOf("app-deleted"));
        var after = await vault.GetAsync("/keys", token);
        var refused = await PostAsync("/v2.0/token", form);
        var (other, _, otherPrincipal) = await MakeAsync("app-deleted");

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NoContent), (deleted.Status, gone.Status));
        Assert.Equal((HttpStatusCode.Forbidden, "ForbiddenByRbac"), (after.Status, after.InnerCode));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (refused.Status, (string)refused.Json["error"]!));
        Assert.NotEqual((clientId, principal), (other, otherPrincipal));
    }

    [Fact]
    public async Task A_deleted_identity_s_token_opens_nothing_any_more()
    {
        var (clientId, principal) = await vault.CreateIdentityAsync("id-gone");
        await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId("kv-contoso-prod"));
        var token = await vault.IdentityTokenAsync(clientId);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys", token)).Status);
        await vault.SendAsync(HttpMethod.Delete, vault.GroupPath + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-gone");
        Assert.Equal("ForbiddenByRbac", (await vault.GetAsync("/keys", token)).InnerCode);
    }

    [Fact]
    public async Task The_issuer_can_be_discovered_and_its_key_verifies_a_token()
    {
        var tenant = vault.Options.TenantId;
        foreach (var version in new[] { "", "/v2.0" })
        {
            var metadata = (await vault.GetAsync($"https://localhost:8443/{tenant}{version}/.well-known/openid-configuration")).Json;
            Assert.Equal(new Uri($"https://localhost:8443/{tenant}/oauth2{version}/token"), new Uri((string)metadata["token_endpoint"]!));
            var keys = new JsonWebKeySet((await vault.GetAsync((string)metadata["jwks_uri"]!)).Text);
            var result = await new JsonWebTokenHandler().ValidateTokenAsync(await vault.AdministratorTokenAsync(), new TokenValidationParameters
            {
                ValidIssuer = (string)metadata["issuer"]!,
                ValidAudience = RunningVault.VaultResource,
                IssuerSigningKeys = keys.GetSigningKeys(),
                ValidAlgorithms = ["ES256"],
            });
            Assert.True(result.IsValid, result.Exception?.Message);
        }

        var instance = (await vault.GetAsync("https://localhost:8443/common/discovery/instance?authorization_endpoint=x")).Json;
        Assert.Equal($"https://localhost:8443/{tenant}/v2.0/.well-known/openid-configuration", (string)instance["tenant_discovery_endpoint"]!);
        Assert.Equal("localhost:8443", (string)instance["metadata"]![0]!["aliases"]![0]!);
    }

    [Theory]
    [InlineData("GET", "/.well-known/openid-configuration")]
    [InlineData("GET", "/v2.0/.well-known/openid-configuration")]
    [InlineData("GET", "/discovery/v2.0/keys")]
    [InlineData("POST", "/oauth2/v2.0/token")]
    [InlineData("POST", "/oauth2/token")]
    public async Task Another_tenant_is_not_found(string method, string path)
    {
        foreach (var tenant in new[] { "11111111-2222-3333-4444-555555555555", "common", "contoso.com" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"https://localhost:8443/{tenant}{path}");
            var answer = await vault.SendAsync(request);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_tenant"), (answer.Status, (string)answer.Json["error"]!));
        }
    }

    private async Task<(string ClientId, string Secret, string PrincipalId)> MakeAsync(string name)
    {
        await vault.SendAsync(HttpMethod.Delete, PathOf(name));
        var properties = (await PutAsync(name)).Json["properties"]!;
        return ((string)properties["appId"]!, (string)properties["passwordCredentials"]![0]!["secretText"]!, (string)properties["principalId"]!);
    }

    private Task<VaultResponse> PutAsync(string name) => vault.SendAsync(HttpMethod.Put, PathOf(name), new { });

    private string PathOf(string name) => $"{vault.SubscriptionPath}/providers/Microsoft.Graph/applications{(name.Length == 0 ? "" : "/" + name)}";

    private async Task<VaultResponse> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> form, string? basic = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, TokenPath + path) { Content = new FormUrlEncodedContent(form) };
        if (basic is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        }

        return await vault.SendAsync(request);
    }
}
