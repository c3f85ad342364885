using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using DpsPortal.Tests.Python;

namespace DpsPortal.Tests.KeyVault;

/// <summary>
/// Azure's own command line, told of the vault as of a cloud of its own. Debian's has <c>az keyvault key</c> in part, once it is lent a module
/// (<see cref="AzureCli"/>): what it does through the client of 2018, which Debian does not package (create, list, list-versions, delete), goes
/// through <c>az rest</c>, which signs in by itself as every command does.
/// </summary>
[StartsHosts]
public sealed class AzureCliTests
{
    private const string Vault = "kv-cli";

    [Fact]
    public async Task The_administrator_signs_in_and_works_with_vaults_and_keys()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var vault = await StartAsync();
        using var az = await OpenAsync(vault, cancellationToken);

        var accounts = (
            await az.RunAsync(cancellationToken, [.. SignIn(vault), "-u", $"{vault.Options.AdministratorClientId}", "-p", "@" + SecretOf(vault)]))!.AsArray();
        var account = Assert.Single(accounts)!;
        Assert.Equal(
            (vault.Options.SubscriptionId, vault.Options.TenantId.ToString(), "embedded"),
            ((string)account["id"]!, (string)account["tenantId"]!, (string)account["cloudName"]!));

        var made = (await az.RunAsync(
            cancellationToken, "keyvault", "create", "-g", vault.Options.ResourceGroup, "-n", Vault, "-l", "westeurope", "--retention-days", "7",
            "--enable-rbac-authorization", "true", "--no-self-perms", "true"))!;
        Assert.Equal(AddressOf(vault, ""), (string)made["properties"]!["vaultUri"]!);
        var listed = (await az.RunAsync(cancellationToken, "keyvault", "list"))!.AsArray();
        Assert.Equal([Vault, vault.Options.DefaultVault], listed.Select(entry => (string)entry!["name"]!).Order(StringComparer.Ordinal));
        // Its group is looked up.
        Assert.Equal(7, (int)(await az.RunAsync(cancellationToken, "keyvault", "show", "-n", Vault))!["properties"]!["softDeleteRetentionInDays"]!);

        await WalkKeysAsync(vault, az, cancellationToken);

        await az.RunAsync(cancellationToken, "keyvault", "delete", "-n", Vault);
        var deleted = (await az.RunAsync(cancellationToken, "keyvault", "list-deleted", "--resource-type", "vault"))!.AsArray();
        Assert.Equal(Vault, (string)Assert.Single(deleted)!["name"]!);
        await az.RunAsync(cancellationToken, "keyvault", "purge", "-n", Vault, "-l", "westeurope");
        Assert.Empty((await az.RunAsync(cancellationToken, "keyvault", "list-deleted", "--resource-type", "vault"))!.AsArray());
        Assert.Empty(vault.Logs);
    }

    [Fact]
    public async Task A_program_and_a_managed_identity_sign_in_without_a_subscription_and_may_what_their_roles_say()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var vault = await StartAsync();
        await vault.CreateVaultAsync(Vault);
        await vault.CreateKeyAsync("first", vaultName: Vault);
        var application = (
            await vault.SendAsync(HttpMethod.Put, vault.SubscriptionPath + "/providers/Microsoft.Graph/applications/az", new { })).Json["properties"]!;
        var (identity, identityPrincipal) = await vault.CreateIdentityAsync("az");
        foreach (var principal in new[] { (string)application["principalId"]!, identityPrincipal })
        {
            await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId(Vault));
        }

        using var az = await OpenAsync(vault, cancellationToken);
        string[] asProgram = [
            .. SignIn(vault), "-u", (string)application["appId"]!, "--password=" + (string)application["passwordCredentials"]![0]!["secretText"]!,
        ];
        string[] show = ["keyvault", "key", "show", "--vault-name", Vault, "-n", "first"];

        Assert.Contains("No subscriptions found", await az.FailAsync(cancellationToken, asProgram), StringComparison.Ordinal);
        await az.RunAsync(cancellationToken, [.. asProgram, "--allow-no-subscriptions"]);
        Assert.Equal("RSA", (string)(await az.RunAsync(cancellationToken, show))!["key"]!["kty"]!);
        Assert.Contains(
            "(Forbidden)", await az.FailAsync(cancellationToken, "keyvault", "key", "rotate", "--vault-name", Vault, "-n", "first"), StringComparison.Ordinal);

        await az.RunAsync(cancellationToken, "account", "clear");
        az.Set("APPSETTING_WEBSITE_SITE_NAME", "any");
        az.Set("MSI_ENDPOINT", vault.Vault.Address.AbsoluteUri + "msi/token");
        az.Set("MSI_SECRET", await File.ReadAllTextAsync(Path.Combine(vault.Root, "identity-endpoint", "header"), cancellationToken));
        await az.RunAsync(cancellationToken, "login", "--identity", "--username", identity, "--allow-no-subscriptions");
        Assert.Equal("RSA", (string)(await az.RunAsync(cancellationToken, show))!["key"]!["kty"]!);
        Assert.Empty(vault.Logs);
    }

    private static async Task WalkKeysAsync(RunningVault vault, AzureCli az, CancellationToken cancellationToken)
    {
        var created = (string)(await RestAsync("post", "keys/first/create", """{"kty":"RSA"}"""))!["key"]!["kid"]!;
        Assert.Equal(created, (string)(await KeyAsync("show"))!["key"]!["kid"]!);

        Assert.Equal("b", (string)(await KeyAsync("set-attributes", "--tags", "a=b"))!["tags"]!["a"]!);
        var rotated = (string)(await KeyAsync("rotate"))!["key"]!["kid"]!;
        Assert.NotEqual(created, rotated);
        var versions = await RestAsync("get", "keys/first/versions");
        Assert.Equal(new[] { created, rotated }.Order(StringComparer.Ordinal), Ids(versions).Order(StringComparer.Ordinal));

        var encrypted = (await KeyAsync("encrypt", "--algorithm", "RSA-OAEP-256", "--data-type", "plaintext", "--value", "hello"))!;
        Assert.Equal(rotated, (string)encrypted["kid"]!);
        var decrypted = await KeyAsync("decrypt", "--algorithm", "RSA-OAEP-256", "--data-type", "plaintext", "--value", (string)encrypted["result"]!);
        Assert.Equal("hello", (string)decrypted!["result"]!);

        var policy = Path.Combine(az.Folder, "policy.json");
        await File.WriteAllTextAsync(
            policy, """{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P180D"}}""",
            cancellationToken);
        await az.RunAsync(cancellationToken, "keyvault", "key", "rotation-policy", "update", "--vault-name", Vault, "-n", "first", "--value", policy);
        var kept = (await az.RunAsync(cancellationToken, "keyvault", "key", "rotation-policy", "show", "--vault-name", Vault, "-n", "first"))!;
        Assert.Equal("P180D", (string)kept["expiresIn"]!);

        using var rsa = RSA.Create(2048);
        var pem = Path.Combine(az.Folder, "imported.pem");
        await File.WriteAllTextAsync(pem, rsa.ExportRSAPrivateKeyPem(), cancellationToken);
        await az.RunAsync(cancellationToken, "keyvault", "key", "import", "--vault-name", Vault, "-n", "imported", "--pem-file", pem);
        Assert.Equal([AddressOf(vault, "keys/first"), AddressOf(vault, "keys/imported")], Ids(await RestAsync("get", "keys")));

        Assert.Contains(
            "(KeyNotFound)", await az.FailAsync(cancellationToken, "keyvault", "key", "show", "--vault-name", Vault, "-n", "absent"), StringComparison.Ordinal);

        Task<JsonNode?> KeyAsync(string command, params string[] more) =>
            az.RunAsync(cancellationToken, ["keyvault", "key", command, "--vault-name", Vault, "-n", "first", .. more]);

        Task<JsonNode?> RestAsync(string method, string path, params string[] body) => az.RunAsync(
            cancellationToken,
            ["rest", "--method", method, "--url", AddressOf(vault, path) +
                "?api-version=7.4", "--resource", RunningVault.VaultResource, .. body.SelectMany(text => new[] { "--body", text })]);
    }

    private static IEnumerable<string> Ids(JsonNode? list) => list!["value"]!.AsArray().Select(entry => (string)entry!["kid"]!);

    private static async Task<RunningVault> StartAsync()
    {
        var vault = new RunningVault();
        // The program outside follows the addresses that the vault hands out, so they must be the real ones.
        vault.Options.Port = OutsideProgram.FreePort();
        await vault.StartAsync();
        return vault;
    }

    private static async Task<AzureCli> OpenAsync(RunningVault vault, CancellationToken cancellationToken)
    {
        var authority = Path.Combine(vault.Root, "authority.crt");
        await File.WriteAllTextAsync(authority, vault.Vault.CertificateAuthority.ExportCertificatePem(), cancellationToken);
        var az = await AzureCli.OpenAsync(authority, new Uri(AddressOf(vault, "healthstatus")), cancellationToken);
        var address = vault.Vault.Address.AbsoluteUri.TrimEnd('/');
        var cloud = Path.Combine(az.Folder, "cloud.json");
        await File.WriteAllTextAsync(
            cloud,
            JsonSerializer.Serialize(new
            {
                endpoints = new
                {
                    resourceManager = address,
                    activeDirectory = address + "/adfs",
                    activeDirectoryResourceId = RunningVault.ManagementResource,
                    // Must be named; nothing here asks a directory.
                    activeDirectoryGraphResourceId = "https://graph.invalid",
                    microsoftGraphResourceId = "https://graph.invalid",
                },
                suffixes = new { keyvaultDns = $".vault.localhost:{vault.Vault.Port}" },
            }),
            cancellationToken);
        await az.RunAsync(cancellationToken, "cloud", "register", "-n", "embedded", "--cloud-config", "@" + cloud);
        await az.RunAsync(cancellationToken, "cloud", "set", "-n", "embedded");
        return az;
    }

    private static string[] SignIn(RunningVault vault) => ["login", "--service-principal", "--tenant", $"{vault.Options.TenantId}"];

    private static string SecretOf(RunningVault vault) => Path.Combine(vault.Root, "administrator-credential", "secret");

    private static string AddressOf(RunningVault vault, string path) => $"https://{Vault}.vault.localhost:{vault.Vault.Port}/{path}";
}
