using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using DpsPortal.KeyVault;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Keys that a file brings at start.</summary>
[StartsHosts]
public sealed class SeedTests : IAsyncDisposable
{
    private readonly RunningVault _vault = new();

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task Keys_of_the_file_are_there_with_their_attributes_tags_and_policy_and_can_be_used()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Seed(
            new
            {
                name = "from-jwk",
                key = Jwk(rsa, ["wrapKey", "unwrapKey"]),
                attributes = new { enabled = true, exp = RunningVault.Start.AddYears(1).ToUnixTimeSeconds() },
                tags = new { origin = "seed" },
                rotationPolicy =
                    new { lifetimeActions = new[] { new { trigger = new { timeAfterCreate = "P30D" }, action = new { type = "rotate" } } },
                        attributes = new { expiryTime = "P90D" } },
            },
            new { vault = "kv-contoso-prod", name = "from-pem", pem = ec.ExportPkcs8PrivateKeyPem() });

        await _vault.StartAsync();

        var key = await _vault.GetAsync("/keys/from-jwk");
        Assert.Equal(["wrapKey", "unwrapKey"], key.Json["key"]!["key_ops"]!.AsArray().Select(operation => (string)operation!));
        Assert.Equal("seed", (string)key.Json["tags"]!["origin"]!);
        Assert.Equal(RunningVault.Start.AddYears(1).ToUnixTimeSeconds(), (long)key.Json["attributes"]!["exp"]!);
        var policy = await _vault.GetAsync("/keys/from-jwk/rotationpolicy");
        Assert.Equal("P90D", (string)policy.Json["attributes"]!["expiryTime"]!);
        Assert.Equal("Rotate", (string)policy.Json["lifetimeActions"]![0]!["action"]!["type"]!);
        var opened = await _vault.PostAsync("/keys/from-jwk/unwrapkey",
            new { alg = "RSA-OAEP-256", value = Base64Url.EncodeToString(rsa.Encrypt([1, 2, 3], RSAEncryptionPadding.OaepSHA256)) });
        Assert.Equal("AQID", (string)opened.Json["value"]!);
        var digest = SHA256.HashData([4, 5, 6]);
        var signed = await _vault.PostAsync("/keys/from-pem/sign", new { alg = "ES256", value = Base64Url.EncodeToString(digest) });
        Assert.True(ec.VerifyHash(digest, Base64Url.DecodeFromChars((string)signed.Json["value"]!)));
        await _vault.Events.WaitAsync("KeyNewVersionCreated", "from-jwk");
    }

    [Fact]
    public async Task The_same_file_at_the_next_start_changes_nothing_and_does_not_bring_back_what_was_deleted()
    {
        using var rsa = RSA.Create(2048);
        Seed(new { name = "kept", key = Jwk(rsa) }, new { name = "removed", pem = rsa.ExportRSAPrivateKeyPem() });
        await _vault.StartAsync();
        var kept = await _vault.PatchAsync("/keys/kept", new { tags = new { changed = "here" } });
        await _vault.SendAsync(HttpMethod.Delete, "/keys/removed");
        await _vault.StopAsync();

        await _vault.StartAsync();

        Assert.Equal(kept.Text, (await _vault.GetAsync("/keys/kept")).Text);
        Assert.Equal(HttpStatusCode.NotFound, (await _vault.GetAsync("/keys/removed")).Status);
    }

    [Fact]
    public async Task A_file_with_faults_imports_nothing_and_names_all_of_them_without_a_value()
    {
        using var rsa = RSA.Create(2048);
        var broken = Jwk(rsa);
        broken["dp"] = broken["dq"];
        Seed(
            new { name = "good", key = Jwk(rsa) },
            new { name = "no-key" },
            new { name = "broken", key = broken },
            new { vault = "kv-elsewhere", name = "far", key = Jwk(rsa) },
            new { name = "good", key = Jwk(rsa) },
            new { name = "policy", key = Jwk(rsa), rotationPolicy = new { attributes = new { expiryTime = "P1D" } } },
            new { name = "typo", key = Jwk(rsa), tag = new { } },
            new { name = "public", pem = rsa.ExportSubjectPublicKeyInfoPem() });

        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);

        Assert.StartsWith("KeyVault:Embedded:SeedFile ", fault.Message, StringComparison.Ordinal);
        foreach (var index in new[] { 1, 2, 3, 4, 5, 6, 7 })
        {
            Assert.Contains($"keys[{index}]: ", fault.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("keys[0]", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(broken["d"].ToString()![..16], fault.ToString(), StringComparison.Ordinal);
        _vault.Options.SeedFile = null;
        await _vault.StartAsync();
        Assert.Empty((await _vault.GetAsync("/keys")).Json["value"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"keys":[{"name":"x","key":{"kty":"RSA","d":"SECRET-VALUE!"}}]}""")]
    [InlineData("""{"keys":[{"name":"x","pem":SECRET-VALUE}]}""")]
    [InlineData("""SECRET-VALUE""")]
    public async Task A_fault_in_the_form_is_placed_and_not_quoted(string content)
    {
        _vault.Options.SeedFile = Path.Combine(_vault.Root, "seed.json");
        await File.WriteAllTextAsync(_vault.Options.SeedFile, content);

        var fault = await Assert.ThrowsAsync<VaultStartRefusedException>(_vault.StartAsync);

        Assert.Contains("line 1", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", fault.ToString(), StringComparison.Ordinal);
    }

    private void Seed(params object[] keys)
    {
        _vault.Options.SeedFile = Path.Combine(_vault.Root, "seed.json");
        File.WriteAllText(_vault.Options.SeedFile, JsonSerializer.Serialize(new { keys }));
    }

    internal static Dictionary<string, object> Jwk(RSA rsa, string[]? operations = null)
    {
        var parts = rsa.ExportParameters(includePrivateParameters: true);
        var jwk = new Dictionary<string, object>
        {
            ["kty"] = "RSA", ["n"] = Text(parts.Modulus!), ["e"] = Text(parts.Exponent!), ["d"] = Text(parts.D!), ["p"] = Text(parts.P!),
            ["q"] = Text(parts.Q!), ["dp"] = Text(parts.DP!), ["dq"] = Text(parts.DQ!), ["qi"] = Text(parts.InverseQ!),
        };
        if (operations is not null)
        {
            jwk["key_ops"] = operations;
        }

        return jwk;

        static string Text(byte[] value) => Base64Url.EncodeToString(value);
    }
}
