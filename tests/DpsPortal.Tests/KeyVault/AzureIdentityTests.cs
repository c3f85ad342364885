using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Azure's own credentials sign in here, and the key client does its work with them; nothing is set but addresses and trust.</summary>
[StartsHosts]
public sealed class AzureIdentityTests(RunningVault vault) : IClassFixture<RunningVault>
{
    private static readonly Uri Authority = new("https://localhost:8443/");

    [Fact]
    public async Task A_client_secret_credential_signs_in_and_wraps()
    {
        var path = $"{vault.SubscriptionPath}/providers/Microsoft.Graph/applications/app-dotnet";
        var properties = (await vault.SendAsync(HttpMethod.Put, path)).Json["properties"]!;
        await vault.GrantAsync((string)properties["principalId"]!, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId("kv-contoso-prod"));
        using var transport = new HttpClientTransport(new HttpClient(vault.CreateHandler()));

        await WrapAsync("dotnet-secret", transport, new ClientSecretCredential(
            vault.Options.TenantId.ToString(), (string)properties["appId"]!, (string)properties["passwordCredentials"]![0]!["secretText"]!,
            new ClientSecretCredentialOptions { AuthorityHost = Authority, DisableInstanceDiscovery = true, Transport = transport }));
    }

    [Fact]
    public async Task A_wrong_client_secret_is_an_authentication_failure_that_says_why()
    {
        using var transport = new HttpClientTransport(new HttpClient(vault.CreateHandler()));
        var credential = new ClientSecretCredential(
            vault.Options.TenantId.ToString(), Guid.NewGuid().ToString(), "wrong",
            new ClientSecretCredentialOptions { AuthorityHost = Authority, DisableInstanceDiscovery = true, Transport = transport });

        var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(async () =>
            await credential.GetTokenAsync(new TokenRequestContext([RunningVault.VaultResource + "/.default"]), CancellationToken.None));

        Assert.Contains("do not belong together", failure.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The two variables are of the whole process; no other test has a credential that reads them.</summary>
    [Fact]
    public async Task A_managed_identity_credential_and_the_default_one_sign_in_and_wrap()
    {
        var (clientId, principal) = await vault.CreateIdentityAsync("id-dotnet");
        await vault.GrantAsync(principal, RunningVault.CryptoServiceEncryptionUser, vault.VaultResourceId("kv-contoso-prod"));
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", "https://localhost:8443/msi/token");
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", await File.ReadAllTextAsync(Path.Combine(vault.Root, "identity-endpoint", "header")));
        try
        {
            using var transport = new HttpClientTransport(new HttpClient(vault.CreateHandler()));
            await WrapAsync(
                "dotnet-identity", transport,
                new ManagedIdentityCredential(
                    new ManagedIdentityCredentialOptions(ManagedIdentityId.FromUserAssignedClientId(clientId)) { Transport = transport }));
            await WrapAsync(
                "dotnet-identity", transport,
                new ManagedIdentityCredential(
                    new ManagedIdentityCredentialOptions(ManagedIdentityId.FromUserAssignedObjectId(principal)) { Transport = transport }));
            var byResource = ManagedIdentityId.FromUserAssignedResourceId(
                new ResourceIdentifier($"{vault.GroupPath}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-dotnet"));
            await WrapAsync(
                "dotnet-identity", transport, new ManagedIdentityCredential(new ManagedIdentityCredentialOptions(byResource) { Transport = transport }));
            await WrapAsync("dotnet-identity", transport, new DefaultAzureCredential(new DefaultAzureCredentialOptions
            {
                Transport = transport,
                ManagedIdentityClientId = clientId,
                ExcludeEnvironmentCredential = true,
                ExcludeWorkloadIdentityCredential = true,
            }));
        }
        finally
        {
            Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", null);
            Environment.SetEnvironmentVariable("IDENTITY_HEADER", null);
        }
    }

    private async Task WrapAsync(string name, HttpClientTransport transport, TokenCredential credential)
    {
        if ((await vault.GetAsync("/keys/" + name)).Status == HttpStatusCode.NotFound)
        {
            await vault.CreateKeyAsync(name);
        }

        var client = new KeyClient(new Uri(RunningVault.VaultAddress("kv-contoso-prod")), credential, new KeyClientOptions { Transport = transport });
        var key = await client.GetKeyAsync(name);
        var cryptography = client.GetCryptographyClient(name, key.Value.Properties.Version);

        var wrapped = await cryptography.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, new byte[] { 1, 2, 3 });
        var opened = await cryptography.UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, wrapped.EncryptedKey);

        Assert.Equal([1, 2, 3], opened.Key);
    }
}
