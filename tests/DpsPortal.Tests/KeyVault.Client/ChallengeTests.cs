using System.Text;
using Azure;
using Azure.Security.KeyVault.Keys;
using static DpsPortal.Tests.KeyVault.Client.RecordingVault;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>How a token is asked for, and to whom it is never given. Contract: WWW-Authenticate of Key Vault.</summary>
public sealed class ChallengeTests
{
    private const string NoTokenForIt =
        "' does not match the requested domain. Set DisableChallengeResourceVerification to true in your client options to disable. See " +
        "https://aka.ms/azsdk/blog/vault-uri for more information.";

    [Theory, InlineData(true), InlineData(false)]
    public async Task First_request_carries_neither_token_nor_body(bool async)
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()));
        var client = vault.CreateClient();

        _ = async ? await client.CreateKeyAsync("kek", KeyType.Rsa) : client.CreateKey("kek", KeyType.Rsa);

        Assert.Collection(
            vault.Requests,
            bare =>
            {
                Assert.Null(bare.Authorization);
                Assert.True(string.IsNullOrEmpty(bare.Body), bare.Body);
            },
            full =>
            {
                Assert.Equal("Bearer token-1", full.Authorization);
                Assert.Equal("""{"kty":"RSA"}""", full.Body);
            });
    }

    [Fact]
    public async Task Token_is_asked_for_the_resource_and_the_tenant_of_the_challenge()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()))
        {
            Challenge =
                $"Bearer authorization=\"https://login.localhost/{Tenant}/oauth2\", scope=\"https://elsewhere.localhost/x\", " +
                "resource=\"https://vault.localhost\"",
        };

        await vault.CreateClient().GetKeyAsync("kek");

        var asked = Assert.Single(vault.Credential.Asked);
        Assert.Equal(["https://vault.localhost/.default"], asked.Scopes);
        Assert.Equal(Tenant, asked.TenantId);
        Assert.True(asked.IsCaeEnabled);
    }

    [Fact]
    public async Task Scope_is_taken_where_no_resource_is_named()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()))
        {
            Challenge = $"Bearer authorization_uri=\"https://login.localhost/{Tenant}\", scope=\"https://vault.localhost/keys.read\"",
        };

        await vault.CreateClient().GetKeyAsync("kek");

        Assert.Equal(["https://vault.localhost/keys.read"], Assert.Single(vault.Credential.Asked).Scopes);
    }

    [Fact]
    public async Task Challenge_is_remembered_for_other_clients_and_the_token_for_other_calls()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()), Json(Wire.KeyBundle()), Json(Wire.KeyBundle()));
        var client = vault.CreateClient();
        await client.GetKeyAsync("kek");
        await client.GetKeyAsync("kek");

        await vault.CreateClient().GetKeyAsync("kek");

        Assert.Equal(4, vault.Requests.Count);
        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-2"], vault.Authorized.Select(request => request.Authorization));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://ault.localhost")]
    [InlineData("https://vault.localhost.evil.example")]
    public async Task Foreign_resource_is_refused_and_no_token_is_fetched(string resource)
    {
        var vault = new RecordingVault { Challenge = $"Bearer authorization=\"https://login.localhost/{Tenant}\", resource=\"{resource}\"" };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => vault.CreateClient().GetKeyAsync("kek"));

        Assert.Equal($"The challenge resource '{new Uri(resource).Host}{NoTokenForIt}", refused.Message);
        Assert.Empty(vault.Credential.Asked);
        Assert.Empty(vault.Authorized);
    }

    [Fact]
    public async Task Verification_can_be_switched_off()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()))
        {
            Challenge = $"Bearer authorization=\"https://login.localhost/{Tenant}\", resource=\"https://vault.azure.net\"",
        };

        await vault.CreateClient(options => options.DisableChallengeResourceVerification = true).GetKeyAsync("kek");

        Assert.Equal(["https://vault.azure.net/.default"], Assert.Single(vault.Credential.Asked).Scopes);
    }

    [Fact]
    public async Task Challenge_stored_by_an_unchecking_client_is_checked_by_the_next()
    {
        Assert.SkipWhen(PublicApiTests.IsThePackage, "The package checks challenges only when they come.");
        var vault = new RecordingVault(Json(Wire.KeyBundle()))
        {
            Challenge = $"Bearer authorization=\"https://login.localhost/{Tenant}\", resource=\"https://vault.azure.net\"",
        };
        await vault.CreateClient(options => options.DisableChallengeResourceVerification = true).GetKeyAsync("kek");

        await Assert.ThrowsAsync<InvalidOperationException>(() => vault.CreateClient().GetKeyAsync("kek"));

        Assert.Single(vault.Authorized);
    }

    [Fact]
    public async Task Page_link_to_a_foreign_host_gets_no_token()
    {
        Assert.SkipWhen(PublicApiTests.IsThePackage, "The package checks challenges only when they come.");
        var vault = new RecordingVault(Json("""{"value":[],"nextLink":"https://evil.example/keys?api-version=7.6"}"""));

        await Assert.ThrowsAsync<InvalidOperationException>(() => vault.CreateClient().GetPropertiesOfKeysAsync().ToListAsync().AsTask());

        Assert.Single(vault.Authorized);
    }

    [Fact]
    public async Task Nothing_is_sent_in_clear()
    {
        var vault = new RecordingVault();
        var address = new UriBuilder(vault.Address) { Scheme = "http" }.Uri;
        var options = new KeyClientOptions { Transport = new Azure.Core.Pipeline.HttpClientTransport(vault) };

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => new KeyClient(address, vault.Credential, options).GetKeyAsync("kek"));

        Assert.Equal("Bearer token authentication is not permitted for non TLS protected (https) endpoints.", refused.Message);
        Assert.Empty(vault.Requests);
    }

    [Fact]
    public async Task Claims_challenge_fetches_one_new_token_with_the_claims()
    {
        var vault = new RecordingVault(ClaimsChallenge, Json(Wire.KeyBundle()));

        await vault.CreateClient().GetKeyAsync("kek");

        Assert.Equal(["Bearer token-1", "Bearer token-2"], vault.Authorized.Select(request => request.Authorization));
        Assert.Equal([null, Claims], vault.Credential.Asked.Select(asked => asked.Claims));
        Assert.All(vault.Credential.Asked, asked => Assert.Equal(["https://vault.localhost/.default"], asked.Scopes));
    }

    [Fact]
    public async Task Second_claims_challenge_in_a_row_is_final()
    {
        var vault = new RecordingVault(ClaimsChallenge, ClaimsChallenge);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => vault.CreateClient().GetKeyAsync("kek"));

        Assert.Equal(401, refused.Status);
        Assert.Equal(2, vault.Credential.Asked.Count);
    }

    [Fact]
    public async Task Body_survives_a_failure_of_the_bare_request()
    {
        var handler = new FailsOnce(new RecordingVault(Json(Wire.KeyBundle())));
        var client = handler.Vault.CreateClient(options => options.Transport = new Azure.Core.Pipeline.HttpClientTransport(handler));

        await client.CreateKeyAsync("kek", KeyType.Rsa);

        Assert.Equal("""{"kty":"RSA"}""", Assert.Single(handler.Vault.Authorized).Body);
    }

    private const string Claims = """{"access_token":{"nbf":{"essential":true}}}""";

    private static HttpResponseMessage ClaimsChallenge(RecordedRequest request) => Answer(
        401,
        """{"error":{"code":"Unauthorized","message":"AKV10000"}}""",
        (
            "WWW-Authenticate",
            $"Bearer authorization=\"https://login.localhost/{Tenant}\", error=\"insufficient_claims\", " +
            $"claims=\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(Claims))}\""));

    private sealed class FailsOnce(RecordingVault vault) : DelegatingHandler(vault)
    {
        private bool _failed;

        public RecordingVault Vault => vault;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var fails = !_failed;
            _failed = true;
            return fails ? Task.FromResult(Answer(503, "{}")) : base.SendAsync(request, cancellationToken);
        }
    }
}
