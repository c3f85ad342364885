using DpsPortal.Tests.Node;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Azure's own JavaScript client, unchanged, with nothing prepared but the trust in the vault's authority.</summary>
[StartsHosts]
public sealed class JavaScriptClientTests
{
    private static readonly string[] Steps =
    [
        "create", "import", "update", "list", "rotate", "versions", "rotation policy", "wrap and unwrap", "encrypt and decrypt",
        "sign and verify", "backup and restore", "delete, recover, purge",
    ];

    [Fact]
    public async Task Azures_JavaScript_client_walks_the_whole_keys_contract()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var node = await NodeProject.OpenAsync("vault", cancellationToken);
        await using var vault = new RunningVault();
        // The program outside follows the addresses that the vault hands out, so they must be the real ones.
        vault.Options.Port = OutsideProgram.FreePort();
        await vault.StartAsync();
        await vault.CreateVaultAsync("kv-javascript", purgeProtection: false, sku: "premium");
        await vault.StopAsync();
        // Node does not resolve *.vault.localhost; plain localhost is the default vault, and that one must allow a purge.
        vault.Options.DefaultVault = "kv-javascript";
        await vault.StartAsync();
        var authority = Path.Combine(vault.Root, "authority.crt");
        await File.WriteAllTextAsync(authority, vault.Vault.CertificateAuthority.ExportCertificatePem(), cancellationToken);

        var printed = await node.RunAsync(
            "contract.mjs",
            new Dictionary<string, string>
            {
                ["NODE_EXTRA_CA_CERTS"] = authority,
                ["VAULT_URL"] = vault.Vault.Address.AbsoluteUri,
                ["TENANT"] = vault.Options.TenantId.ToString(),
                ["CLIENT_ID"] = vault.Options.AdministratorClientId.ToString(),
                ["CLIENT_SECRET"] = await File.ReadAllTextAsync(Path.Combine(vault.Root, "administrator-credential", "secret"), cancellationToken),
            },
            cancellationToken);

        Assert.Equal(Steps, printed);
        Assert.Empty(vault.Logs);
    }
}
