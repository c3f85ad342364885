using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.Tests.KeyVault;

/// <summary>
/// The issuer under the address of an AD FS, which is how MSAL and Azure's command line reach it. What a program does there is what it would
/// do at the tenant's address: same secrets, same tokens, same refusals.
/// </summary>
[StartsHosts]
public sealed class AdfsTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string Authority = "https://localhost:8443/adfs";

    [Fact]
    public async Task It_is_discovered_as_MSAL_does_and_its_token_opens_the_vault()
    {
        var metadata = (await vault.GetAsync(Authority + "/.well-known/openid-configuration")).Json;
        Assert.Equal(Authority + "/oauth2/token", (string)metadata["token_endpoint"]!);
        Assert.StartsWith(Authority + "/", (string)metadata["authorization_endpoint"]!, StringComparison.Ordinal);

        var answer = await PostAsync("scope", RunningVault.VaultResource + "/.default");

        Assert.Equal((HttpStatusCode.OK, 3600), (answer.Status, (int)answer.Json["expires_in"]!));
        var token = (string)answer.Json["access_token"]!;
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys", token)).Status);
        var verified = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = (string)metadata["issuer"]!,
            ValidAudience = RunningVault.VaultResource,
            IssuerSigningKeys = new JsonWebKeySet((await vault.GetAsync((string)metadata["jwks_uri"]!)).Text).GetSigningKeys(),
        });
        Assert.True(verified.IsValid, verified.Exception?.Message);
    }

    [Fact]
    public async Task Scope_and_resource_are_both_understood()
    {
        var answer = await PostAsync("resource", RunningVault.ManagementResource);
        Assert.Equal(RunningVault.ManagementResource, Assert.Single(new JsonWebToken((string)answer.Json["access_token"]!).Audiences));
    }

    [Theory]
    [InlineData("scope", "https://vault.azure.net/.default", null, 400, "invalid_scope")]
    [InlineData("resource", "", null, 400, "invalid_scope")]
    [InlineData("scope", "https://vault.localhost/.default", "wrong", 401, "invalid_client")]
    public async Task It_refuses_as_the_tenant_s_address_does(string field, string value, string? secret, int status, string error)
    {
        var answer = await PostAsync(field, value, secret);
        Assert.Equal((status, error), ((int)answer.Status, (string)answer.Json["error"]!));
    }

    [Fact]
    public async Task It_is_not_there_under_a_vaults_name()
    {
        var answer = await vault.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, RunningVault.VaultAddress("kv-contoso-prod") + "/adfs/.well-known/openid-configuration"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    private async Task<VaultResponse> PostAsync(string field, string value, string? secret = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Authority + "/oauth2/token");
        request.Content = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"),
            new("client_id", vault.Options.AdministratorClientId.ToString()),
            new("client_secret", secret ?? await File.ReadAllTextAsync(Path.Combine(vault.Root, "administrator-credential", "secret"))),
            new(field, value),
        ]);
        return await vault.SendAsync(request);
    }
}
