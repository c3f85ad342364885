using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace DpsPortal.Tests.KeyVault;

/// <summary>PUT /keys/{name} with a JSON Web Key made elsewhere.</summary>
[StartsHosts]
public sealed class KeyImportTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly RSA OtherRsa = RSA.Create(2048);
    private static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task An_imported_rsa_key_opens_what_its_owner_wrapped_and_signs_what_its_owner_verifies()
    {
        var jwk = Jwk.Of(Rsa);
        jwk["kid"] = "https://elsewhere/keys/x/1";
        jwk["key_ops"] = new JsonArray("unwrapKey", "sign");
        var imported = await vault.ImportAsync("rsa", jwk, new { tags = new { from = "elsewhere" }, attributes = new { exp = 2_000_000_000 } });
        byte[] secret = [7, 8, 9];
        var digest = RandomNumberGenerator.GetBytes(32);

        Assert.True(imported.Status == HttpStatusCode.OK, imported.Text);
        Assert.Equal("RSA", (string)imported.Json["key"]!["kty"]!);
        Assert.StartsWith(RunningVault.VaultAddress(vault.Options.DefaultVault) + "/keys/rsa/", imported.KeyId, StringComparison.Ordinal);
        Assert.Equal((string)jwk["n"]!, (string)imported.Json["key"]!["n"]!);
        Assert.Equal("""["unwrapKey","sign"]""", imported.Json["key"]!["key_ops"]!.ToJsonString());
        Assert.Equal("elsewhere", (string)imported.Json["tags"]!["from"]!);
        Assert.Equal(2_000_000_000, (long)imported.Json["attributes"]!["exp"]!);
        Assert.Equal(secret, await vault.ValueAsync("rsa", "unwrapKey", "RSA-OAEP", Rsa.Encrypt(secret, RSAEncryptionPadding.OaepSHA1)));
        Assert.True(Rsa.VerifyHash(digest, await vault.ValueAsync("rsa", "sign", "RS256", digest), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Theory]
    [InlineData("P-256", "ES256", 32)]
    [InlineData("P-384", "ES384", 48)]
    [InlineData("P-521", "ES512", 64)]
    [InlineData("P-256K", "ES256K", 32)]
    public async Task An_imported_ec_key_signs_what_its_owner_verifies(string curve, string alg, int digestSize)
    {
        using var owner = ECDsa.Create(Jwk.CurveOf(curve));
        var digest = RandomNumberGenerator.GetBytes(digestSize);

        await vault.ImportedAsync("import-" + alg, Jwk.Of(owner, curve));

        Assert.True(owner.VerifyHash(digest, await vault.ValueAsync("import-" + alg, "sign", alg, digest)));
        Assert.True(await vault.VerifiesAsync("import-" + alg, alg, digest, owner.SignHash(digest)));
    }

    [Theory]
    [InlineData("Hsm")]
    [InlineData("hsm")]
    public async Task Hsm_in_either_spelling_makes_the_key_one_of_an_hsm_type(string member)
    {
        var body = new JsonObject { ["key"] = Jwk.Of(new byte[16]), [member] = true };
        var imported = await vault.SendAsync(HttpMethod.Put, "/keys/oct-" + (member == "Hsm" ? "a" : "b"), body.ToJsonString());

        Assert.True(imported.Status == HttpStatusCode.OK, imported.Text);
        Assert.Equal("oct-HSM", (string)imported.Json["key"]!["kty"]!);
        Assert.Equal(["kid", "kty", "key_ops"], imported.Json["key"]!.AsObject().Select(entry => entry.Key));
    }

    [Fact]
    public async Task An_import_under_a_known_name_is_a_new_version()
    {
        var first = await vault.CreateKeyAsync("twice");
        var second = await vault.ImportedAsync("twice", Jwk.Of(Ec, "P-256"));

        Assert.NotEqual(first.KeyVersion, second.KeyVersion);
        Assert.Equal(second.KeyId, (await vault.GetAsync("/keys/twice")).KeyId);
        Assert.Equal("RSA", (string)(await vault.GetAsync($"/keys/twice/{first.KeyVersion}")).Json["key"]!["kty"]!);
    }

    [Theory]
    [InlineData("d", null, "private members")]
    [InlineData("qi", null, "private members")]
    [InlineData("n", "other", "do not belong to one key")]
    [InlineData("d", "other", "do not belong to one key")]
    [InlineData("p", "other", "do not belong to one key")]
    [InlineData("dp", "other", "do not belong to one key")]
    [InlineData("dq", "other", "do not belong to one key")]
    [InlineData("qi", "other", "do not belong to one key")]
    [InlineData("e", "AQAC", "odd number")]
    [InlineData("e", "AQ", "odd number")]
    [InlineData("e", "Aw", "do not belong to one key")]
    [InlineData("n", "AQAB", "2048, 3072 or 4096 bits")]
    public async Task An_rsa_key_whose_members_disagree_is_refused(string member, string? value, string words)
    {
        var jwk = Jwk.Of(Rsa);
        jwk[member] = value == "other" ? Jwk.Of(OtherRsa)[member]!.DeepClone() : value;
        Jwk.AssertBadParameter(await vault.ImportAsync("bad-rsa", jwk), words);
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync("/keys/bad-rsa")).Status);
    }

    [Fact]
    public async Task An_rsa_key_of_consistent_numbers_that_are_not_prime_is_refused()
    {
        // p is the product of two primes; d is made for phi as if p were prime.
        using var rsa = RSA.Create(2048);
        var q = Number(rsa.ExportParameters(true).Q!);
        BigInteger p;
        do
        {
            using var small = RSA.Create(1024);
            p = Number(small.ExportParameters(false).Modulus!);
        }
        while ((p * q).GetBitLength() < 2048);
        BigInteger e = 65537;
        var d = Inverse(e, (p - 1) * (q - 1));
        var jwk = new JsonObject
        {
            ["kty"] = "RSA", ["n"] = Text(p * q), ["e"] = "AQAB", ["d"] = Text(d), ["p"] = Text(p), ["q"] = Text(q),
            ["dp"] = Text(d % (p - 1)), ["dq"] = Text(d % (q - 1)), ["qi"] = Text(Inverse(q, p)),
        };
        Jwk.AssertBadParameter(await vault.ImportAsync("composite", jwk), "do not belong to one key");
    }

    [Theory]
    [InlineData("x", "y", "do not belong to one key")]
    [InlineData("d", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "do not belong to one key")]
    [InlineData("d", "__________________________________________8", "do not belong to one key")]
    [InlineData("d", "AQ", "do not belong to one key")]
    [InlineData("d", null, "private member d")]
    [InlineData("crv", "P-384", "do not belong to one key")]
    [InlineData("crv", "P-256K", "do not belong to one key")]
    [InlineData("crv", "P-1", "Invalid crv value: P-1")]
    public async Task An_ec_key_whose_members_disagree_is_refused(string member, string? value, string words)
    {
        var jwk = Jwk.Of(Ec, "P-256");
        jwk[member] = value == "y" ? (string)jwk["y"]! : value;
        Jwk.AssertBadParameter(await vault.ImportAsync("bad-ec", jwk), words);
    }

    [Theory]
    [InlineData("""{"key":{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA"}}""", "Invalid kty value: oct")]
    [InlineData("""{"key":{"kty":"oct","k":"AAAA"},"Hsm":true}""", "128, 192 or 256 bits")]
    [InlineData("""{"key":{"kty":"oct-HSM"}}""", "128, 192 or 256 bits")]
    [InlineData("""{"key":{"kty":"RSA-HSM","key_hsm":"AAAA"}}""", "key transfer blob")]
    [InlineData("""{"key":{"kty":"AKP"}}""", "Invalid kty value: AKP")]
    [InlineData("""{"key":{"k":"AAAA"}}""", "Property 'key.kty' is required.")]
    [InlineData("""{"key":{"kty":"EC","d":"+/+/"}}""", "Property 'key.d' has an invalid value.")]
    [InlineData("""{"attributes":{}}""", "Property 'key' is required.")]
    [InlineData("""{"key":{"kty":"EC"},"release_policy":{}}""", "without an HSM")]
    public async Task What_cannot_be_taken_in_is_refused_with_its_reason(string body, string words) =>
        Jwk.AssertBadParameter(await vault.SendAsync(HttpMethod.Put, "/keys/bad-import", body), words);

    [Fact]
    public async Task An_import_leaves_no_private_member_in_answers_logs_events_or_files()
    {
        await using var own = new RunningVault();
        await own.StartAsync();
        var keys = new Dictionary<string, JsonObject> { ["r"] = Jwk.Of(Rsa), ["e"] = Jwk.Of(Ec, "P-256"), ["o"] = Jwk.Of(RandomNumberGenerator.GetBytes(32)) };
        var answers = "";
        foreach (var (name, jwk) in keys)
        {
            answers += (await own.ImportedAsync(name, jwk)).Text +
                (await own.GetAsync("/keys/" + name)).Text +
                (await own.PostAsync($"/keys/{name}/rotate", null)).Text;
            var broken = jwk.DeepClone();
            broken["kty"] = (string)jwk["kty"]! == "RSA" ? "EC" : "RSA";
            answers += (await own.ImportAsync(name, broken)).Text + (await own.PostAsync($"/keys/{name}/sign", jwk.ToJsonString())).Text;
        }

        await own.StopAsync();

        var files = Directory.GetFiles(own.Root, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes).ToList();
        foreach (
            var secret in keys.Values.SelectMany(jwk => jwk).Where(member => Jwk.PrivateMembers.Contains(member.Key)).Select(member => (string)member.Value!))
        {
            Assert.DoesNotContain(secret, answers, StringComparison.Ordinal);
            Assert.DoesNotContain(own.Logs, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(
                files, file => file.AsSpan().IndexOf(Jwk.Bytes(secret)) >= 0 || file.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(secret)) >= 0);
        }

        // The same search finds what is stored in clear, so it would have found the rest.
        Assert.Contains(files, file => file.AsSpan().IndexOf(Jwk.Bytes(keys["r"]["n"])) >= 0);
        Assert.Equal(3, Count(own, "SELECT COUNT(*) FROM AuditEvents WHERE OperationName = 'KeyImport' AND HttpStatusCode = 200"));
        Assert.Equal(3, Count(own, "SELECT COUNT(*) FROM AuditEvents WHERE OperationName = 'KeyImport' AND HttpStatusCode = 400"));
    }

    private static long Count(RunningVault own, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = own.DatabasePath, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static string Text(BigInteger number) => Jwk.Url(number.ToByteArray(isUnsigned: true, isBigEndian: true));

    private static BigInteger Inverse(BigInteger value, BigInteger modulus)
    {
        var (rest, next, factor, nextFactor) = (modulus, value % modulus, BigInteger.Zero, BigInteger.One);
        while (!next.IsZero)
        {
            var quotient = rest / next;
            (rest, next, factor, nextFactor) = (next, rest - quotient * next, nextFactor, factor - quotient * nextFactor);
        }

        return (factor % modulus + modulus) % modulus;
    }
}
