using System.Net;
using System.Security.Cryptography;

namespace DpsPortal.Tests.KeyVault.Algorithms;

/// <summary>Sign and verify, beside .NET's own implementations and where they are refused.</summary>
[StartsHosts]
public sealed class SignatureTests(SignatureTests.Keys keys) : IClassFixture<SignatureTests.Keys>
{
    private readonly RunningVault _vault = keys.Vault;

    [Theory]
    [InlineData("RS256", 32, false)]
    [InlineData("RS384", 48, false)]
    [InlineData("RS512", 64, false)]
    [InlineData("PS256", 32, true)]
    [InlineData("PS384", 48, true)]
    [InlineData("PS512", 64, true)]
    public async Task An_rsa_signature_is_understood_in_both_directions(string alg, int digestSize, bool isPss)
    {
        var padding = isPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        var hash = new HashAlgorithmName("SHA" + alg[2..]);
        var digest = RandomNumberGenerator.GetBytes(digestSize);

        Assert.True(keys.Rsa.VerifyHash(digest, await _vault.ValueAsync("rsa", "sign", alg, digest), hash, padding));
        Assert.True(await _vault.VerifiesAsync("rsa", alg, digest, keys.Rsa.SignHash(digest, hash, padding)));
        digest[0] ^= 1;
        Assert.False(await _vault.VerifiesAsync("rsa", alg, digest, keys.Rsa.SignHash(RandomNumberGenerator.GetBytes(digestSize), hash, padding)));
    }

    /// <summary>RFC 8017, section 9.2: RS256 is RSNULL of the digest behind this prefix.</summary>
    [Fact]
    public async Task Rsnull_pads_the_value_as_it_is()
    {
        var digest = RandomNumberGenerator.GetBytes(32);
        byte[] value = [.. Convert.FromHexString("3031300d060960864801650304020105000420"), .. digest];

        var signature = await _vault.ValueAsync("rsa", "sign", "RSNULL", value);

        Assert.Equal(keys.Rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), signature);
        Assert.True(await _vault.VerifiesAsync("rsa", "RSNULL", value, signature));
        Assert.False(await _vault.VerifiesAsync("rsa", "RSNULL", digest, signature));
        Jwk.AssertBadParameter(await _vault.RunAsync("rsa", "sign", "RSNULL", new byte[246]), "RSNULL requires 1 to 245 bytes");
    }

    [Fact]
    public async Task An_hmac_is_understood_in_both_directions()
    {
        byte[] data = [1, 2, 3];
        foreach (var (alg, hash) in new[] { ("HS256", HashAlgorithmName.SHA256), ("HS384", HashAlgorithmName.SHA384), ("HS512", HashAlgorithmName.SHA512) })
        {
            var own = CryptographicOperations.HmacData(hash, keys.Oct, data);
            Assert.Equal(own, await _vault.ValueAsync("oct", "sign", alg, data));
            Assert.True(await _vault.VerifiesAsync("oct", alg, data, own));
        }
    }

    [Theory]
    [InlineData("rsa", "ES256", 32, "Key and signing algorithm are incompatible")]
    [InlineData("rsa", "HS256", 32, "Key and signing algorithm are incompatible")]
    [InlineData("ec", "RS256", 32, "Key and signing algorithm are incompatible")]
    [InlineData("ec", "ES384", 48, "Key and signing algorithm are incompatible")]
    [InlineData("ec", "ES256K", 32, "Key and signing algorithm are incompatible")]
    [InlineData("oct", "RS256", 32, "Key and signing algorithm are incompatible")]
    [InlineData("rsa", "RSA-OAEP", 32, "not a known signing algorithm")]
    [InlineData("rsa", "rs256", 32, "not a known signing algorithm")]
    [InlineData("rsa", "none", 32, "not a known signing algorithm")]
    [InlineData("rsa", "RS256", 20, "Invalid length of digest: 20 bytes. RS256 requires 32 bytes")]
    [InlineData("rsa", "PS512", 32, "Invalid length of digest: 32 bytes. PS512 requires 64 bytes")]
    [InlineData("ec", "ES256", 48, "Invalid length of digest: 48 bytes. ES256 requires 32 bytes")]
    [InlineData("oct", "HS256", 0, "Invalid length of digest: 0 bytes")]
    public async Task A_wrong_algorithm_or_digest_is_refused(string key, string alg, int digestSize, string words)
    {
        var digest = new byte[digestSize];
        Jwk.AssertBadParameter(await _vault.RunAsync(key, "sign", alg, digest), words);
        Jwk.AssertBadParameter(await _vault.RunAsync(key, "verify", alg, new byte[64], new { digest = Jwk.Url(digest) }), words);
    }

    [Fact]
    public async Task Verify_needs_a_digest()
    {
        Jwk.AssertBadParameter(await _vault.RunAsync("ec", "verify", "ES256", new byte[64]), "digest");
        Jwk.AssertBadParameter(await _vault.RunAsync("ec", "verify", "ES256", new byte[64], new { digest = "+" }), "digest");
    }

    [Fact]
    public async Task An_ec_key_cannot_encrypt() =>
        Assert.Equal("KeyOperationForbidden", (await _vault.RunAsync("ec", "wrapKey", "RSA-OAEP", [1])).InnerCode);

    [Fact]
    public async Task Hmac_came_with_api_version_7_6()
    {
        var body = new { alg = "HS256", value = "AAAA" };
        Jwk.AssertBadParameter(await _vault.PostAsync("/keys/oct/sign?api-version=7.5", body), "in api-version 7.5");
        Assert.Equal(HttpStatusCode.OK, (await _vault.PostAsync("/keys/oct/sign?api-version=2025-07-01", body)).Status);
    }

    [Fact]
    public async Task Outside_its_time_a_key_verifies_and_does_not_sign_and_disabled_it_does_neither()
    {
        var digest = RandomNumberGenerator.GetBytes(32);
        await _vault.CreateKeyAsync("timed", new { kty = "EC" });
        var signature = await _vault.ValueAsync("timed", "sign", "ES256", digest);

        foreach (var (attributes, inner) in new (object, string)[]
        {
            (new { exp = 1 }, "KeyExpired"),
            (new { exp = 4_000_000_000, nbf = 3_000_000_000 }, "KeyNotYetValid"),
        })
        {
            await _vault.PatchAsync("/keys/timed", new { attributes });
            var refused = await _vault.RunAsync("timed", "sign", "ES256", digest);
            Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", inner), (refused.Status, refused.Code, refused.InnerCode));
            Assert.True(await _vault.VerifiesAsync("timed", "ES256", digest, signature));
        }

        await _vault.PatchAsync("/keys/timed", new { attributes = new { enabled = false } });
        Assert.Equal("KeyDisabled", (await _vault.RunAsync("timed", "sign", "ES256", digest)).InnerCode);
        Assert.Equal("KeyDisabled", (await _vault.RunAsync("timed", "verify", "ES256", signature, new { digest = Jwk.Url(digest) })).InnerCode);
    }

    [Fact]
    public async Task One_ec_key_signs_for_many_at_a_time()
    {
        var digest = RandomNumberGenerator.GetBytes(32);
        var signatures = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _vault.ValueAsync("ec", "sign", "ES256", digest)));
        Assert.All(signatures, signature => Assert.True(keys.Ec.VerifyHash(digest, signature)));
    }

    /// <summary>One vault with one imported key of each type, whose owner still has them.</summary>
    public sealed class Keys : IAsyncLifetime
    {
        public RunningVault Vault { get; } = new();

        internal RSA Rsa { get; } = RSA.Create(2048);

        internal ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        internal byte[] Oct { get; } = RandomNumberGenerator.GetBytes(32);

        public async ValueTask InitializeAsync()
        {
            await Vault.StartAsync();
            await Vault.ImportedAsync("rsa", Jwk.Of(Rsa));
            await Vault.ImportedAsync("ec", Jwk.Of(Ec, "P-256"));
            await Vault.ImportedAsync("oct", Jwk.Of(Oct));
        }

        public async ValueTask DisposeAsync()
        {
            Rsa.Dispose();
            Ec.Dispose();
            await Vault.DisposeAsync();
        }
    }
}
