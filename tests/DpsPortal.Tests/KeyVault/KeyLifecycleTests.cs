using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Create, get, update, list, rotate, and the cryptographic operations.</summary>
[StartsHosts]
public sealed class KeyLifecycleTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "k"];
    private static readonly string[] WrapAndUnwrap = ["wrapKey", "unwrapKey"];
    private static readonly string[] WrapOnly = ["wrapKey"];

    [Fact]
    public async Task A_created_key_has_the_defaults_of_Key_Vault_and_no_private_member()
    {
        var now = vault.Clock.GetUtcNow().ToUnixTimeSeconds();
        var created = await vault.CreateKeyAsync("defaults");
        var key = created.Json["key"]!;
        var attributes = created.Json["attributes"]!;

        Assert.Equal("RSA", (string)key["kty"]!);
        Assert.Equal("AQAB", (string)key["e"]!);
        Assert.Equal(256, Base64UrlEncoder.DecodeBytes((string)key["n"]!).Length);
        Assert.Equal(["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"], key["key_ops"]!.AsArray().Select(node => (string)node!));
        Assert.True((bool)attributes["enabled"]!);
        Assert.Equal(now, (long)attributes["created"]!);
        Assert.Equal("Recoverable", (string)attributes["recoveryLevel"]!);
        Assert.Equal(90, (int)attributes["recoverableDays"]!);
        Assert.False((bool)attributes["exportable"]!);
        Assert.Equal("0", (string)attributes["hsmPlatform"]!);
        Assert.False(attributes.AsObject().ContainsKey("nbf") || attributes.AsObject().ContainsKey("exp") || created.Json.AsObject().ContainsKey("tags"));
        foreach (var bundle in new[] { created, await vault.GetAsync("/keys/defaults"), await vault.PostAsync(
            "/keys/defaults/rotate", null), await vault.PatchAsync("/keys/defaults", new { }) })
        {
            Assert.DoesNotContain(bundle.Json["key"]!.AsObject(), member => PrivateMembers.Contains(member.Key));
        }
    }

    [Fact]
    public async Task Older_api_versions_do_not_show_attributes_that_came_later()
    {
        await vault.CreateKeyAsync("older");
        var attributes = (await vault.GetAsync("/keys/older?api-version=7.2")).Json["attributes"]!.AsObject();
        Assert.False(attributes.ContainsKey("exportable") || attributes.ContainsKey("hsmPlatform"));
    }

    [Fact]
    public async Task A_key_of_an_hsm_type_is_marked_as_software()
    {
        var created = await vault.CreateKeyAsync("hsm", new { kty = "RSA-HSM", key_size = 3072, key_ops = WrapAndUnwrap });
        Assert.Equal("RSA-HSM", (string)created.Json["key"]!["kty"]!);
        Assert.Equal("AAEAAQ", (string)created.Json["key"]!["e"]!);
        Assert.Equal("0", (string)created.Json["attributes"]!["hsmPlatform"]!);
        Assert.Equal(384, Base64UrlEncoder.DecodeBytes((string)created.Json["key"]!["n"]!).Length);
    }

    [Theory]
    [InlineData("wrapKey", "unwrapKey", "RSA-OAEP-256")]
    [InlineData("wrapkey", "unwrapkey", "RSA-OAEP")]
    [InlineData("encrypt", "decrypt", "RSA1_5")]
    public async Task What_a_key_protects_it_opens_with_and_without_the_version_in_the_path(string protect, string open, string alg)
    {
        var key = await SharedKeyAsync();
        var secret = RandomNumberGenerator.GetBytes(32);

        var wrapped = await vault.PostAsync($"/keys/shared/{protect}", new { alg, value = Base64UrlEncoder.Encode(secret) });
        var opened = await vault.PostAsync($"/keys/shared/{key.KeyVersion}/{open}", new { alg, value = (string)wrapped.Json["value"]! });

        Assert.Equal(HttpStatusCode.OK, opened.Status);
        Assert.Equal(key.KeyId, (string)wrapped.Json["kid"]!);
        Assert.Equal(secret, Base64UrlEncoder.DecodeBytes((string)opened.Json["value"]!));
    }

    [Fact]
    public async Task The_public_key_in_a_bundle_is_the_one_that_unwraps()
    {
        var key = (await SharedKeyAsync()).Json["key"]!;
        using var rsa = RSA.Create(new RSAParameters
        {
            Modulus = Base64UrlEncoder.DecodeBytes((string)key["n"]!),
            Exponent = Base64UrlEncoder.DecodeBytes((string)key["e"]!),
        });
        byte[] secret = [1, 2, 3, 4];

        var value = Base64UrlEncoder.Encode(rsa.Encrypt(secret, RSAEncryptionPadding.OaepSHA256));
        var opened = await vault.PostAsync("/keys/shared/unwrapkey", new { alg = "RSA-OAEP-256", value });

        Assert.Equal("AQIDBA", (string)opened.Json["value"]!);
    }

    [Fact]
    public async Task An_operation_that_key_ops_lacks_is_not_permitted()
    {
        await vault.CreateKeyAsync("wrap-only", new { kty = "RSA", key_ops = WrapOnly });

        var answer = await vault.PostAsync("/keys/wrap-only/decrypt", new { alg = "RSA-OAEP", value = "AAAA" });

        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", "KeyOperationForbidden"), (answer.Status, answer.Code, answer.InnerCode));
        Assert.Equal("Operation decrypt is not permitted on this key.", answer.Message);
    }

    [Theory]
    [InlineData("OKP")]
    [InlineData("oct")]
    [InlineData("rsa")]
    public async Task Another_key_type_is_not_supported(string kty)
    {
        var answer = await vault.PostAsync("/keys/other-type/create", new { kty });
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", "KeyTypeNotSupported"), (answer.Status, answer.Code, answer.InnerCode));
        Assert.StartsWith($"Invalid kty value: {kty}", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_changes_what_is_named_replaces_tags_and_moves_updated()
    {
        await vault.CreateKeyAsync("patched", new { kty = "RSA", tags = new { a = "1", b = "2" }, attributes = new { exp = 2_000_000_000 } });
        vault.Clock.Advance(TimeSpan.FromMinutes(5));

        var tagged = await vault.PatchAsync("/keys/patched/", new { tags = new { c = "3" } });
        var disabled = await vault.PatchAsync($"/keys/patched/{tagged.KeyVersion}", new { attributes = new { enabled = false } });
        var limited = await vault.PatchAsync("/keys/patched", new { key_ops = WrapOnly, tags = new { } });

        Assert.Equal("""{"c":"3"}""", tagged.Json["tags"]!.ToJsonString());
        Assert.Equal(2_000_000_000, (long)tagged.Json["attributes"]!["exp"]!);
        Assert.True((long)tagged.Json["attributes"]!["updated"]! > (long)tagged.Json["attributes"]!["created"]!);
        Assert.Equal("""{"c":"3"}""", disabled.Json["tags"]!.ToJsonString());
        Assert.False((bool)disabled.Json["attributes"]!["enabled"]!);
        Assert.Equal("wrapKey", (string)Assert.Single(limited.Json["key"]!["key_ops"]!.AsArray())!);
        Assert.False(limited.Json.AsObject().ContainsKey("tags"));
        Assert.False((bool)limited.Json["attributes"]!["enabled"]!);
        Assert.Equal(limited.Text, (await vault.GetAsync("/keys/patched")).Text);
    }

    [Fact]
    public async Task Rotate_adds_a_version_like_the_old_one_and_leaves_that_enabled()
    {
        var old = await vault.CreateKeyAsync(
            "rotated", new { kty = "RSA", key_ops = WrapAndUnwrap, tags = new { owner = "it" }, attributes = new { exp = 2_000_000_000 } });
        var wrapped = await vault.PostAsync("/keys/rotated/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" });

        var rotated = await vault.PostAsync("/keys/rotated/rotate", null);
        var current = await vault.GetAsync("/keys/rotated");
        var previous = await vault.GetAsync($"/keys/rotated/{old.KeyVersion}");
        var opened = await vault.PostAsync($"/keys/rotated/{old.KeyVersion}/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! });

        Assert.NotEqual(old.KeyVersion, rotated.KeyVersion);
        Assert.Equal(rotated.Text, current.Text);
        Assert.Equal(old.Text, previous.Text);
        Assert.Equal(old.Json["key"]!["key_ops"]!.ToJsonString(), rotated.Json["key"]!["key_ops"]!.ToJsonString());
        Assert.Equal("it", (string)rotated.Json["tags"]!["owner"]!);
        Assert.False(rotated.Json["attributes"]!.AsObject().ContainsKey("exp"));
        Assert.Equal("AQID", (string)opened.Json["value"]!);
    }

    [Fact]
    public async Task Creating_one_name_many_times_at_once_makes_one_key_with_as_many_versions()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(count => vault.CreateKeyAsync(count % 2 == 0 ? "raced" : "RACED")));

        var listed = (await vault.GetAsync("/keys/raced/versions")).Json["value"]!.AsArray().Select(item => (string)item!["kid"]!).ToList();

        Assert.Equal(made.Select(key => key.KeyVersion).Order(StringComparer.Ordinal), listed.Select(id => id.Split('/')[^1]));
        Assert.Single(listed.Select(id => id.Split('/')[4]).Distinct());
        Assert.Contains((await vault.GetAsync("/keys/raced")).KeyVersion, made.Select(key => key.KeyVersion));
    }

    [Fact]
    public async Task Versions_are_listed_by_id_in_pages_that_follow_one_another()
    {
        await vault.CreateVaultAsync("kv-paging");
        var address = RunningVault.VaultAddress("kv-paging");
        var made = new List<string>();
        for (var count = 0; count < 5; count++)
        {
            made.Add((await vault.CreateKeyAsync("many", null, "kv-paging")).KeyVersion);
        }

        var pages = await PagesAsync($"{address}/keys/many/versions?maxresults=2");

        Assert.Equal([2, 2, 1], pages.Select(page => page["value"]!.AsArray().Count));
        Assert.Equal(
            made.Order(StringComparer.Ordinal), pages.SelectMany(page => page["value"]!.AsArray()).Select(item => ((string)item!["kid"]!).Split('/')[^1]));
        Assert.True(pages[^1].AsObject().ContainsKey("nextLink"));
        Assert.Null(pages[^1]["nextLink"]);
        Assert.StartsWith($"{address}/keys/many/versions?api-version=", (string)pages[0]["nextLink"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_listed_by_name_without_version_and_with_the_latest_attributes()
    {
        await vault.CreateVaultAsync("kv-listing");
        foreach (var name in new[] { "zebra", "Alpha", "middle" })
        {
            await vault.CreateKeyAsync(name, null, "kv-listing");
        }

        await vault.CreateKeyAsync("middle", new { kty = "RSA", attributes = new { enabled = false } }, "kv-listing");

        var address = RunningVault.VaultAddress("kv-listing");
        var items = (await PagesAsync($"{address}/keys/?maxresults=1")).SelectMany(page => page["value"]!.AsArray()).ToList();

        Assert.Equal([$"{address}/keys/Alpha", $"{address}/keys/middle", $"{address}/keys/zebra"], items.Select(item => (string)item!["kid"]!));
        Assert.Equal([true, false, true], items.Select(item => (bool)item!["attributes"]!["enabled"]!));
    }

    [Fact]
    public async Task A_key_that_is_not_there_has_an_empty_list_of_versions()
    {
        var answer = await vault.GetAsync("/keys/never-made/versions");
        Assert.Equal("""{"value":[],"nextLink":null}""", answer.Text);
    }

    [Theory]
    [InlineData("maxresults=0")]
    [InlineData("maxresults=26")]
    [InlineData("maxresults=two")]
    [InlineData("$skiptoken=%%%")]
    [InlineData("$skiptoken=Pz8_")]
    public async Task Paging_parameters_out_of_range_are_refused(string query)
    {
        var answer = await vault.GetAsync("/keys?" + query);
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Two_vaults_know_nothing_of_each_others_keys()
    {
        await vault.CreateVaultAsync("kv-one");
        await vault.CreateVaultAsync("kv-two");
        var key = await vault.CreateKeyAsync("same-name", null, "kv-one");
        var wrapped = await vault.PostAsync(key.KeyId + "/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" });

        var absent = await vault.GetAsync(RunningVault.VaultAddress("kv-two") + "/keys/same-name");
        var other = await vault.CreateKeyAsync("same-name", null, "kv-two");
        var opened = await vault.PostAsync(other.KeyId + "/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! });

        Assert.Equal(HttpStatusCode.NotFound, absent.Status);
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter"), (opened.Status, opened.Code));
        Assert.Single((await vault.GetAsync(RunningVault.VaultAddress("kv-one") + "/keys")).Json["value"]!.AsArray());
    }

    [Theory]
    [InlineData("kv-pp-90", true, 90, "Recoverable")]
    [InlineData("kv-pp-7", true, 7, "CustomizedRecoverable")]
    [InlineData("kv-no-pp", false, 90, "Recoverable+Purgeable")]
    [InlineData("kv-no-pp-30", false, 30, "CustomizedRecoverable+Purgeable")]
    public async Task The_recovery_level_tells_of_purge_protection(string name, bool purgeProtection, int days, string expected)
    {
        await vault.CreateVaultAsync(name, purgeProtection, days);
        var attributes = (await vault.CreateKeyAsync("level", null, name)).Json["attributes"]!;
        Assert.Equal((expected, days), ((string)attributes["recoveryLevel"]!, (int)attributes["recoverableDays"]!));
    }

    private async Task<VaultResponse> SharedKeyAsync()
    {
        var known = await vault.GetAsync("/keys/shared");
        return known.Status == HttpStatusCode.OK ? known : await vault.CreateKeyAsync("shared");
    }

    private async Task<List<JsonNode>> PagesAsync(string address)
    {
        var pages = new List<JsonNode>();
        for (string? next = address; next is not null; next = (string?)pages[^1]["nextLink"])
        {
            var answer = await vault.GetAsync(next);
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
            pages.Add(answer.Json);
        }

        return pages;
    }
}
