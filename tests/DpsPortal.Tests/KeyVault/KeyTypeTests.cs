using System.Net;
using System.Security.Cryptography;

namespace DpsPortal.Tests.KeyVault;

/// <summary>What each type of key is like when it is made, shown, rotated and found again.</summary>
[StartsHosts]
public sealed class KeyTypeTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private static readonly string[] SignVerify = ["sign", "verify"];
    private static readonly string[] Symmetric = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];

    [Theory]
    [InlineData("EC", null, "P-256", 32)]
    [InlineData("EC", "P-384", "P-384", 48)]
    [InlineData("EC", "P-521", "P-521", 66)]
    [InlineData("EC", "P-256K", "P-256K", 32)]
    [InlineData("EC-HSM", "P-256", "P-256", 32)]
    public async Task An_ec_key_shows_its_curve_and_point_in_full_width_and_signs_by_default(string kty, string? crv, string curve, int width)
    {
        var created = await vault.CreateKeyAsync($"ec-{kty}-{crv}", new { kty, crv });
        var key = created.Json["key"]!.AsObject();

        Assert.Equal(["kid", "kty", "key_ops", "crv", "x", "y"], key.Select(member => member.Key));
        Assert.Equal((kty, curve), ((string)key["kty"]!, (string)key["crv"]!));
        Assert.Equal((width, width), (Jwk.Bytes(key["x"]).Length, Jwk.Bytes(key["y"]).Length));
        Assert.Equal(SignVerify, key["key_ops"]!.AsArray().Select(node => (string)node!));
        Assert.Equal("0", (string)created.Json["attributes"]!["hsmPlatform"]!);
        using var point = Jwk.PublicEc(key);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(128)]
    [InlineData(192)]
    [InlineData(256)]
    public async Task A_symmetric_key_shows_nothing_of_itself(int? size)
    {
        var name = $"oct-{size}";
        var key = (await vault.CreateKeyAsync(name, new { kty = "oct-HSM", key_size = size })).Json["key"]!.AsObject();

        Assert.Equal(["kid", "kty", "key_ops"], key.Select(member => member.Key));
        Assert.Equal("oct-HSM", (string)key["kty"]!);
        Assert.Equal(Symmetric, key["key_ops"]!.AsArray().Select(node => (string)node!));
        var wrapped = await vault.ValueAsync(name, "wrapKey", $"A{size ?? 256}KW", new byte[32]);
        Assert.Equal(40, wrapped.Length);
    }

    [Fact]
    public async Task A_plain_symmetric_key_is_refused_as_the_service_does()
    {
        var answer = await vault.PostAsync("/keys/plain/create", new { kty = "oct", key_size = 256 });
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", "KeyTypeNotSupported"), (answer.Status, answer.Code, answer.InnerCode));
        Assert.StartsWith("Invalid kty value: oct.", answer.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync("/keys/plain")).Status);
    }

    [Theory]
    [InlineData("""{"kty":"EC","crv":"P-192"}""", "Invalid crv value: P-192")]
    [InlineData("""{"kty":"EC","crv":"SECP256K1"}""", "Invalid crv value: SECP256K1")]
    [InlineData("""{"kty":"RSA","key_size":1024}""", "Invalid key_size value: 1024")]
    [InlineData("""{"kty":"RSA-HSM","key_size":2049}""", "Invalid key_size value: 2049")]
    [InlineData("""{"kty":"oct-HSM","key_size":512}""", "Invalid key_size value: 512")]
    [InlineData("""{"kty":"RSA","public_exponent":5}""", "Invalid public_exponent value: 5")]
    [InlineData("""{"kty":"EC-HSM","attributes":{"exportable":true}}""", "without an HSM")]
    public async Task A_size_curve_or_exponent_that_the_service_lacks_is_refused(string body, string words) =>
        Jwk.AssertBadParameter(await vault.PostAsync("/keys/refused/create", body), words);

    [Fact]
    public async Task An_rsa_key_with_the_exponent_three_unwraps_what_its_public_key_wrapped()
    {
        var key = (await vault.CreateKeyAsync("three", new { kty = "RSA", public_exponent = 3 })).Json["key"]!;
        Assert.Equal("Aw", (string)key["e"]!);
        using var rsa = RSA.Create(new RSAParameters { Modulus = Jwk.Bytes(key["n"]), Exponent = [3] });
        byte[] secret = [1, 2, 3];

        Assert.Equal(secret, await vault.ValueAsync("three", "unwrapKey", "RSA-OAEP-256", rsa.Encrypt(secret, RSAEncryptionPadding.OaepSHA256)));
        var rotated = await vault.PostAsync("/keys/three/rotate", null);
        Assert.Equal("Aw", (string)rotated.Json["key"]!["e"]!);
    }

    [Theory]
    [InlineData("""{"kty":"EC","crv":"P-384"}""", "ES384", 48)]
    [InlineData("""{"kty":"oct-HSM","key_size":192,"key_ops":["sign","verify"]}""", "HS384", 48)]
    public async Task A_rotated_key_is_another_one_of_the_same_kind(string body, string alg, int digestSize)
    {
        var name = "rotated-" + alg.ToLowerInvariant();
        var first = await vault.CreateKeyAsync(name, body);
        var digest = RandomNumberGenerator.GetBytes(digestSize);
        var signature = await vault.ValueAsync(name, "sign", alg, digest);

        var second = await vault.PostAsync($"/keys/{name}/rotate", null);

        Assert.NotEqual(first.KeyVersion, second.KeyVersion);
        Assert.Equal((string)first.Json["key"]!["kty"]!, (string)second.Json["key"]!["kty"]!);
        Assert.Equal((string?)first.Json["key"]!["crv"], (string?)second.Json["key"]!["crv"]);
        Assert.Equal(first.Json["key"]!["key_ops"]!.ToJsonString(), second.Json["key"]!["key_ops"]!.ToJsonString());
        Assert.False(await vault.VerifiesAsync(name, alg, digest, signature));
        Assert.True(await vault.VerifiesAsync($"{name}/{first.KeyVersion}", alg, digest, signature));
    }

    [Fact]
    public async Task Keys_of_every_type_still_work_after_a_restart()
    {
        await using var own = new RunningVault();
        await own.StartAsync();
        await own.CreateKeyAsync("rsa", new { kty = "RSA-HSM" });
        await own.CreateKeyAsync("ec", new { kty = "EC", crv = "P-256K" });
        await own.CreateKeyAsync("oct", new { kty = "oct-HSM" });
        var digest = RandomNumberGenerator.GetBytes(32);
        var shown = (await own.GetAsync("/keys/ec")).Text;
        var signed = await own.ValueAsync("ec", "sign", "ES256K", digest);
        var signedByRsa = await own.ValueAsync("rsa", "sign", "PS256", digest);
        var wrapped = await own.ValueAsync("oct", "wrapKey", "A256KW", digest);

        await own.StopAsync();
        await own.StartAsync();

        Assert.Equal(shown, (await own.GetAsync("/keys/ec")).Text);
        Assert.True(await own.VerifiesAsync("ec", "ES256K", digest, signed));
        Assert.True(await own.VerifiesAsync("rsa", "PS256", digest, signedByRsa));
        Assert.True(await own.VerifiesAsync("ec", "ES256K", digest, await own.ValueAsync("ec", "sign", "ES256K", digest)));
        Assert.Equal(digest, await own.ValueAsync("oct", "unwrapKey", "A256KW", wrapped));
    }
}
