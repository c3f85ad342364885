using System.Net;

namespace DpsPortal.Tests.KeyVault;

/// <summary>GET and PUT /keys/{name}/rotationpolicy: the default, what is stored of a policy and what is refused.</summary>
[StartsHosts]
public sealed class RotationPolicyTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Fact]
    public async Task Without_a_policy_the_default_is_shown_without_id()
    {
        await vault.CreateKeyAsync("no-policy");
        var answer = await vault.GetAsync("/keys/no-policy/rotationpolicy");
        Assert.Equal("""{"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P30D"},"action":{"type":"Notify"}}],"attributes":null}""", answer.Text);
    }

    [Fact]
    public async Task A_policy_is_kept_verbatim_and_gives_the_next_version_its_expiry()
    {
        await vault.CreateKeyAsync("with-policy");
        var set = await PutAsync(
            "with-policy", """{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30M"},"action":{"type":"rotate"}}],"attributes":{"expiryTime":"P3Y"}}""");

        var read = await vault.GetAsync("/keys/with-policy/rotationpolicy");
        var rotated = await vault.PostAsync("/keys/with-policy/rotate", null);

        Assert.Equal(HttpStatusCode.OK, set.Status);
        Assert.Equal(set.Text, read.Text);
        Assert.Equal("https://kv-contoso-prod.vault.localhost:8443/keys/with-policy/rotationpolicy", (string)read.Json["id"]!);
        Assert.Equal("P30M", (string)read.Json["lifetimeActions"]![0]!["trigger"]!["timeAfterCreate"]!);
        Assert.Equal("Rotate", (string)read.Json["lifetimeActions"]![0]!["action"]!["type"]!);
        Assert.Equal(RunningVault.Start.AddYears(3).ToUnixTimeSeconds(), (long)rotated.Json["attributes"]!["exp"]!);
    }

    [Theory]
    [InlineData("""{"attributes":{"expiryTime":"P27D"}}""")]
    [InlineData("""{"attributes":{"expiryTime":"90 days"}}""")]
    [InlineData("""{"attributes":{"expiryTime":"P"}}""")]
    [InlineData("""{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P6D"},"action":{"type":"Rotate"}}]}""")]
    [InlineData("""{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P85D"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P90D"}}""")]
    [InlineData("""{"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P10D"},"action":{"type":"Rotate"}}]}""")]
    [InlineData("""{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30D"},"action":{"type":"Notify"}}]}""")]
    [InlineData("""{"lifetimeActions":[{"trigger":{},"action":{"type":"Notify"}}]}""")]
    [InlineData("""{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30D"}}]}""")]
    [InlineData("""{"lifetimeActions":[null]}""")]
    [InlineData("""{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30D"},"action":{"type":"Rotate"}},""" +
        """{"trigger":{"timeAfterCreate":"P60D"},"action":{"type":"Rotate"}}]}""")]
    public async Task A_policy_that_breaks_a_rule_is_refused(string policy)
    {
        if ((await vault.GetAsync("/keys/ruled")).Status == HttpStatusCode.NotFound)
        {
            await vault.CreateKeyAsync("ruled");
        }

        var answer = await PutAsync("ruled", policy);
        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Rotate_before_expiry_needs_no_expiry_on_the_key_itself()
    {
        await vault.CreateKeyAsync("before-expiry");
        var answer = await PutAsync(
            "before-expiry", """{"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P10D"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P90D"}}""");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task The_policy_of_an_unknown_key_is_not_found()
    {
        var answer = await PutAsync("unknown", """{"attributes":{"expiryTime":"P90D"}}""");
        Assert.Equal((HttpStatusCode.NotFound, "KeyNotFound"), (answer.Status, answer.Code));
    }

    private Task<VaultResponse> PutAsync(string name, string policy) => vault.SendAsync(HttpMethod.Put, $"/keys/{name}/rotationpolicy", policy);
}
