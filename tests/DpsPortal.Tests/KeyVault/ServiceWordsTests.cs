using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace DpsPortal.Tests.KeyVault;

/// <summary>What clients and their tests know of the service's answers beyond the contract of an operation.</summary>
[StartsHosts]
public sealed class ServiceWordsTests(RunningVault vault) : IClassFixture<RunningVault>
{
    /// <summary>Azure's JavaScript client tests exactly this blob.</summary>
    [Fact]
    public async Task Zeros_are_a_backup_of_an_invalid_version()
    {
        var answer = await vault.PostAsync("/keys/restore", new { value = Jwk.Url(new byte[8693]) });
        Assert.Equal(
            (
                HttpStatusCode.BadRequest, "Malformed backup blob",
                "Backup blob contains invalid or corrupt version."), (answer.Status, answer.Code, answer.Message));
    }

    [Theory]
    [InlineData("unwrapKey", "RSA-OAEP-256", "Error occurred while decoding OAEP padding.")]
    [InlineData("decrypt", "RSA-OAEP", "Error occurred while decoding OAEP padding.")]
    [InlineData("unwrapKey", "RSA1_5", "Unable to decrypt specified value with this key.")]
    public async Task Nonsense_to_open_is_refused_in_the_services_words_whatever_is_wrong_with_it(string operation, string alg, string message)
    {
        var key = "nonsense-" + alg.ToLowerInvariant().Replace('_', '-') + "-" + operation.ToLowerInvariant();
        await vault.CreateKeyAsync(key);
        foreach (var value in new[] { new byte[256], RandomNumberGenerator.GetBytes(256), [.. Enumerable.Repeat((byte)0xFF, 256)], [1, 2, 3], [] })
        {
            var answer = await vault.RunAsync(key, operation, alg, value);
            Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", message), (answer.Status, answer.Code, answer.Message));
        }
    }

    [Theory]
    [InlineData("""{"key":{"kty":"RSA","n":"AQAB"}}""", "The property \"key\" must be a valid JsonWebKey object. ")]
    [InlineData("""{"key":{"kty":"EC","crv":"P-256"}}""", "The property \"key\" must be a valid JsonWebKey object. ")]
    [InlineData(
        """{"key":{"kty":"RSA","n":"n","e":"AQAB","d":"Aw","p":"Aw","q":"Aw","dp":"Aw","dq":"Aw","qi":"Aw"}}""",
        "RSA key is not valid - cannot instantiate crypto service. ")]
    public async Task A_bad_web_key_is_refused_in_the_services_words_and_then_in_ours(string body, string words)
    {
        using var rsa = RSA.Create(2048);
        var answer = await vault.SendAsync(
            HttpMethod.Put, "/keys/bad-jwk", body.Replace("\"n\":\"n\"", $"\"n\":\"{Jwk.Of(rsa)["n"]}\"", StringComparison.Ordinal));
        Jwk.AssertBadParameter(answer, "");
        Assert.StartsWith(words, answer.Message, StringComparison.Ordinal);
        Assert.True(answer.Message!.Length > words.Length);
    }

    [Theory]
    [InlineData(
        null,
        "The request contains an entity body but no Content-Type header. The inferred media type 'application/octet-stream' is not supported for this " +
        "resource.")]
    [InlineData("text/plain", "The request entity's media type 'text/plain' is not supported for this resource.")]
    [InlineData("application/x-www-form-urlencoded", "The request entity's media type 'application/x-www-form-urlencoded' is not supported for this resource.")]
    public async Task A_body_that_is_not_called_json_is_an_unsupported_media_type(string? type, string message)
    {
        var answer = await SendAsync(HttpMethod.Post, "/keys/typed/create", """{"kty":"EC"}""", type);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, message), (answer.Status, (string?)answer.Json["Message"]));
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync("/keys/typed")).Status);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    [InlineData("text/json")]
    public async Task Json_is_taken_under_its_names(string type) =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "/keys/json/create", """{"kty":"EC"}""", type)).Status);

    /// <summary>The documentation calls the header both.</summary>
    [Theory]
    [InlineData("X-HTTP-REQUEST")]
    [InlineData("X-HTTP-METHOD")]
    public async Task A_post_may_name_the_verb_that_is_meant(string header)
    {
        await vault.CreateKeyAsync("verbs");

        var read = await SendAsync(HttpMethod.Post, "/keys/verbs", null, null, (header, "GET"));
        var updated = await SendAsync(HttpMethod.Post, "/keys/verbs", """{"tags":{"by":"post"}}""", "application/json", (header, "PATCH"));
        var posted = await SendAsync(HttpMethod.Post, "/keys/verbs/rotate", null, null, (header, "POST"));
        var unknown = await SendAsync(HttpMethod.Post, "/keys/verbs", null, null, (header, "FLY"));
        // Only a POST stands for another verb.
        var got = await SendAsync(HttpMethod.Get, "/keys/verbs", null, null, (header, "DELETE"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (read.Status, updated.Status, posted.Status));
        Assert.Equal("post", (string?)updated.Json["tags"]!["by"]);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (unknown.Status, got.Status));
    }

    [Fact]
    public async Task A_verb_that_is_named_needs_the_same_token_and_role()
    {
        await vault.CreateKeyAsync("guarded");
        using var bare = new HttpRequestMessage(HttpMethod.Post, RunningVault.VaultAddress("kv-contoso-prod") + "/keys/guarded?api-version=7.6");
        bare.Headers.Add("X-HTTP-REQUEST", "DELETE");
        var (clientId, _) = await vault.CreateIdentityAsync("id-verbs");

        Assert.Equal(HttpStatusCode.Unauthorized, (await vault.SendAsync(bare)).Status);
        var answer = await SendAsync(HttpMethod.Post, "/keys/guarded", null, null, ("X-HTTP-REQUEST", "DELETE"), await vault.IdentityTokenAsync(clientId));
        Assert.Equal("ForbiddenByRbac", answer.InnerCode);
        Assert.Contains("Microsoft.KeyVault/vaults/keys/delete", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://kv-contoso-prod.vault.localhost:8443")]
    [InlineData("https://localhost:8443")]
    public async Task Anybody_may_ask_how_the_vault_is_and_from_where_it_sees_them(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address + "/healthstatus");

        var answer = await vault.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, "application/json; charset=utf-8", 4), (answer.Status, answer.ContentType, answer.Text.Length));
        Assert.Contains("addr=127.0.0.1", Assert.Single(answer.Headers.GetValues("x-ms-keyvault-network-info")), StringComparison.Ordinal);
    }

    private async Task<VaultResponse> SendAsync(
        HttpMethod method, string path, string? body, string? type, (string Name, string Value)? header = null, string? token = null)
    {
        using var request = new HttpRequestMessage(method, $"{RunningVault.VaultAddress(vault.Options.DefaultVault)}{path}?api-version=7.6");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? await vault.AdministratorTokenAsync());
        if (header is { } extra)
        {
            request.Headers.Add(extra.Name, extra.Value);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await vault.SendAsync(request);
    }
}
