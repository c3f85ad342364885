using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace DpsPortal.Tests.KeyVault.Algorithms;

/// <summary>AES keys: interplay with .NET's AesGcm, and one answer for whatever does not open.</summary>
[StartsHosts]
public sealed class SymmetricKeyTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string NotOpened = "The value was not made with this key and algorithm.";

    [Theory]
    [InlineData(128)]
    [InlineData(192)]
    [InlineData(256)]
    public async Task Aes_gcm_is_understood_in_both_directions(int size)
    {
        var key = RandomNumberGenerator.GetBytes(size / 8);
        var (name, alg, text, aad) = ($"gcm{size}", $"A{size}GCM", RandomNumberGenerator.GetBytes(50), new byte[] { 9, 8, 7 });
        await vault.ImportedAsync(name, Jwk.Of(key));
        using var aes = new AesGcm(key, 16);

        var encrypted = (await vault.RunAsync(name, "encrypt", alg, text, new { aad = Jwk.Url(aad) })).Json;
        var opened = new byte[text.Length];
        aes.Decrypt(Jwk.Bytes(encrypted["iv"]), Jwk.Bytes(encrypted["value"]), Jwk.Bytes(encrypted["tag"]), opened, aad);
        var (nonce, ciphertext, tag) = (RandomNumberGenerator.GetBytes(12), new byte[text.Length], new byte[16]);
        aes.Encrypt(nonce, text, ciphertext, tag, aad);

        Assert.Equal(text, opened);
        Assert.Equal(["kid", "value", "iv", "tag", "aad"], encrypted.AsObject().Select(member => member.Key));
        Assert.Equal((12, 16), (Jwk.Bytes(encrypted["iv"]).Length, Jwk.Bytes(encrypted["tag"]).Length));
        Assert.Equal(text, await vault.ValueAsync(name, "decrypt", alg, ciphertext, new { iv = Jwk.Url(nonce), tag = Jwk.Url(tag), aad = Jwk.Url(aad) }));
    }

    [Fact]
    public async Task Whatever_is_changed_of_an_encryption_gives_the_same_refusal()
    {
        await vault.CreateKeyAsync("tampered", new { kty = "oct-HSM" });
        await vault.CreateKeyAsync("foreign", new { kty = "oct-HSM" });
        var encrypted = (await vault.RunAsync("tampered", "encrypt", "A256GCM", new byte[20], new { aad = "AQID" })).Json;
        var refusals = new List<string>();
        foreach (var member in new[] { "value", "iv", "tag", "aad" })
        {
            var changed = encrypted.DeepClone().AsObject();
            var bytes = Jwk.Bytes(changed[member]);
            bytes[0] ^= 0x80;
            changed[member] = Jwk.Url(bytes);
            refusals.Add(await RefusalAsync("tampered", changed));
        }

        refusals.Add(await RefusalAsync("foreign", encrypted.DeepClone().AsObject()));

        Assert.Equal(NotOpened, Assert.Single(refusals.Distinct()));
        Assert.Equal(new byte[20], await vault.ValueAsync("tampered", "decrypt", "A256GCM", Jwk.Bytes(encrypted["value"]),
            new { iv = (string)encrypted["iv"]!, tag = (string)encrypted["tag"]!, aad = (string)encrypted["aad"]! }));
    }

    [Theory]
    [InlineData("encrypt", "A256GCM", 16, 12, "Property iv must be absent")]
    [InlineData("decrypt", "A256GCM", 16, 16, "iv of 12 bytes and a tag of 16 bytes")]
    [InlineData("decrypt", "A256GCM", 16, null, "iv of 12 bytes and a tag of 16 bytes")]
    [InlineData("encrypt", "A256CBC", 16, null, "iv of 16 bytes")]
    [InlineData("decrypt", "A256CBCPAD", 16, 12, "iv of 16 bytes")]
    [InlineData("encrypt", "A256CBC", 0, 16, "not zero")]
    [InlineData("decrypt", "A256CBC", 200, 16, "multiple of 16 bytes")]
    [InlineData("decrypt", "A256CBCPAD", 17, 16, "multiple of 16 bytes")]
    [InlineData("wrapKey", "A256KW", 20, null, "multiple of 8 bytes")]
    [InlineData("wrapKey", "A256KW", 8, null, "at least 16 bytes")]
    [InlineData("unwrapKey", "A256KW", 24, null, NotOpened)]
    [InlineData("unwrapKey", "A256KW", 20, null, NotOpened)]
    [InlineData("unwrapKey", "CKM_AES_KEY_WRAP_PAD", 24, null, NotOpened)]
    [InlineData("wrapKey", "CKM_AES_KEY_WRAP_PAD", 0, null, "at least one byte")]
    [InlineData("wrapKey", "A128KW", 16, null, "Key and encryption algorithm are incompatible")]
    [InlineData("encrypt", "A192CBC", 16, 16, "Key and encryption algorithm are incompatible")]
    [InlineData("wrapKey", "RSA-OAEP-256", 16, null, "Key and encryption algorithm are incompatible")]
    [InlineData("wrapKey", "HS256", 16, null, "not a known encryption algorithm")]
    public async Task What_an_aes_algorithm_cannot_take_is_refused_with_its_reason(string operation, string alg, int size, int? ivSize, string words)
    {
        await SharedKeyAsync();
        var iv = ivSize is { } length ? Jwk.Url(new byte[length]) : null;
        Jwk.AssertBadParameter(await vault.RunAsync("shared", operation, alg, new byte[size], new { iv }), words);
    }

    /// <summary>The first block of two ends in a byte that is no padding; any other value has some by chance.</summary>
    [Fact]
    public async Task A_value_without_padding_is_refused()
    {
        await SharedKeyAsync();
        var iv = Jwk.Url(new byte[16]);
        var whole = await vault.RunAsync("shared", "encrypt", "A256CBCPAD", new byte[16], new { iv });
        var first = Base64Url.DecodeFromChars((string)whole.Json["value"]!)[..16];
        Jwk.AssertBadParameter(await vault.RunAsync("shared", "decrypt", "A256CBCPAD", first, new { iv }), NotOpened);
    }

    /// <summary>Azure's Python client tests it with a value of this length.</summary>
    [Theory]
    [InlineData("A128CBC", 128, 200, 208)]
    [InlineData("A192CBC", 192, 1, 16)]
    [InlineData("A256CBC", 256, 200, 208)]
    [InlineData("A256CBC", 256, 208, 208)]
    public async Task Aes_cbc_without_padding_fills_the_last_block_with_zeros(string alg, int keySize, int size, int expected)
    {
        var name = $"zeros-{keySize}-{size}";
        await vault.CreateKeyAsync(name, new { kty = "oct-HSM", key_size = keySize });
        var iv = Jwk.Url(RandomNumberGenerator.GetBytes(16));
        var value = RandomNumberGenerator.GetBytes(size);

        var encrypted = await vault.ValueAsync(name, "encrypt", alg, value, new { iv });

        Assert.Equal(expected, encrypted.Length);
        byte[] filled = [.. value, .. new byte[expected - size]];
        Assert.Equal(filled, await vault.ValueAsync(name, "decrypt", alg, encrypted, new { iv }));
    }

    [Fact]
    public async Task Parts_that_are_not_base64url_are_refused()
    {
        await SharedKeyAsync();
        Jwk.AssertBadParameter(await vault.RunAsync("shared", "decrypt", "A256GCM", new byte[16], new { iv = "+/" }), "Content of 'iv' is not base64url.");
    }

    [Fact]
    public async Task Ckm_names_came_with_api_version_7_6()
    {
        await SharedKeyAsync();
        var body = new { alg = "CKM_AES_KEY_WRAP", value = Jwk.Url(new byte[16]) };
        Jwk.AssertBadParameter(await vault.PostAsync("/keys/shared/wrapKey?api-version=7.5", body), "in api-version 7.5");
        Assert.Equal(200, (int)(await vault.PostAsync("/keys/shared/wrapKey?api-version=7.6", body)).Status);
    }

    /// <summary>An AesGcm shared by two requests would open some of these wrongly or not at all.</summary>
    [Fact]
    public async Task One_aes_key_serves_many_at_a_time()
    {
        await SharedKeyAsync();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async index =>
        {
            var text = RandomNumberGenerator.GetBytes(2000 + index);
            var encrypted = (await vault.RunAsync("shared", "encrypt", "A256GCM", text)).Json;
            Assert.Equal(
                text,
                await vault.ValueAsync(
                    "shared", "decrypt", "A256GCM", Jwk.Bytes(encrypted["value"]), new { iv = (string)encrypted["iv"]!, tag = (string)encrypted["tag"]! }));
        }));
    }

    private async Task<string> RefusalAsync(string key, JsonObject encrypted)
    {
        encrypted["alg"] = "A256GCM";
        var answer = await vault.PostAsync($"/keys/{key}/decrypt", encrypted.ToJsonString());
        Jwk.AssertBadParameter(answer);
        return answer.Message!;
    }

    private async Task SharedKeyAsync()
    {
        if ((int)(await vault.GetAsync("/keys/shared")).Status == 404)
        {
            await vault.CreateKeyAsync("shared", new { kty = "oct-HSM" });
        }
    }
}
