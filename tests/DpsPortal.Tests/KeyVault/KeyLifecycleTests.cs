using System.Net;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace DpsPortal.Tests.KeyVault;

public sealed class KeyLifecycleTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Fact]
    public async Task A_created_key_wraps_and_unwraps()
    {
        var created = await vault.CreateKeyAsync("lifecycle");
        var secret = RandomNumberGenerator.GetBytes(32);

        var wrapped = await vault.PostAsync("/keys/lifecycle/wrapKey", new { alg = "RSA-OAEP-256", value = Base64UrlEncoder.Encode(secret) });
        var unwrapped = await vault.PostAsync($"/keys/lifecycle/{created.KeyVersion}/unwrapkey", new { alg = "RSA-OAEP-256", value = (string)wrapped.Json["value"]! });

        Assert.Equal(HttpStatusCode.OK, unwrapped.Status);
        Assert.Equal(created.KeyId, (string)wrapped.Json["kid"]!);
        Assert.Equal(secret, Base64UrlEncoder.DecodeBytes((string)unwrapped.Json["value"]!));
    }
}
