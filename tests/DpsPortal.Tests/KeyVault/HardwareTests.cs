using System.Net;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Random bytes, and what software refuses because only hardware could vouch for it.</summary>
[StartsHosts]
public sealed class HardwareTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Theory]
    [InlineData(1)]
    [InlineData(128)]
    public async Task Random_bytes_come_in_the_number_asked_for(int count)
    {
        var answer = await vault.PostAsync("/rng", new { count });
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(count, Jwk.Bytes(answer.Json["value"]).Length);
    }

    [Fact]
    public async Task Random_bytes_are_other_ones_each_time() =>
        Assert.NotEqual((await vault.PostAsync("/rng", new { count = 32 })).Text, (await vault.PostAsync("/rng", new { count = 32 })).Text);

    [Theory]
    [InlineData("{\"count\":0}")]
    [InlineData("{\"count\":129}")]
    [InlineData("{}")]
    public async Task Another_number_of_random_bytes_is_refused(string body) => Jwk.AssertBadParameter(await vault.PostAsync("/rng", body), "from 1 to 128");

    [Fact]
    public async Task Release_and_attestation_are_refused_as_software_cannot_vouch_for_itself()
    {
        var created = await vault.CreateKeyAsync("software", new { kty = "EC-HSM" });
        foreach (var path in new[] { "/keys/software", "/keys/software/" + created.KeyVersion })
        {
            foreach (var (answer, operation) in new[]
            {
                (await vault.PostAsync(path + "/release", new { target = "eyJ" }), "release"),
                (await vault.GetAsync(path + "/attestation"), "attestation"),
            })
            {
                Jwk.AssertBadParameter(answer, $"Operation {operation} is not supported by this vault");
                Assert.Equal("OperationNotSupported", answer.InnerCode);
            }
        }

        Assert.Equal("KeyNotFound", (await vault.GetAsync("/keys/none/attestation")).Code);
        Assert.Equal("KeyNotFound", (await vault.PostAsync("/keys/none/release", new { })).Code);
    }

    [Theory]
    [InlineData("08bbd89e-9f13-488c-ac41-acfcb10c90ab", "release")]
    [InlineData("12338af0-0e69-4776-bea7-57ae8d297424", "sign verify rng")]
    [InlineData("e147488a-f6f5-4113-8e2d-b22465e65bf6", "")]
    [InlineData("14b46e9e-c2b7-41b4-b07b-48a6ebf60603", "import sign verify release rng")]
    [InlineData("a68e7c17-0ab2-4c09-9a58-125dae29748c", "")]
    public async Task A_role_allows_what_Azure_lets_it_do(string role, string allowed)
    {
        var name = "by-" + role[..8];
        await vault.CreateKeyAsync(name, new { kty = "EC" });
        var (clientId, principalId) = await vault.CreateIdentityAsync("id-" + role[..8]);
        await vault.GrantAsync(principalId, role, vault.VaultResourceId(vault.Options.DefaultVault));
        var token = await vault.IdentityTokenAsync(clientId);

        foreach (var (operation, method, path) in new[]
        {
            ("import", HttpMethod.Put, $"/keys/{name}"), ("sign", HttpMethod.Post, $"/keys/{name}/sign"), ("verify", HttpMethod.Post, $"/keys/{name}/verify"),
            ("release", HttpMethod.Post, $"/keys/{name}/release"), ("rng", HttpMethod.Post, "/rng"),
        })
        {
            var answer = await vault.SendAsync(method, path, "{}", token);
            var isAllowed = allowed.Split(' ').Contains(operation);
            Assert.True((answer.InnerCode == "ForbiddenByRbac") != isAllowed, $"{operation}: {answer.Text}");
        }
    }
}
