using System.Net;
using System.Security.Cryptography;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Keys of an -HSM type belong into a vault of sku premium; symmetric keys are Managed HSM's alone, and only lent to it here.</summary>
[StartsHosts]
public sealed class HardwareKeyTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private const string Refusal = "Hardware key operation not allowed on standard vault";
    private static readonly string Standard = RunningVault.VaultAddress("kv-standard");

    [Theory]
    [InlineData("RSA-HSM")]
    [InlineData("EC-HSM")]
    [InlineData("oct-HSM")]
    public async Task A_standard_vault_makes_no_hardware_key_and_a_premium_one_does(string kty)
    {
        await vault.CreateVaultAsync("kv-standard");
        await vault.CreateVaultAsync("kv-premium", sku: "premium");

        AssertRefused(await vault.PostAsync($"{Standard}/keys/made/create", new { kty }));
        Assert.Equal(HttpStatusCode.OK, (await vault.PostAsync($"{RunningVault.VaultAddress("kv-premium")}/keys/made-{kty}/create", new { kty })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await vault.GetAsync($"{Standard}/keys/made")).Status);
    }

    [Fact]
    public async Task A_standard_vault_takes_in_no_hardware_key_by_import_or_restore_either()
    {
        await vault.CreateVaultAsync("kv-standard");
        using var rsa = RSA.Create(2048);
        await vault.CreateKeyAsync("travels", new { kty = "RSA-HSM" });
        var blob = new { value = (string)(await vault.SendAsync(HttpMethod.Post, "/keys/travels/backup")).Json["value"]! };

        AssertRefused(await vault.SendAsync(HttpMethod.Put, $"{Standard}/keys/taken", $$"""{"Hsm":true,"key":{{Jwk.Of(rsa).ToJsonString()}}}"""));
        AssertRefused(await vault.PostAsync($"{Standard}/keys/restore", blob));
        Assert.Empty((await vault.GetAsync($"{Standard}/keys")).Json["value"]!.AsArray());
    }

    /// <summary>What was made while the vault was premium goes on, also by its rotation policy: a stand-in must not break what somebody depends on.</summary>
    [Fact]
    public async Task A_hardware_key_that_is_there_goes_on_in_a_vault_that_became_standard()
    {
        await vault.CreateVaultAsync("kv-lowered", sku: "premium");
        var address = RunningVault.VaultAddress("kv-lowered");
        await vault.PostAsync($"{address}/keys/stays/create", new { kty = "RSA-HSM" });
        await vault.CreateVaultAsync("kv-lowered");

        AssertRefused(await vault.PostAsync($"{address}/keys/stays/create", new { kty = "RSA-HSM" }));
        Assert.Equal(HttpStatusCode.OK, (await vault.PostAsync($"{address}/keys/stays/rotate", null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await vault.PostAsync($"{address}/keys/stays/wrapkey", new { alg = "RSA-OAEP-256", value = "AQID" })).Status);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("premium")]
    public async Task The_default_vault_is_of_the_sku_that_is_set(string sku)
    {
        await using var own = new RunningVault();
        own.Options.DefaultVaultSku = sku;
        await own.StartAsync();
        Assert.Equal(sku, (string)(await own.GetAsync(own.VaultResourceId(own.Options.DefaultVault))).Json["properties"]!["sku"]!["name"]!);
    }

    [Theory]
    [InlineData("""{"kty":"oct","key_size":256}""", "Invalid kty value: oct")]
    [InlineData("""{"kty":"oct-HSM","key_size":512}""", "Invalid key_size value: 512")]
    public async Task A_refused_symmetric_key_is_said_to_be_of_managed_hsm(string body, string words)
    {
        var answer = await vault.PostAsync("/keys/symmetric/create", body);
        Jwk.AssertBadParameter(answer, "Managed HSM");
        Assert.StartsWith(words, answer.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(VaultResponse answer) =>
        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", Refusal), (answer.Status, answer.Code, answer.Message));
}
