using System.Net;

namespace DpsPortal.Tests.KeyVault;

/// <summary>A body that cannot be read is refused with the member that is at fault, and never with its value.</summary>
[StartsHosts]
public sealed class BodyFaultTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Theory]
    [InlineData("POST", "/keys/body/create", """{"kty":"RSA","attributes":{"exp":"SECRET"}}""", "Property 'attributes.exp' has an invalid value.")]
    [InlineData("POST", "/keys/body/create", """{"kty":"RSA","attributes":{"nbf":1.5}}""", "Property 'attributes.nbf' has an invalid value.")]
    [InlineData("POST", "/keys/body/create", """{"kty":"RSA","key_size":"SECRET"}""", "Property 'key_size' has an invalid value.")]
    [InlineData("POST", "/keys/body/create", """{"kty":"RSA","key_ops":"SECRET"}""", "Property 'key_ops' has an invalid value.")]
    [InlineData("POST", "/keys/body/create", """{"kty":"RSA","key_ops":["sign",null]}""", "Property 'key_ops' has an invalid value.")]
    [InlineData("POST", "/keys/body/create", """{"kty":"RSA","tags":{"team":null}}""", "Property 'tags.team' has an invalid value.")]
    [InlineData("POST", "/keys/body/create", """{"kty":"RSA","tags":{"team":1}}""", "Property 'tags.team' has an invalid value.")]
    [InlineData("POST", "/keys/body/create", """{"kty":["SECRET"]}""", "Property 'kty' has an invalid value.")]
    [InlineData("POST", "/keys/body/create", """{"key_size":2048}""", "Property 'kty' is required.")]
    [InlineData("POST", "/keys/body/create", """["SECRET"]""", "The body must be a JSON object with kty.")]
    [InlineData("PUT", "/keys/body", """{"key":{"kty":"RSA","d":"SECRET!"}}""", "Property 'key.d' has an invalid value.")]
    [InlineData("PUT", "/keys/body", """{"key":"SECRET"}""", "Property 'key' has an invalid value.")]
    [InlineData("PUT", "/keys/body", """{"attributes":{}}""", "Property 'key' is required.")]
    [InlineData("PUT", "/keys/body", """{"key":{"k":"AAAA"}}""", "Property 'key.kty' is required.")]
    [InlineData("PATCH", "/keys/body", """{"attributes":{"enabled":"SECRET"}}""", "Property 'attributes.enabled' has an invalid value.")]
    [InlineData("PATCH", "/keys/body", """{"tags":{"team":null}}""", "Property 'tags.team' has an invalid value.")]
    [InlineData("POST", "/keys/body/wrapkey", """{"alg":1,"value":"AAAA"}""", "Property 'alg' has an invalid value.")]
    [InlineData("POST", "/keys/body/wrapkey", """{"value":"AAAA"}""", "Property 'alg' is required.")]
    [InlineData("POST", "/keys/body/unwrapkey", """{"alg":"RSA-OAEP"}""", "Property 'value' is required.")]
    [InlineData("POST", "/keys/body/unwrapkey", """{"alg":"RSA-OAEP","value":"SECRET!"}""", "Content of 'value' is not base64url.")]
    [InlineData("POST", "/keys/body/verify", """{"alg":"RS256","value":"AAAA"}""", "Property 'digest' is required.")]
    [InlineData("POST", "/keys/body/verify", """{"alg":"RS256","value":"AAAA","digest":"SECRET!"}""", "Content of 'digest' is not base64url.")]
    [InlineData("POST", "/keys/body/decrypt", """{"alg":"RSA-OAEP","value":"AAAA","tag":"SECRET!"}""", "Content of 'tag' is not base64url.")]
    [InlineData("POST", "/keys/restore", """{"value":1}""", "Property 'value' has an invalid value.")]
    [InlineData("POST", "/keys/restore", "{}", "Property 'value' is required.")]
    [InlineData("PUT", "/keys/body/rotationpolicy", """{"lifetimeActions":{}}""", "Property 'lifetimeActions' has an invalid value.")]
    [InlineData(
        "PUT", "/keys/body/rotationpolicy", """{"lifetimeActions":[{"trigger":{"timeAfterCreate":90},"action":{"type":"Rotate"}}]}""",
        "Property 'lifetimeActions[0].trigger.timeAfterCreate' has an invalid value.")]
    [InlineData("POST", "/rng", """{"count":1.5}""", "Property 'count' has an invalid value.")]
    [InlineData("POST", "/rng", """{"count":"SECRET"}""", "Property 'count' has an invalid value.")]
    public async Task The_member_at_fault_is_named(string method, string path, string body, string message)
    {
        if ((await vault.GetAsync("/keys/body")).Status == HttpStatusCode.NotFound)
        {
            await vault.CreateKeyAsync("body");
        }

        var answer = await vault.SendAsync(new HttpMethod(method), path, body);

        Assert.Equal((HttpStatusCode.BadRequest, "BadParameter", message), (answer.Status, answer.Code, answer.Message));
        Assert.DoesNotContain("SECRET", answer.Text, StringComparison.Ordinal);
    }
}
