using Azure.Core;
using Azure.Core.Pipeline;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.KeyVault;

namespace DpsPortal.Tests.Provisioning;

/// <summary>The embedded vault over TLS, as DPS sees it: one key per test, and identities with their own tokens.</summary>
public sealed class RealVault : IAsyncLifetime
{
    public RunningVault Vault { get; } = new();

    internal VaultAccess Access { get; private set; } = null!;

    internal ManagedIdentity Identity { get; private set; } = null!;

    internal string? Assignment { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Vault.StartAsync();
        var (clientId, principalId) = await Vault.CreateIdentityAsync("id-dps");
        Identity = new ManagedIdentity("id-dps", clientId, principalId);
        await GrantAsync();
        Access = new VaultAccess
        {
            CredentialFor = identity => new IdentityCredential(Vault, identity.ClientId),
            Transport = new HttpClientTransport(Vault.Http),
        };
    }

    internal async Task GrantAsync() =>
        Assignment = await Vault.GrantAsync(Identity.PrincipalId, RunningVault.CryptoServiceEncryptionUser, Vault.VaultResourceId(Vault.Options.DefaultVault));

    internal async Task WithdrawAsync() => Assert.True((int)(await Vault.SendAsync(HttpMethod.Delete, Assignment!)).Status is 200);

    /// <returns>The current version's identifier.</returns>
    internal async Task<KeyIdentifier> CreateKeyAsync(string name) => KeyIdentifier.Parse((await Vault.CreateKeyAsync(name)).KeyId);

    internal async Task SetEnabledAsync(KeyIdentifier version, bool enabled)
    {
        var answer = await Vault.PatchAsync(version.ToString(), new { attributes = new { enabled } });
        Assert.True((int)answer.Status == 200, answer.Text);
    }

    public ValueTask DisposeAsync() => Vault.DisposeAsync();

    private sealed class IdentityCredential(RunningVault vault, string clientId) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(await vault.IdentityTokenAsync(clientId), DateTimeOffset.UtcNow.AddHours(1));
    }
}
