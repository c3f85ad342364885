using System.Security.Cryptography;
using Azure;
using Azure.Core.Cryptography;
using Azure.Security.KeyVault.Keys.Cryptography;
using static DpsPortal.Tests.KeyVault.Client.RecordingVault;

namespace DpsPortal.Tests.KeyVault.Client;

/// <summary>What runs here with the downloaded public key, and what is left to the vault.</summary>
public sealed class CryptographyClientTests
{
    private const string KeyPath = "/keys/kek/" + Wire.Version;
    private const string Remote = """{"kid":"https://v.vault.localhost:8443/keys/kek/0123456789abcdef0123456789abcdef","value":"-_8"}""";

    private static readonly byte[] Secret = [0xfb, 0xff];

    [Theory]
    [InlineData("RSA-OAEP-256", true)]
    [InlineData("RSA-OAEP", true)]
    [InlineData("RSA1_5", false)]
    public async Task Wrap_runs_here_after_one_download(string algorithm, bool async)
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()));
        var client = vault.CreateCryptographyClient("/keys/kek");
        var plain = RandomNumberGenerator.GetBytes(32);

        client.WrapKey(algorithm, plain);
        var wrapped = async ? await client.WrapKeyAsync(algorithm, plain) : client.WrapKey(algorithm, plain);

        Assert.Equal("/keys/kek?api-version=7.6", Assert.Single(vault.Authorized).PathAndQuery);
        Assert.Equal($"https://v.vault.localhost:8443{KeyPath}", wrapped.KeyId);
        Assert.Equal(new KeyWrapAlgorithm(algorithm), wrapped.Algorithm);
        Assert.Equal(plain, Wire.Rsa.Decrypt(wrapped.EncryptedKey, PaddingOf(algorithm)));
    }

    [Fact]
    public async Task Encrypt_runs_here_too()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()));

        var encrypted = await vault.CreateCryptographyClient(KeyPath).EncryptAsync(EncryptionAlgorithm.RsaOaep256, Secret);

        Assert.Single(vault.Authorized);
        Assert.Equal(Secret, Wire.Rsa.Decrypt(encrypted.Ciphertext, RSAEncryptionPadding.OaepSHA256));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Unwrap_goes_to_the_vault(bool async)
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()), Json(Remote));
        var client = vault.CreateCryptographyClient(KeyPath);

        var unwrapped = async
            ? await client.UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, Secret)
            : client.UnwrapKey(KeyWrapAlgorithm.RsaOaep256, Secret);

        var request = vault.Authorized.Last();
        Assert.Equal(("POST", KeyPath + "/unwrapKey?api-version=7.6"), (request.Method, request.PathAndQuery));
        Assert.Equal("""{"alg":"RSA-OAEP-256","value":"-_8"}""", request.Body);
        Assert.Equal(Secret, unwrapped.Key);
    }

    [Fact]
    public async Task Decrypt_goes_to_the_vault()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()), Json(Remote));

        var decrypted = await vault.CreateCryptographyClient(KeyPath).DecryptAsync(EncryptionAlgorithm.RsaOaep, Secret);

        Assert.Equal(KeyPath + "/decrypt?api-version=7.6", vault.Authorized.Last().PathAndQuery);
        Assert.Equal(Secret, decrypted.Plaintext);
    }

    [Theory]
    [InlineData("'unwrapKey'", 200)]
    [InlineData("'wrapKey'", 403)]
    public async Task Wrap_goes_to_the_vault_where_the_key_does_not_allow_it_or_cannot_be_read(string operations, int status)
    {
        var vault = new RecordingVault(
            Json(status == 200 ? Wire.KeyBundle(operations: operations) : Wire.Refusal("Forbidden", "No.", "ForbiddenByRbac"), status),
            Json(Wire.Refusal("Forbidden", "Operation wrapKey is not permitted on this key.", "KeyOperationForbidden"), 403));

        var refused = await Assert.ThrowsAsync<RequestFailedException>(
            () => vault.CreateCryptographyClient(KeyPath).WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, Secret));

        Assert.Equal(KeyPath + "/wrapKey?api-version=7.6", vault.Authorized.Last().PathAndQuery);
        Assert.Contains("KeyOperationForbidden", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_too_long_for_the_key_is_left_to_the_vault_to_refuse()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()), Json(Wire.Refusal("BadParameter", "Too long.", "X"), 400));

        var refused = await Assert.ThrowsAsync<RequestFailedException>(
            () => vault.CreateCryptographyClient(KeyPath).WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, new byte[256]));

        Assert.Equal(400, refused.Status);
    }

    [Theory]
    [InlineData("'exp':1000000000")]
    [InlineData("'nbf':4000000000")]
    public async Task A_key_outside_its_time_by_this_clock_is_left_to_the_vault_to_refuse_by_its_own(string attributes)
    {
        var vault = new RecordingVault(
            Json(Wire.KeyBundle(attributes: attributes)), Json(Wire.Refusal("Forbidden", "Expired.", "KeyExpired"), 403), Json(Remote));
        var client = vault.CreateCryptographyClient(KeyPath);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, Secret));
        var unwrapped = await client.UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, Secret);

        Assert.Equal(403, refused.Status);
        Assert.Equal(Secret, unwrapped.Key);
    }

    [Fact]
    public async Task Disabled_key_still_wraps_here_as_only_the_vault_refuses_it()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle(attributes: "'enabled':false")));

        await vault.CreateCryptographyClient(KeyPath).WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, Secret);

        Assert.Single(vault.Authorized);
    }

    [Fact]
    public async Task Key_that_is_gone_is_told_by_the_download_each_time()
    {
        var gone = Json(Wire.Refusal("KeyNotFound", "Gone.", "X"), 404);
        var vault = new RecordingVault(gone, gone);
        var client = vault.CreateCryptographyClient(KeyPath);

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var refused = await Assert.ThrowsAsync<RequestFailedException>(() => client.UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, Secret));
            Assert.Equal((404, attempt), (refused.Status, vault.Authorized.Count()));
        }
    }

    [Fact]
    public async Task Client_made_by_a_key_client_shares_its_token()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()), Json(Wire.KeyBundle()), Json(Remote));
        var keys = vault.CreateClient();
        await keys.GetKeyAsync("kek");

        await keys.GetCryptographyClient("kek", Wire.Version).UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, Secret);

        Assert.Single(vault.Credential.Asked);
        Assert.Equal(KeyPath + "/unwrapKey?api-version=7.6", vault.Authorized.Last().PathAndQuery);
    }

    [Fact]
    public async Task Works_as_a_key_encryption_key()
    {
        var vault = new RecordingVault(Json(Wire.KeyBundle()), Json(Remote));
        IKeyEncryptionKey kek = vault.CreateCryptographyClient(KeyPath);

        var wrapped = await kek.WrapKeyAsync("RSA-OAEP-256", Secret);
        var unwrapped = await kek.UnwrapKeyAsync("RSA-OAEP-256", wrapped);

        Assert.Equal(Secret, Wire.Rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256));
        Assert.Equal(Secret, unwrapped);
    }

    private static RSAEncryptionPadding PaddingOf(string algorithm) => algorithm switch
    {
        "RSA-OAEP-256" => RSAEncryptionPadding.OaepSHA256,
        "RSA-OAEP" => RSAEncryptionPadding.OaepSHA1,
        _ => RSAEncryptionPadding.Pkcs1,
    };
}
