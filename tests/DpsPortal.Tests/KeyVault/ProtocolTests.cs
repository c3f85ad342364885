using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace DpsPortal.Tests.KeyVault;

/// <summary>What an official client meets on the wire.</summary>
[StartsHosts]
public sealed partial class ProtocolTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Theory]
    [InlineData("POST", "/keys/any/create?api-version=7.6")]
    [InlineData("POST", "/keys/any/unwrapkey?api-version=7.6")]
    [InlineData("PATCH", "/keys/any/?api-version=7.6")]
    [InlineData("GET", "/keys/?api%2Dversion=2025-07-01")]
    [InlineData("DELETE", "/no/such/route")]
    public async Task First_request_without_token_body_and_content_type_gets_the_challenge(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), RunningVault.VaultAddress("kv-contoso-prod") + path);

        var answer = await vault.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("Unauthorized", answer.Code);
        Assert.Equal("AKV10000: Request is missing a Bearer or PoP token.", answer.Message);
        var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.Equal($"authorization=\"https://localhost:8443/{vault.Options.TenantId}\", resource=\"https://vault.localhost:8443\"", challenge.Parameter);
    }

    [Fact]
    public async Task Management_challenges_with_its_own_resource()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:8443{vault.VaultResourceId("kv-contoso-prod")}?api-version=2023-07-01");

        var answer = await vault.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains(
            "resource=\"https://management.vault.localhost:8443\"", Assert.Single(answer.Headers.WwwAuthenticate).Parameter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_has_the_headers_of_Key_Vault()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, RunningVault.VaultAddress("kv-contoso-prod") + "/keys/none?api-version=7.6");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await vault.AdministratorTokenAsync());
        request.Headers.Add("x-ms-client-request-id", "b2f0c6de-0001");

        var answer = await vault.SendAsync(request);

        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        Assert.Equal("no-cache", Header(answer, "Cache-Control"));
        Assert.Equal("no-cache", Header(answer, "Pragma"));
        Assert.Equal("max-age=31536000;includeSubDomains", Header(answer, "Strict-Transport-Security"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("westeurope", Header(answer, "x-ms-keyvault-region"));
        Assert.Equal("b2f0c6de-0001", Header(answer, "x-ms-client-request-id"));
        Assert.True(Guid.TryParse(Header(answer, "x-ms-request-id"), out _));
        Assert.NotEmpty(Header(answer, "x-ms-keyvault-service-version"));
        Assert.NotEmpty(Header(answer, "x-ms-keyvault-network-info"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("DELETE", "/keys/any/v")]
    [InlineData("PUT", "/keys/any")]
    [InlineData("POST", "/keys/any/v/sign")]
    [InlineData("PUT", "/deletedkeys")]
    [InlineData("POST", "/rng")]
    public async Task A_route_that_is_not_there_answers_an_error_body(string method, string path)
    {
        var answer = await vault.SendAsync(new HttpMethod(method), path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("BadParameter", answer.Code);
        Assert.NotNull(answer.Message);
    }

    [Theory]
    [InlineData("/keys/routes")]
    [InlineData("/keys/routes/")]
    [InlineData("/keys/routes/{v}")]
    [InlineData("/Keys/ROUTES/{v}/")]
    [InlineData("//keys//routes")]
    public async Task A_key_is_found_by_every_form_of_its_route(string path)
    {
        var created = await vault.GetAsync("/keys/routes");
        var key = created.Status == HttpStatusCode.OK ? created : await vault.CreateKeyAsync("routes");

        var answer = await vault.GetAsync(RunningVault.VaultAddress("kv-contoso-prod") + path.Replace("{v}", key.KeyVersion, StringComparison.Ordinal));

        Assert.Equal(key.KeyId, answer.KeyId);
    }

    [Fact]
    public async Task Key_ids_carry_the_host_as_the_client_wrote_it()
    {
        await vault.CreateKeyAsync("hosts");

        var named = await vault.GetAsync(RunningVault.VaultAddress("kv-contoso-prod") + "/keys/hosts");
        var alias = await vault.GetAsync("https://localhost:8443/keys/hosts");

        Assert.Matches(KeyIdentifier(), named.KeyId);
        Assert.StartsWith("https://localhost:8443/keys/hosts/", alias.KeyId, StringComparison.Ordinal);
        Assert.Equal(named.KeyVersion, alias.KeyVersion);
    }

    [Fact]
    public async Task An_unknown_key_or_version_is_not_found_in_the_words_of_Key_Vault()
    {
        await vault.CreateKeyAsync("known");
        const string version = "00000000000000000000000000000000";

        foreach (
            var (path, id) in new[] { ("/keys/absent", "absent"), ($"/keys/known/{version}", $"known/{version}"), ("/keys/absent/rotationpolicy", "absent") })
        {
            var answer = await vault.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
            Assert.Equal("KeyNotFound", answer.Code);
            Assert.Equal(
                $"A key with (name/id) {id} was not found in this key vault. If you recently deleted this key you may be able to recover it using the " +
                "correct " +
                "recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182", answer.Message);
        }
    }

    [Fact]
    public async Task A_vault_that_does_not_exist_is_not_found()
    {
        var answer = await vault.GetAsync(RunningVault.VaultAddress("kv-nobody") + "/keys");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("VaultNotFound", answer.Code);
    }

    [Fact]
    public async Task A_body_over_64_KB_is_a_bad_parameter()
    {
        await vault.CreateKeyAsync("large");
        using var request = new HttpRequestMessage(HttpMethod.Post, RunningVault.VaultAddress("kv-contoso-prod") + "/keys/large/wrapkey?api-version=7.6");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await vault.AdministratorTokenAsync());
        request.Content = new StringContent($"{{\"alg\":\"RSA-OAEP\",\"value\":\"{new string('A', 65 * 1024)}\"}}", Encoding.UTF8, "application/json");

        var answer = await vault.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("BadParameter", answer.Code);
    }

    private static string Header(VaultResponse answer, string name) => string.Join(",", answer.Headers.GetValues(name));

    [GeneratedRegex(@"^https://kv-contoso-prod\.vault\.localhost:8443/keys/hosts/[0-9a-f]{32}$")]
    private static partial Regex KeyIdentifier();
}
