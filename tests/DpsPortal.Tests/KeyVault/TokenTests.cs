using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.KeyVault;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.Storage;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Only a token of this vault's authority, unexpired and for this resource, opens anything.</summary>
[StartsHosts]
public sealed class TokenTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Fact]
    public async Task A_token_has_the_claims_of_Entra()
    {
        var token = await vault.AdministratorTokenAsync();
        var header = Part(token, 0);
        var claims = Part(token, 1);

        Assert.Equal(("ES256", "JWT"), ((string)header["alg"]!, (string)header["typ"]!));
        Assert.NotNull(header["kid"]);
        Assert.Equal($"https://localhost:8443/{vault.Options.TenantId}/", (string)claims["iss"]!);
        Assert.Equal("https://vault.localhost", (string)claims["aud"]!);
        Assert.Equal(vault.Options.AdministratorObjectId.ToString(), (string)claims["oid"]!);
        Assert.Equal(vault.Options.AdministratorClientId.ToString(), (string)claims["appid"]!);
        Assert.Equal(vault.Options.TenantId.ToString(), (string)claims["tid"]!);
        Assert.Equal(3600, (long)claims["exp"]! - (long)claims["nbf"]!);
    }

    [Fact]
    public async Task A_forged_or_foreign_token_is_refused()
    {
        var token = await vault.AdministratorTokenAsync();
        var parts = token.Split('.');
        using var own = SigningKey();
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = own.ExportSubjectPublicKeyInfo();
        var forged = new Dictionary<string, string>
        {
            ["unsigned"] = $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.",
            ["unsigned, with the signature left"] = $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.{parts[2]}",
            ["HS256 with the public key"] = Hs256(parts[1], publicKey),
            ["HS256 with the public key as PEM"] = Hs256(parts[1], Encoding.ASCII.GetBytes(own.ExportSubjectPublicKeyInfoPem())),
            ["a foreign key under our key id"] = Es256(parts[0], parts[1], foreign),
            ["a changed payload"] = $"{parts[0]}.{Encode(OfSomebodyElse(Part(token, 1).ToJsonString()))}.{parts[2]}",
            ["no signature"] = $"{parts[0]}.{parts[1]}.",
            ["another algorithm name"] = Es256(Encode("""{"alg":"ES384","typ":"JWT"}"""), parts[1], own),
            ["another type"] = Es256(Encode("""{"alg":"ES256","typ":"at+jwt"}"""), parts[1], own),
            ["no expiry"] = Es256(parts[0], Without(token, "exp"), own),
            ["no caller"] = Es256(parts[0], Without(token, "oid"), own),
            ["not a token"] = "abc",
            ["five parts"] = "a.b.c.d.e",
            ["empty"] = "",
        };

        foreach (var (kind, text) in forged)
        {
            var answer = await vault.GetAsync("/keys", text);
            Assert.True(answer.Status == HttpStatusCode.Unauthorized, $"{kind}: {answer.Status}");
            Assert.Single(answer.Headers.WwwAuthenticate);
        }

        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys", Es256(parts[0], parts[1], own))).Status);
    }

    [Fact]
    public async Task A_token_for_another_resource_is_refused()
    {
        var management = await vault.AdministratorTokenAsync(RunningVault.ManagementResource);

        var first = await vault.GetAsync("/keys", management);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync(vault.VaultResourceId("kv-contoso-prod"), management)).Status);
        var remembered = await vault.GetAsync("/keys", management);
        var reversed = await vault.GetAsync(vault.VaultResourceId("kv-contoso-prod"), await vault.AdministratorTokenAsync());

        const string message = "AKV10022: Invalid audience. Expected https://vault.localhost, found: https://management.vault.localhost.";
        Assert.Equal((HttpStatusCode.Unauthorized, message), (first.Status, first.Message));
        Assert.Equal((HttpStatusCode.Unauthorized, message), (remembered.Status, remembered.Message));
        Assert.Equal(HttpStatusCode.Unauthorized, reversed.Status);
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        using var past = Authority(vault.Options, new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(-61)));
        var token = past.Issue(vault.Options.AdministratorClientId, vault.Options.AdministratorObjectId, RunningVault.VaultResource);
        Assert.Equal(HttpStatusCode.Unauthorized, (await vault.GetAsync("/keys", token)).Status);
    }

    [Fact]
    public async Task A_remembered_token_expires_to_the_second()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        using var authority = Authority(vault.Options, clock);
        var token = authority.Issue(Guid.NewGuid(), Guid.NewGuid(), RunningVault.VaultResource);

        Assert.IsType<TokenResult.Accepted>(await authority.VerifyAsync(token, RunningVault.VaultResource));
        clock.Advance(TokenAuthority.Lifetime - TimeSpan.FromSeconds(1));
        Assert.IsType<TokenResult.Accepted>(await authority.VerifyAsync(token, RunningVault.VaultResource));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<TokenResult.Refused>(await authority.VerifyAsync(token, RunningVault.VaultResource));
    }

    [Fact]
    public async Task A_token_of_another_tenant_is_refused_with_both_issuers()
    {
        using var other = Authority(new EmbeddedKeyVaultOptions { TenantId = new Guid("11111111-2222-3333-4444-555555555555") }, TimeProvider.System);
        var token = other.Issue(vault.Options.AdministratorClientId, vault.Options.AdministratorObjectId, RunningVault.VaultResource);

        var answer = await vault.GetAsync("/keys", token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.StartsWith(
            $"AKV10032: Invalid issuer. Expected one of https://localhost:8443/{vault.Options.TenantId}/, found ", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_credentials", null, "wrong", "https://vault.localhost/.default", 401, "invalid_client")]
    [InlineData("client_credentials", "00000000-0000-0000-0000-000000000001", null, "https://vault.localhost/.default", 401, "invalid_client")]
    [InlineData("client_credentials", null, null, "https://vault.azure.net/.default", 400, "invalid_scope")]
    [InlineData("client_credentials", null, null, "", 400, "invalid_scope")]
    [InlineData("password", null, null, "https://vault.localhost/.default", 400, "unsupported_grant_type")]
    public async Task The_token_endpoint_refuses_in_the_words_of_OAuth(string grant, string? client, string? secret, string scope, int status, string error)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://localhost:8443/{vault.Options.TenantId}/oauth2/v2.0/token");
        request.Content = new FormUrlEncodedContent(
        [
            new("grant_type", grant),
            new("client_id", client ?? vault.Options.AdministratorClientId.ToString()),
            new("client_secret", secret ?? await File.ReadAllTextAsync(Path.Combine(vault.Root, "administrator-credential", "secret"))),
            new("scope", scope),
        ]);

        var answer = await vault.SendAsync(request);

        Assert.Equal((status, error), ((int)answer.Status, (string)answer.Json["error"]!));
    }

    [Fact]
    public async Task The_identity_endpoint_wants_its_header_and_a_known_identity()
    {
        var (clientId, principalId) = await vault.CreateIdentityAsync("id-tokens");
        var header = await File.ReadAllTextAsync(Path.Combine(vault.Root, "identity-endpoint", "header"));

        var claims = Part(await vault.IdentityTokenAsync(clientId), 1);
        Assert.Equal((principalId, clientId), ((string)claims["oid"]!, (string)claims["appid"]!));
        Assert.Equal(HttpStatusCode.Unauthorized, (await IdentityAsync(clientId, "wrong")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await IdentityAsync(clientId, null)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await IdentityAsync(Guid.NewGuid().ToString(), header)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await IdentityAsync("", header)).Status);
    }

    [Fact]
    public async Task The_identity_endpoint_of_2017_names_things_otherwise_and_tells_the_time_in_words()
    {
        var (clientId, principalId) = await vault.CreateIdentityAsync("id-tokens-2017");
        var address = $"https://localhost:8443/msi/token/?resource=https://vault.localhost&api-version=2017-09-01&clientid={clientId}";
        var secret = await File.ReadAllTextAsync(Path.Combine(vault.Root, "identity-endpoint", "header"));

        var answer = await WithHeaderAsync("secret");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(principalId, (string)Part((string)answer.Json["access_token"]!, 1)["oid"]!);
        var expires = DateTimeOffset.ParseExact((string)answer.Json["expires_on"]!, "MM/dd/yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture);
        Assert.InRange(expires - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(60));
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithHeaderAsync("X-IDENTITY-HEADER")).Status);

        async Task<VaultResponse> WithHeaderAsync(string header)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Add(header, secret);
            return await vault.SendAsync(request);
        }
    }

    [Fact]
    public async Task Tokens_are_not_issued_under_a_vaults_name()
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"{RunningVault.VaultAddress("kv-contoso-prod")}/{vault.Options.TenantId}/oauth2/v2.0/token");
        Assert.Equal("AKV10000: Request is missing a Bearer or PoP token.", (await vault.SendAsync(request)).Message);
    }

    private async Task<VaultResponse> IdentityAsync(string clientId, string? header)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"https://localhost:8443/msi/token?api-version=2019-08-01&resource=https://vault.localhost&client_id={clientId}");
        if (header is not null)
        {
            request.Headers.Add("X-IDENTITY-HEADER", header);
        }

        return await vault.SendAsync(request);
    }

    private TokenAuthority Authority(EmbeddedKeyVaultOptions options, TimeProvider clock) =>
        new(ProtectedFolder.Open(Path.Combine(vault.Root, "vault-issuer")), options, clock);

    private ECDsa SigningKey()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(vault.Root, "vault-issuer", "signing.pem")));
        return key;
    }

    private static string Hs256(string payload, byte[] key)
    {
        var signed = $"{Encode("""{"alg":"HS256","typ":"JWT"}""")}.{payload}";
        return $"{signed}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Es256(string header, string payload, ECDsa key) =>
        $"{header}.{payload}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes($"{header}.{payload}"), HashAlgorithmName.SHA256))}";

    private static string Without(string token, string claim)
    {
        var claims = Part(token, 1);
        claims.Remove(claim);
        return Encode(claims.ToJsonString());
    }

    private string OfSomebodyElse(string claims) =>
        claims.Replace(vault.Options.AdministratorObjectId.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal);

    private static string Encode(string text) => Base64UrlEncoder.Encode(text);

    private static JsonObject Part(string token, int index) => JsonSerializer.Deserialize<JsonObject>(Base64UrlEncoder.DecodeBytes(token.Split('.')[index]))!;
}
