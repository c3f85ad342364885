using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;
using DpsPortal.Tests.Services;

namespace DpsPortal.Tests.KeyVault;

/// <summary>The key client against the embedded vault: every type of key, made and imported, in both halves of the client.</summary>
[StartsHosts]
public sealed class KeyClientOnVaultTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private static readonly byte[] Data = Encoding.ASCII.GetBytes("in the field no answer was taken");

    [Theory]
    [InlineData("P-256", "ES256")]
    [InlineData("P-384", "ES384")]
    [InlineData("P-521", "ES512")]
    [InlineData("P-256K", "ES256K")]
    public async Task An_ec_key_signs_at_the_vault_and_verifies_here_and_there(string curve, string alg)
    {
        var name = "client-" + alg;
        var key = (await Client().CreateEcKeyAsync(new CreateEcKeyOptions(name) { CurveName = curve })).Value;
        var crypto = Client().GetCryptographyClient(name);

        var signed = await crypto.SignDataAsync(alg, Data);
        var digest = CryptographicOperations.HashData(new HashAlgorithmName(alg is "ES256K" ? "SHA256" : "SHA" + alg[2..]), Data);

        Assert.Equal(curve, key.Key.CurveName.ToString());
        Assert.Equal((key.Id.ToString(), new SignatureAlgorithm(alg)), (signed.KeyId, signed.Algorithm));
        using var local = key.Key.ToECDsa();
        Assert.True(local.VerifyHash(digest, signed.Signature));
        Assert.True((await crypto.VerifyAsync(alg, digest, signed.Signature)).IsValid);
        Assert.False(crypto.VerifyData(alg, [1], signed.Signature).IsValid);
        using var stream = new MemoryStream(Data);
        Assert.True((await crypto.VerifyDataAsync(alg, stream, signed.Signature)).IsValid);
    }

    [Fact]
    public async Task An_imported_rsa_key_signs_and_decrypts_for_its_owner()
    {
        using var owner = RSA.Create(2048);
        var imported = (await Client()
            .ImportKeyAsync(new ImportKeyOptions("client-rsa", new JsonWebKey(owner, includePrivateParameters: true)) { HardwareProtected = true })).Value;
        var crypto = Client().GetCryptographyClient("client-rsa");

        var signed = crypto.SignData(SignatureAlgorithm.PS384, Data);
        var opened = await crypto.DecryptAsync(DecryptParameters.RsaOaep256Parameters(owner.Encrypt(Data, RSAEncryptionPadding.OaepSHA256)));

        Assert.Equal(KeyType.RsaHsm, imported.KeyType);
        Assert.Null(imported.Key.D);
        Assert.True(owner.VerifyData(Data, signed.Signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pss));
        Assert.True(crypto.VerifyData(SignatureAlgorithm.PS384, Data, signed.Signature).IsValid);
        Assert.Equal(Data, opened.Plaintext);
    }

    [Fact]
    public async Task An_ec_key_is_imported_by_name()
    {
        using var owner = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        var imported = Client().ImportKey("client-ec", new JsonWebKey(owner, includePrivateParameters: true)).Value;
        var signed = await Client().GetCryptographyClient("client-ec", imported.Properties.Version).SignDataAsync(SignatureAlgorithm.ES512, Data);
        Assert.True(owner.VerifyData(Data, signed.Signature, HashAlgorithmName.SHA512));
    }

    [Fact]
    public async Task A_symmetric_key_encrypts_wraps_and_signs_at_the_vault()
    {
        using var owner = Aes.Create();
        KeyOperation[] operations = ["encrypt", "decrypt", "wrapKey", "unwrapKey", "sign", "verify"];
        await Client().ImportKeyAsync(new ImportKeyOptions("client-oct", new JsonWebKey(owner, operations)) { HardwareProtected = true });
        var crypto = Client().GetCryptographyClient("client-oct");

        var gcm = await crypto.EncryptAsync(EncryptParameters.A256GcmParameters(Data, [1, 2]));
        var cbc = crypto.Encrypt(EncryptParameters.A256CbcPadParameters(Data));
        var wrapped = await crypto.WrapKeyAsync(KeyWrapAlgorithm.A256KW, Data);
        var padded = await crypto.WrapKeyAsync(KeyWrapAlgorithm.CkmAesKeyWrapPad, [1, 2, 3]);
        var signed = await crypto.SignDataAsync(SignatureAlgorithm.HS256, Data);

        Assert.Equal(
            Data,
            (await crypto.DecryptAsync(
                DecryptParameters.A256GcmParameters(gcm.Ciphertext, gcm.Iv, gcm.AuthenticationTag, gcm.AdditionalAuthenticatedData))).Plaintext);
        Assert.Equal(Data, crypto.Decrypt(DecryptParameters.A256CbcPadParameters(cbc.Ciphertext, cbc.Iv)).Plaintext);
        Assert.Equal(Data, owner.DecryptCbc(cbc.Ciphertext, cbc.Iv));
        Assert.Equal(Data, (await crypto.UnwrapKeyAsync(KeyWrapAlgorithm.A256KW, wrapped.EncryptedKey)).Key);
        Assert.Equal([1, 2, 3], owner.DecryptKeyWrapPadded(padded.EncryptedKey));
        Assert.Equal(HMACSHA256.HashData(owner.Key, SHA256.HashData(Data)), signed.Signature);
        Assert.True((await crypto.VerifyDataAsync(SignatureAlgorithm.HS256, Data, signed.Signature)).IsValid);
    }

    [Fact]
    public async Task A_symmetric_key_made_by_the_vault_is_refused_unless_it_is_of_an_hsm_type()
    {
        var made = (await Client().CreateOctKeyAsync(new CreateOctKeyOptions("client-made", hardwareProtected: true) { KeySize = 128 })).Value;
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => Client().CreateOctKeyAsync(new CreateOctKeyOptions("client-plain")));

        Assert.Equal(KeyType.OctHsm, made.KeyType);
        Assert.Null(made.Key.K);
        Assert.Equal("BadParameter", refused.ErrorCode);
    }

    [Fact]
    public async Task Random_bytes_come_from_the_vault()
    {
        Assert.Equal(48, (await Client().GetRandomBytesAsync(48)).Value.Length);
        Assert.Equal(400, Assert.Throws<RequestFailedException>(() => Client().GetRandomBytes(0)).Status);
    }

    private KeyClient Client() => new(
        new Uri(RunningVault.VaultAddress(vault.Options.DefaultVault)), new TokenFrom(vault.AdministratorTokenAsync),
        new KeyClientOptions { Transport = new HttpClientTransport(vault.Http) });
}
