using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.KeyVault;

/// <summary>
/// Whom the challenge tells a client to ask for a token: Python and Go compare its resource with the request by host and port, the others
/// by host.
/// </summary>
[StartsHosts]
public sealed class ChallengeResourceTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Theory]
    [InlineData("kv-contoso-prod.vault.localhost:9443", "https://vault.localhost:9443")]
    [InlineData("kv-contoso-prod.vault.localhost:8443", "https://vault.localhost:8443")]
    [InlineData("kv-contoso-prod.vault.localhost", "https://vault.localhost")]
    [InlineData("localhost:8443", "https://vault.localhost:8443")]
    public async Task The_challenge_names_its_resource_at_the_port_of_the_request(string host, string resource)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{host}/keys?api-version=7.6");

        var answer = await vault.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal(
            $"authorization=\"https://localhost:8443/{vault.Options.TenantId}\", resource=\"{resource}\"", Assert.Single(
                answer.Headers.WwwAuthenticate).Parameter);
    }

    [Theory]
    [InlineData("kv-contoso-prod.vault.localhost:9443")]
    [InlineData("kv-contoso-prod.vault.localhost")]
    public async Task A_client_that_compares_host_and_port_follows_the_challenge_to_a_token_that_opens(string host)
    {
        using var bare = new HttpRequestMessage(HttpMethod.Get, $"https://{host}/keys?api-version=7.6");
        var challenge = Assert.Single((await vault.SendAsync(bare)).Headers.WwwAuthenticate).Parameter!;
        var resource = challenge.Split("resource=")[1].Trim('"');

        Assert.EndsWith("." + new Uri(resource).Authority, host, StringComparison.Ordinal);
        var token = await vault.AdministratorTokenAsync(resource);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync($"https://{host}/keys?api-version=7.6", token)).Status);
    }

    [Theory]
    [InlineData("https://vault.localhost")]
    [InlineData("https://vault.localhost/")]
    [InlineData("https://vault.localhost:8443")]
    [InlineData("https://vault.localhost:9443/")]
    public async Task A_token_opens_every_port_whichever_it_was_asked_for(string resource)
    {
        var token = await vault.AdministratorTokenAsync(resource);
        foreach (var port in new[] { "", ":8443", ":9443" })
        {
            Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync($"https://kv-contoso-prod.vault.localhost{port}/keys?api-version=7.6", token)).Status);
        }
    }

    [Fact]
    public async Task A_managed_identity_and_version_1_of_the_token_endpoint_take_a_resource_with_a_port()
    {
        var (clientId, principalId) = await vault.CreateIdentityAsync("id-port");
        await vault.GrantAsync(principalId, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId(vault.Options.DefaultVault));
        await vault.CreateKeyAsync("read-by-port");
        var secret = await File.ReadAllTextAsync(Path.Combine(vault.Root, "administrator-credential", "secret"));
        using var answer = await vault.Http.PostAsync($"https://localhost:8443/{vault.Options.TenantId}/oauth2/token", new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", vault.Options.AdministratorClientId.ToString()), new("client_secret", secret),
            new("resource", "https://vault.localhost:9443"),
        ]));

        var ofIdentity = await vault.IdentityTokenAsync(clientId, "https://vault.localhost:9443");
        var ofVersion1 = (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["access_token"];

        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys/read-by-port", ofIdentity)).Status);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys/read-by-port", ofVersion1)).Status);
    }

    [Theory]
    [InlineData("https://vault.localhost:0")]
    [InlineData("https://vault.localhost:65536")]
    [InlineData("https://vault.localhost:")]
    [InlineData("https://vault.localhost:8443:1")]
    [InlineData("https://vault.localhost:8443.evil.example")]
    [InlineData("https://vault.localhost:+1")]
    [InlineData("http://vault.localhost:8443")]
    [InlineData("https://vault.azure.net:8443")]
    public async Task What_only_looks_like_the_resource_gets_no_token(string resource)
    {
        using var answer = await vault.Http.PostAsync($"https://localhost:8443/{vault.Options.TenantId}/oauth2/v2.0/token", new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", vault.Options.AdministratorClientId.ToString()),
            new(
                "client_secret",
                await File.ReadAllTextAsync(Path.Combine(vault.Root, "administrator-credential", "secret"))), new("scope", resource + "/.default"),
        ]));

        Assert.Equal("invalid_scope", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["error"]);
    }

    [Fact]
    public async Task A_port_makes_no_vault_token_of_a_management_token()
    {
        var management = await vault.AdministratorTokenAsync("https://management.vault.localhost:9443");
        Assert.Equal(HttpStatusCode.Unauthorized, (await vault.GetAsync("/keys", management)).Status);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync(vault.VaultResourceId("kv-contoso-prod"), management)).Status);
    }
}
