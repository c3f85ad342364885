using System.Net;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Disabled, expired and not-yet-valid keys, on a timeline of the domain clock.</summary>
[StartsHosts]
public sealed class KeyStateTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string Alg = "RSA-OAEP-256";

    [Theory]
    [InlineData("wrapKey")]
    [InlineData("unwrapKey")]
    [InlineData("encrypt")]
    [InlineData("decrypt")]
    public async Task A_disabled_key_does_nothing(string operation)
    {
        var name = "disabled-" + operation.ToLowerInvariant();
        var wrapped = await ProtectedBy(name);
        await vault.PatchAsync($"/keys/{name}", new { attributes = new { enabled = false } });

        var refused = await vault.PostAsync($"/keys/{name}/{operation}", new { alg = Alg, value = wrapped });

        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", "KeyDisabled"), (refused.Status, refused.Code, refused.InnerCode));
        Assert.Equal($"Operation {operation} is not allowed on a disabled key.", refused.Message);
    }

    [Fact]
    public async Task A_disabled_key_is_shown_and_can_be_enabled_again()
    {
        var wrapped = await ProtectedBy("revived");
        await vault.PatchAsync("/keys/revived", new { attributes = new { enabled = false } });

        var shown = await vault.GetAsync("/keys/revived");
        var enabled = await vault.PatchAsync("/keys/revived", new { attributes = new { enabled = true } });
        var opened = await vault.PostAsync("/keys/revived/unwrapkey", new { alg = Alg, value = wrapped });

        Assert.False((bool)shown.Json["attributes"]!["enabled"]!);
        Assert.Equal(HttpStatusCode.OK, enabled.Status);
        Assert.Equal("AQID", (string)opened.Json["value"]!);
    }

    [Fact]
    public async Task Disabling_one_version_leaves_the_others()
    {
        var first = await vault.CreateKeyAsync("one-of-two");
        var second = await vault.PostAsync("/keys/one-of-two/rotate", null);
        await vault.PatchAsync($"/keys/one-of-two/{first.KeyVersion}", new { attributes = new { enabled = false } });

        var refused = await vault.PostAsync($"/keys/one-of-two/{first.KeyVersion}/wrapkey", new { alg = Alg, value = "AQID" });
        var done = await vault.PostAsync($"/keys/one-of-two/{second.KeyVersion}/wrapkey", new { alg = Alg, value = "AQID" });

        Assert.Equal("KeyDisabled", refused.InnerCode);
        Assert.Equal(HttpStatusCode.OK, done.Status);
    }

    [Theory]
    [InlineData("wrapKey", "unwrapKey")]
    [InlineData("encrypt", "decrypt")]
    public async Task An_expired_key_still_opens_but_no_longer_protects(string protect, string open)
    {
        var name = "expired-" + protect.ToLowerInvariant();
        var wrapped = await ProtectedBy(name);
        var expiry = vault.Clock.GetUtcNow().AddHours(1);
        await vault.PatchAsync($"/keys/{name}", new { attributes = new { exp = expiry.ToUnixTimeSeconds() } });
        var before = await vault.PostAsync($"/keys/{name}/{protect}", new { alg = Alg, value = "AQID" });
        vault.Clock.SetUtcNow(expiry);

        var refused = await vault.PostAsync($"/keys/{name}/{protect}", new { alg = Alg, value = "AQID" });
        var opened = await vault.PostAsync($"/keys/{name}/{open}", new { alg = Alg, value = wrapped });

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", "KeyExpired"), (refused.Status, refused.Code, refused.InnerCode));
        Assert.Equal($"Operation {protect} is not allowed on an expired key.", refused.Message);
        Assert.Equal("AQID", (string)opened.Json["value"]!);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync($"/keys/{name}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await vault.PatchAsync($"/keys/{name}", new { tags = new { a = "b" } })).Status);
    }

    [Theory]
    [InlineData("wrapKey", "unwrapKey")]
    [InlineData("encrypt", "decrypt")]
    public async Task A_key_that_is_not_yet_valid_opens_but_does_not_protect_yet(string protect, string open)
    {
        var name = "early-" + protect.ToLowerInvariant();
        var wrapped = await ProtectedBy(name);
        var start = vault.Clock.GetUtcNow().AddHours(1);
        await vault.PatchAsync($"/keys/{name}", new { attributes = new { nbf = start.ToUnixTimeSeconds() } });

        var refused = await vault.PostAsync($"/keys/{name}/{protect}", new { alg = Alg, value = "AQID" });
        var opened = await vault.PostAsync($"/keys/{name}/{open}", new { alg = Alg, value = wrapped });
        var shown = await vault.GetAsync($"/keys/{name}");
        vault.Clock.SetUtcNow(start);
        var valid = await vault.PostAsync($"/keys/{name}/{protect}", new { alg = Alg, value = "AQID" });

        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", "KeyNotYetValid"), (refused.Status, refused.Code, refused.InnerCode));
        Assert.Equal($"Operation {protect} is not allowed on a key that is not yet valid.", refused.Message);
        Assert.Equal("AQID", (string)opened.Json["value"]!);
        Assert.Equal(start.ToUnixTimeSeconds(), (long)shown.Json["attributes"]!["nbf"]!);
        Assert.Equal(HttpStatusCode.OK, valid.Status);
    }

    [Fact]
    public async Task A_disabled_and_expired_key_is_refused_as_disabled()
    {
        var wrapped = await ProtectedBy("both");
        await vault.PatchAsync("/keys/both", new { attributes = new { enabled = false, exp = 1 } });
        Assert.Equal("KeyDisabled", (await vault.PostAsync("/keys/both/unwrapkey", new { alg = Alg, value = wrapped })).InnerCode);
    }

    private async Task<string> ProtectedBy(string name)
    {
        await vault.CreateKeyAsync(name);
        return (string)(await vault.PostAsync($"/keys/{name}/wrapkey", new { alg = Alg, value = "AQID" })).Json["value"]!;
    }
}
