using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.Storage;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.Tests.KeyVault;

/// <summary>
/// Tokens that somebody made up, each of a known kind of attack. Those signed with the vault's own key show that the claims are
/// looked at, too. All of them are 401.
/// </summary>
[StartsHosts]
public sealed class TokenAttackTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const int Mutations = 4000;

    private string Tenant => vault.Options.TenantId.ToString();

    [Fact]
    public async Task A_token_as_the_authority_makes_it_is_accepted_when_made_by_hand()
    {
        using var own = SigningKey();
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync("/keys", Sign(await HeaderAsync(), await ClaimsAsync(), own))).Status);
    }

    [Fact]
    public async Task A_token_that_asks_for_no_signature_or_another_key_is_refused()
    {
        using var own = SigningKey();
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var (header, claims) = (await HeaderAsync(), await ClaimsAsync());
        var signature = (await vault.AdministratorTokenAsync()).Split('.')[2];
        var attacks = new Dictionary<string, string>();
        foreach (var none in new[] { "none", "None", "NONE", "nOnE", "none ", "", " ", "null" })
        {
            attacks[$"alg '{none}'"] = $"{Encode(With(header, "alg", none))}.{Encode(claims)}.";
            attacks[$"alg '{none}', signature left"] = $"{Encode(With(header, "alg", none))}.{Encode(claims)}.{signature}";
        }

        foreach (var alg in new JsonNode?[] { null, 0, true, new JsonArray("ES256"), new JsonObject() })
        {
            attacks[$"alg is {alg?.ToJsonString() ?? "null"}"] = Sign(With(header, "alg", alg), claims, own);
        }

        attacks["no alg"] = Sign(Without(header, "alg"), claims, own);
        foreach (var (name, secret) in new[]
        {
            ("SPKI", own.ExportSubjectPublicKeyInfo()), ("PEM", Encoding.ASCII.GetBytes(own.ExportSubjectPublicKeyInfoPem())),
            ("PEM and newline", Encoding.ASCII.GetBytes(own.ExportSubjectPublicKeyInfoPem() + "\n")), ("point", Point(own)), ("nothing", []),
            ("kid", Encoding.ASCII.GetBytes((string)header["kid"]!)),
        })
        {
            foreach (var alg in new[] { "HS256", "HS384", "HS512" })
            {
                attacks[$"{alg} with {name}"] = Hmac(With(header, "alg", alg), claims, alg, secret);
            }
        }

        foreach (var alg in new[] { "ES384", "ES512", "ES256K", "RS256", "PS256", "EdDSA", "es256", "ES256 ", "A256KW", "dir" })
        {
            attacks[$"alg {alg} on an ES256 signature"] = Sign(With(header, "alg", alg), claims, own);
        }

        attacks["foreign EC key, our kid"] = Sign(header, claims, foreign);
        attacks["foreign RSA key, our kid"] = SignRsa(With(header, "alg", "RS256"), claims, rsa);
        attacks["all zero signature"] = $"{Encode(header)}.{Encode(claims)}.{Base64UrlEncoder.Encode(new byte[64])}";
        var text = $"{Encode(header)}.{Encode(claims)}";
        var der = own.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        attacks["signature in DER"] = $"{text}.{Base64UrlEncoder.Encode(der)}";
        await AllRefusedAsync(attacks, 40);
    }

    [Fact]
    public async Task A_token_that_says_itself_which_key_to_trust_is_refused()
    {
        using var own = SigningKey();
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (header, claims) = (await HeaderAsync(), await ClaimsAsync());
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(foreign) { KeyId = "evil" });
        var jwkBody = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = jwk.X, ["y"] = jwk.Y, ["kid"] = "evil" };
        var certificate = new CertificateRequest("CN=evil", foreign, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var hints = new Dictionary<string, JsonNode>
        {
            ["jwk"] = jwkBody,
            ["jku"] = "https://evil.example/keys",
            ["x5u"] = "https://evil.example/cert.pem",
            ["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)),
            ["x5t"] = Base64UrlEncoder.Encode(certificate.GetCertHash()),
            ["x5t#S256"] = Base64UrlEncoder.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256)),
            ["crit"] = new JsonArray("exp"),
            ["zip"] = "DEF",
            ["enc"] = "A256GCM",
            ["b64"] = false,
        };
        var attacks = new Dictionary<string, string>();
        foreach (var (name, value) in hints)
        {
            attacks[$"{name}, foreign key"] = Sign(With(header, name, value.DeepClone()), claims, foreign);
            attacks[$"{name}, foreign key and no kid"] = Sign(Without(With(header, name, value.DeepClone()), "kid"), claims, foreign);
            attacks[$"{name}, our key"] = Sign(With(header, name, value.DeepClone()), claims, own);
        }

        foreach (var kid in new JsonNode?[] { "../../dev/null", "/dev/null", "..\\..\\NUL", "signing.pem", "' OR '1'='1", "x' UNION SELECT 'secret'--", "", " ",
            "\0", "$(id)", "https://evil.example/keys", new string('k', 2000), 1, new JsonArray(), null })
        {
            attacks[$"kid {kid?.ToJsonString()}, foreign key"] = Sign(With(header, "kid", kid?.DeepClone()), claims, foreign);
            attacks[$"kid {kid?.ToJsonString()}, HMAC of nothing"] = Hmac(With(With(header, "kid", kid?.DeepClone()), "alg", "HS256"), claims, "HS256", []);
        }

        await AllRefusedAsync(attacks, 50);
    }

    [Fact]
    public async Task A_token_with_other_claims_than_ours_is_refused_even_under_our_own_signature()
    {
        using var own = SigningKey();
        var (header, claims) = (await HeaderAsync(), await ClaimsAsync());
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var attacks = new Dictionary<string, string>();
        foreach (var (claim, value) in new (string, JsonNode?)[]
        {
            ("exp", now - 1), ("exp", 0), ("exp", -1), ("exp", "never"), ("exp", null), ("exp", new JsonArray(now + 60)),
            ("nbf", now + 60), ("nbf", long.MaxValue), ("nbf", "soon"), ("nbf", null),
            ("aud", "https://vault.azure.net"), ("aud", RunningVault.ManagementResource), ("aud", ""), ("aud", null), ("aud", new JsonArray()),
            (
                "aud",
                new JsonArray(RunningVault.VaultResource, RunningVault.ManagementResource)), (
                    "aud", RunningVault.VaultResource + ".evil.example"), ("aud", "HTTPS://VAULT.LOCALHOST"),
            (
                "iss",
                $"https://sts.windows.net/{Tenant}/"), ("iss", "https://localhost:8443/"), (
                    "iss", $"https://localhost:8443/{Tenant}"), ("iss", $"https://evil.example/{Tenant}/"), ("iss", null), ("iss", ""),
            ("tid", Guid.NewGuid().ToString()), ("tid", ""), ("tid", null), ("tid", 1),
            ("oid", "administrator"), ("oid", ""), ("oid", null), ("oid", new JsonArray(Guid.NewGuid().ToString())),
            ("appid", "x"), ("appid", null),
        })
        {
            attacks[$"{claim} {value?.ToJsonString()}"] = Sign(header, With(claims, claim, value?.DeepClone()), own);
            attacks[$"no {claim}"] = Sign(header, Without(claims, claim), own);
        }

        foreach (var typ in new[] { "at+jwt", "JWE", "dpop+jwt", "secevent+jwt", "" })
        {
            attacks[$"typ {typ}"] = Sign(With(header, "typ", typ), claims, own);
        }

        await AllRefusedAsync(attacks, 40);
    }

    [Fact]
    public async Task A_token_that_says_a_thing_twice_or_in_another_spelling_is_refused()
    {
        using var own = SigningKey();
        var (header, claims) = (await HeaderAsync(), await ClaimsAsync());
        var (headerText, claimsText) = (header.ToJsonString(), claims.ToJsonString());
        var token = await vault.AdministratorTokenAsync();
        var parts = token.Split('.');
        var attacks = new Dictionary<string, string>();
        foreach (var claim in new[] { "oid", "aud", "exp", "iss", "tid", "appid" })
        {
            attacks[$"{claim} before"] = Sign(headerText, $$"""{"{{claim}}":"{{Guid.NewGuid()}}",{{claimsText[1..]}}""", own);
            attacks[$"{claim} after"] = Sign(headerText, $$"""{{claimsText[..^1]}},"{{claim}}":{{claims[claim]!.ToJsonString()}}}""", own);
            attacks[$"{claim} escaped"] = Sign(
                headerText, $$"""{{claimsText[..^1]}},"\u00{{(int)claim[0]:x2}}{{claim[1..]}}":{{claims[claim]!.ToJsonString()}}}""", own);
        }

        attacks["alg twice"] = Sign($$"""{"alg":"none",{{headerText[1..]}}""", claimsText, own);
        attacks["kid twice"] = Sign($$"""{{headerText[..^1]}},"kid":"x"}""", claimsText, own);
        attacks["claims in an array"] = Sign(headerText, $"[{claimsText}]", own);
        attacks["claims followed by more"] = Sign(headerText, claimsText + "{}", own);
        attacks["claims cut"] = Sign(headerText, claimsText[..^1], own);
        attacks["no claims"] = Sign(headerText, "{}", own);
        attacks["not JSON"] = Sign(headerText, "claims", own);
        attacks["deep"] = Sign(headerText, claimsText[..^1] + ",\"x\":" + new string('[', 200) + new string(']', 200) + "}", own);
        attacks["padding"] = $"{parts[0]}.{parts[1]}.{parts[2]}==";
        attacks["ordinary base64"] = string.Join('.', parts[0], parts[1], Convert.ToBase64String(Base64UrlEncoder.DecodeBytes(parts[2])));
        attacks["a blank inside"] = $"{parts[0]}.{parts[1]} .{parts[2]}";
        attacks["four parts"] = token + ".";
        attacks["five parts"] = $"{token}.{parts[1]}.{parts[2]}";
        attacks["two parts"] = $"{parts[0]}.{parts[1]}";
        attacks["dots alone"] = "..";
        attacks["last bits of the signature"] = token[..^1] + OtherSpelling(token[^1]);
        attacks["8 KB"] = Sign(With(header, "x", new string('a', 6000)), claims, own);
        attacks["20 KB"] = Sign(header, With(claims, "x", new string('a', 15_000)), own);
        attacks["20 KB of nothing"] = new string('a', 20_000);
        foreach (var length in Enumerable.Range(0, 30).Select(step => token.Length * step / 30))
        {
            attacks[$"cut at {length}"] = token[..length];
        }

        await AllRefusedAsync(attacks, 50);
    }

    [Fact]
    public async Task A_token_longer_than_a_header_may_be_is_refused_by_the_server()
    {
        HttpStatusCode? answered = null;
        try
        {
            answered = (await vault.Http.SendAsync(Request(new string('a', 100_000)))).StatusCode;
        }
        catch (HttpRequestException closed) when (closed.InnerException is IOException)
        {
            // The server reads no further and closes: whoever is still sending may miss its answer.
        }

        Assert.True(answered is null or HttpStatusCode.RequestHeaderFieldsTooLarge, $"{answered}");
        Assert.Empty(vault.Logs);
    }

    [Fact]
    public async Task No_mutation_of_a_token_is_accepted()
    {
        using var authority = new TokenAuthority(ProtectedFolder.Open(Path.Combine(vault.Root, "vault-issuer")), vault.Options, TimeProvider.System);
        var token = await vault.AdministratorTokenAsync();
        Assert.IsType<TokenResult.Accepted>(await authority.VerifyAsync(token, RunningVault.VaultResource));
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";
        var place = Gen.Int[0, token.Length - 1];
        var character = Gen.Char[alphabet];
        var mutation = Gen.OneOf(
            Gen.Select(place, character, (at, c) => token[..at] + c + token[(at + 1)..]),
            Gen.Select(place, character, (at, c) => token[..at] + c + token[at..]),
            Gen.Select(place, at => token.Remove(at, 1)),
            Gen.Select(place, place, (one, other) => Swap(token, one, other)),
            Gen.Select(place, Gen.Int[1, 40], (at, length) => token.Remove(at, Math.Min(length, token.Length - at))),
            Gen.Select(place, Gen.String[character, 1, 40], (at, text) => token.Insert(at, text)));

        await mutation.Where(text => text != token).SampleAsync(
            async text => Assert.IsType<TokenResult.Refused>(await authority.VerifyAsync(text, RunningVault.VaultResource)), iter: Mutations, threads: 1);
    }

    private async Task AllRefusedAsync(Dictionary<string, string> attacks, int atLeast)
    {
        Assert.True(attacks.Count >= atLeast, $"{attacks.Count} attacks");
        foreach (var (kind, token) in attacks)
        {
            using var answer = await vault.Http.SendAsync(Request(token));
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{kind}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            Assert.Single(answer.Headers.WwwAuthenticate);
        }

        Assert.Empty(vault.Logs);
    }

    private static HttpRequestMessage Request(string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, RunningVault.VaultAddress("kv-contoso-prod") + "/keys?api-version=7.6");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return request;
    }

    private async Task<JsonObject> HeaderAsync() => Part(await vault.AdministratorTokenAsync(), 0);

    private async Task<JsonObject> ClaimsAsync() => Part(await vault.AdministratorTokenAsync(), 1);

    private ECDsa SigningKey()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(vault.Root, "vault-issuer", "signing.pem")));
        return key;
    }

    private static byte[] Point(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    private static JsonObject With(JsonObject part, string name, JsonNode? value)
    {
        var changed = (JsonObject)part.DeepClone();
        changed[name] = value;
        return changed;
    }

    private static JsonObject Without(JsonObject part, string name)
    {
        var changed = (JsonObject)part.DeepClone();
        changed.Remove(name);
        return changed;
    }

    private static string Sign(JsonObject header, JsonObject claims, ECDsa key) => Sign(header.ToJsonString(), claims.ToJsonString(), key);

    private static string Sign(string header, string claims, ECDsa key) => Join(header, claims, signed => key.SignData(signed, HashAlgorithmName.SHA256));

    private static string SignRsa(JsonObject header, JsonObject claims, RSA key) =>
        Join(header.ToJsonString(), claims.ToJsonString(), signed => key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static string Hmac(JsonObject header, JsonObject claims, string alg, byte[] secret) =>
        Join(header.ToJsonString(), claims.ToJsonString(), signed => alg switch
    {
        "HS256" => HMACSHA256.HashData(secret, signed),
        "HS384" => HMACSHA384.HashData(secret, signed),
        _ => HMACSHA512.HashData(secret, signed),
    });

    private static string Join(string header, string claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(claims)}";
        return $"{signed}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(JsonObject part) => Base64UrlEncoder.Encode(part.ToJsonString());

    /// <summary>86 characters carry 64 bytes and four bits too many: sixteen spellings of the last character mean the same bytes.</summary>
    private static char OtherSpelling(char last)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return alphabet[alphabet.IndexOf(last, StringComparison.Ordinal) ^ 1];
    }

    private static string Swap(string text, int one, int other)
    {
        var characters = text.ToCharArray();
        (characters[one], characters[other]) = (characters[other], characters[one]);
        return new string(characters);
    }

    private static JsonObject Part(string token, int index) => JsonSerializer.Deserialize<JsonObject>(Base64UrlEncoder.DecodeBytes(token.Split('.')[index]))!;
}
