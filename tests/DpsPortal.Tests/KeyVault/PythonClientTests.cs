using DpsPortal.Tests.Python;

namespace DpsPortal.Tests.KeyVault;

/// <summary>
/// Azure's own Python client, unchanged, under the vault's own name, with nothing prepared but the trust in its authority. Skipped where no
/// Python 3 has its modules.
/// </summary>
[StartsHosts]
public sealed class PythonClientTests
{
    private static readonly string[] Steps =
    [
        "create", "get", "wrap and unwrap", "encrypt and decrypt", "symmetric", "sign and verify", "import ec", "update", "rotate", "back up and restore",
        "delete and recover", "random bytes",
    ];

    [Fact]
    public async Task Azures_Python_client_walks_the_keys_contract_and_verifies_the_challenge()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var python = await PythonScript.OpenAsync(
            "vault", "contract.py", "azure.identity, azure.keyvault.keys",
            "install Debian's python3-azure, or the packages azure-identity and azure-keyvault-keys with pip", cancellationToken);
        await using var vault = new RunningVault();
        // The program outside follows the addresses that the vault hands out, so they must be the real ones.
        vault.Options.Port = OutsideProgram.FreePort();
        await vault.StartAsync();
        await vault.CreateVaultAsync("kv-python", purgeProtection: false, sku: "premium");
        var authority = Path.Combine(vault.Root, "authority.crt");
        await File.WriteAllTextAsync(authority, vault.Vault.CertificateAuthority.ExportCertificatePem(), cancellationToken);

        var printed = await python.RunAsync(
            new Dictionary<string, string>
            {
                ["SSL_CERT_FILE"] = authority,
                ["REQUESTS_CA_BUNDLE"] = authority,
                ["NO_PROXY"] = "*",
                ["VAULT_URL"] = $"https://kv-python.vault.localhost:{vault.Vault.Port}/",
                ["AUTHORITY"] = $"https://localhost:{vault.Vault.Port}",
                ["TENANT"] = vault.Options.TenantId.ToString(),
                ["CLIENT_ID"] = vault.Options.AdministratorClientId.ToString(),
                ["CLIENT_SECRET"] = await File.ReadAllTextAsync(Path.Combine(vault.Root, "administrator-credential", "secret"), cancellationToken),
            },
            cancellationToken);

        Assert.Equal(Steps, printed);
        Assert.Empty(vault.Logs);
    }
}
