using System.Net;
using DpsPortal.KeyVault.Management;

namespace DpsPortal.Tests.KeyVault;

/// <summary>A closed firewall shuts out everybody whose address is not listed, whatever their role; managing goes on.</summary>
[StartsHosts]
public sealed class FirewallTests(RunningVault vault) : IClassFixture<RunningVault>
{
    [Theory]
    [InlineData("kv-fw-open", """{"networkAcls":{"defaultAction":"Allow"}}""", null)]
    [InlineData("kv-fw-deny", """{"networkAcls":{"defaultAction":"Deny"}}""", "ForbiddenByFirewall")]
    [InlineData("kv-fw-bypass", """{"networkAcls":{"defaultAction":"Deny","bypass":"AzureServices"}}""", "ForbiddenByFirewall")]
    [InlineData("kv-fw-else", """{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"10.0.0.0/8"},{"value":"::1"}]}}""", "ForbiddenByFirewall")]
    [InlineData("kv-fw-host", """{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"127.0.0.1"}]}}""", null)]
    [InlineData("kv-fw-net", """{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"127.0.0.0/8"}]}}""", null)]
    [InlineData("kv-fw-off", """{"publicNetworkAccess":"Disabled"}""", "ForbiddenByConnection")]
    [InlineData(
        "kv-fw-both", """{"publicNetworkAccess":"Disabled","networkAcls":{"defaultAction":"Allow","ipRules":[{"value":"127.0.0.1"}]}}""",
        "ForbiddenByConnection")]
    public async Task The_firewall_decides_by_address(string name, string properties, string? inner)
    {
        await vault.CreateVaultAsync(name);
        await vault.SendAsync(HttpMethod.Patch, vault.VaultResourceId(name), $$"""{"properties":{{properties}}}""");

        var answer = await vault.GetAsync(RunningVault.VaultAddress(name) + "/keys");

        Assert.Equal(inner, answer.Status == HttpStatusCode.OK ? null : answer.InnerCode);
        Assert.Equal(inner is null ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal(HttpStatusCode.OK, (await vault.GetAsync(vault.VaultResourceId(name))).Status);
    }

    [Fact]
    public async Task A_closed_firewall_answers_in_the_words_of_the_contract_and_opens_again()
    {
        await vault.CreateVaultAsync("kv-words");
        await vault.SendAsync(HttpMethod.Patch, vault.VaultResourceId("kv-words"), """{"properties":{"networkAcls":{"defaultAction":"Deny"}}}""");
        var closed = await vault.GetAsync(RunningVault.VaultAddress("kv-words") + "/keys");
        await vault.SendAsync(HttpMethod.Patch, vault.VaultResourceId("kv-words"), """{"properties":{"networkAcls":{"defaultAction":"Allow"}}}""");
        var open = await vault.GetAsync(RunningVault.VaultAddress("kv-words") + "/keys");

        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), (closed.Status, closed.Code));
        Assert.Equal(
            "Client address is not authorized and caller is not a trusted service.\r\nClient address: 127.0.0.1\r\n" +
            $"Caller: appid={vault.Options.AdministratorClientId};oid={vault.Options.AdministratorObjectId};" +
            $"iss=https://localhost:8443/{vault.Options.TenantId}/\r\n" +
            "Vault: kv-words;location=westeurope", closed.Message);
        Assert.Equal(HttpStatusCode.OK, open.Status);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("0.0.0.0/0", "::1", false)]
    public void An_address_is_in_a_range_or_not(string rule, string address, bool admitted)
    {
        Assert.True(NetworkRules.TryParse(rule, out var range));
        var rules = new NetworkRules(true, true, false, [range]);
        Assert.Equal(admitted, rules.Judge(IPAddress.Parse(address)) == NetworkVerdict.Admitted);
        Assert.Equal(NetworkVerdict.Denied, rules.Judge(null));
        Assert.Equal(rules.ToJson(), NetworkRules.FromJson(rules.ToJson()).ToJson());
    }
}
