using System.Security.Cryptography;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;
using static DpsPortal.Tests.KeyVault.Client.RecordingVault;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>Signatures, AES parameters and import as they stand on the wire, and what runs here instead.</summary>
public sealed class SignatureTests
{
    private const string KeyPath = "/keys/kek/" + Wire.Version;
    private const string Signed = """{"kid":"https://v.vault.localhost:8443/keys/kek/0123456789abcdef0123456789abcdef","value":"-_8"}""";

    private static readonly byte[] Digest = SHA256.HashData([1, 2, 3]);

    [Theory, InlineData(true), InlineData(false)]
    public async Task Sign_goes_to_the_vault(bool async)
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle(operations: "'sign','verify'")), Json(Signed));
        var client = vault.CreateCryptographyClient(KeyPath);

        var signed = async ? await client.SignDataAsync(SignatureAlgorithm.RS256, [1, 2, 3]) : client.SignData(SignatureAlgorithm.RS256, [1, 2, 3]);

        var request = vault.Authorized.Last();
        Assert.Equal(("POST", KeyPath + "/sign?api-version=7.6"), (request.Method, request.PathAndQuery));
        Assert.Equal($$"""{"alg":"RS256","value":"{{Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(Digest)}}"}""", request.Body);
        Assert.Equal([0xfb, 0xff], signed.Signature);
    }

    [Theory]
    [InlineData("'enabled':true")]
    [InlineData("'enabled':true,'exp':1")]
    public void Verify_runs_here_even_after_the_key_has_expired(string attributes)
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle(attributes: attributes, operations: "'verify'")));
        var client = vault.CreateCryptographyClient(KeyPath);
        var signature = Wire.Rsa.SignHash(Digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);

        Assert.True(client.Verify(SignatureAlgorithm.PS256, Digest, signature).IsValid);
        Assert.False(client.Verify(SignatureAlgorithm.RS256, Digest, signature).IsValid);
        Assert.Single(vault.Authorized);
    }

    [Theory]
    [InlineData("'wrapKey'", "PS256")]
    [InlineData("'verify'", "ES256")]
    public void Verify_goes_to_the_vault_where_the_key_does_not_allow_it_or_the_algorithm_is_another(string operations, string algorithm)
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle(operations: operations)), Json("""{"value":true}"""));

        var verified = vault.CreateCryptographyClient(KeyPath).Verify(algorithm, [1], [2]);

        Assert.True(verified.IsValid);
        Assert.Equal($$"""{"alg":"{{algorithm}}","value":"Ag","digest":"AQ"}""", vault.Authorized.Last().Body);
    }

    [Fact]
    public void Encrypt_sends_the_parameters_of_aes_and_draws_a_missing_iv_for_cbc_alone()
    {
        const string Kid = "https://v.vault.localhost:8443/keys/kek/0123456789abcdef0123456789abcdef";
        const string Key = $$$"""{"key":{"kid":"{{{Kid}}}","kty":"oct-HSM","key_ops":["encrypt"]},"attributes":{}}""";
        var vault = new RecordingVault(Json(Key), Json(Signed), Json(Signed));
        var client = vault.CreateCryptographyClient(KeyPath);

        client.Encrypt(EncryptParameters.A256GcmParameters([1], [2]));
        var cbc = EncryptParameters.A128CbcParameters(new byte[16]);
        client.Encrypt(cbc);

        Assert.Equal("""{"alg":"A256GCM","value":"AQ","aad":"Ag"}""", vault.Authorized.ElementAt(1).Body);
        Assert.Equal(16, cbc.Iv.Length);
        Assert.Contains($"\"iv\":\"{Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(cbc.Iv)}\"", vault.Authorized.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_puts_the_private_key_and_what_goes_with_it()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()));
        using var aes = Aes.Create();
        aes.Key = new byte[16];
        var options = new ImportKeyOptions("kek", new JsonWebKey(aes, [KeyOperation.WrapKey])) { HardwareProtected = true };
        options.Properties.Enabled = false;
        options.Properties.Tags["a"] = "b";

        await vault.CreateClient().ImportKeyAsync(options);

        var request = Assert.Single(vault.Authorized);
        Assert.Equal(("PUT", "/keys/kek?api-version=7.6"), (request.Method, request.PathAndQuery));
        Assert.Equal(
            """{"key":{"kty":"oct","key_ops":["wrapKey"],"k":"AAAAAAAAAAAAAAAAAAAAAA"},"attributes":{"enabled":false},"tags":{"a":"b"},"hsm":true}""",
            request.Body);
    }

    [Theory]
    [InlineData("1.2.840.10045.3.1.7", "P-256", 32)]
    [InlineData("1.3.132.0.10", "P-256K", 32)]
    [InlineData("1.3.132.0.34", "P-384", 48)]
    [InlineData("1.3.132.0.35", "P-521", 66)]
    public void An_ec_key_becomes_a_json_web_key_and_back(string oid, string curve, int width)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromValue(oid));
        var jwk = new JsonWebKey(key, includePrivateParameters: true);
        using var again = jwk.ToECDsa(includePrivateParameters: true);

        Assert.Equal((curve, width, width), (jwk.CurveName.ToString(), jwk.X.Length, jwk.D.Length));
        Assert.True(key.VerifyHash(Digest, again.SignHash(Digest)));
        Assert.Null(new JsonWebKey(key).D);
        Assert.Throws<InvalidOperationException>(() => jwk.ToRSA());
        Assert.Throws<InvalidOperationException>(() => jwk.ToAes());
    }
}
