using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using DpsPortal.KeyVault;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Capabilities;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Shell;

namespace DpsPortal.Hosting;

/// <summary>
/// The systems beside the portal: the embedded vault, unless Azure is used, and the simulated DPS. Each has its own container
/// and store; what leaves here is a contract or a credential. They start while the portal is being built.
/// </summary>
internal sealed class SimulatedSystems : IAsyncDisposable
{
    private readonly PortalSettings _settings;
    private readonly Task<EmbeddedKeyVault>? _vault;
    private readonly HttpClientTransport? _transport;
    private readonly HttpPipeline? _tokenPipeline;
    private readonly EmbeddedKeyVaultOptions _vaultOptions;
    private readonly Task<ProvisioningHost> _provisioning;

    /// <param name="checkpoints">Crash tests alone pass some.</param>
    /// <param name="vaultElsewhere">Whether the embedded vault runs in another process on the same data folder.</param>
    public SimulatedSystems(
        PortalSettings settings, DomainClock clock, Action<ILoggingBuilder> logging, ICheckpoints? checkpoints = null, bool vaultElsewhere = false)
    {
        _settings = settings;
        _vaultOptions = settings.Systems.Vault;
        Task<LocalVaultEndpoint>? vault = null;
        if (settings.EmbeddedVault)
        {
            _vault = vaultElsewhere ? null : Task.Run(() => EmbeddedKeyVault.StartAsync(_vaultOptions, clock, logging));
            vault = _vault is null ? Task.FromResult(LocalVaultEndpoint.Elsewhere(settings)) : EndpointAsync(_vault);
            _transport = LocalVaultTransport.Create(vault);
            _tokenPipeline = HttpPipelineBuilder.Build(new LocalTokenOptions { Transport = _transport });
        }

        _provisioning = Task.Run(() => ProvisioningHost.StartAsync(
            settings.Systems.Provisioning,
            new VaultAccess { CredentialFor = CredentialOf, Transport = _transport },
            clock,
            checkpoints,
            logging: logging,
            certificate: vault is null ? null : CertificateAsync(vault)));
    }

    public AdministratorAccess Administrator => new()
    {
        Credential = _tokenPipeline is null
            ? new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = _settings.AdministratorClientId })
            : new LocalAdministratorCredential(
                _tokenPipeline,
                new Uri(_settings.EmbeddedVaultUrl, $"/{_vaultOptions.TenantId}/oauth2/v2.0/token"),
                _vaultOptions.AdministratorClientId.ToString(),
                AdministratorSecret(_vaultOptions)),
        ClientId = AdministratorClientId,
        Transport = _transport,
    };

    private string? AdministratorClientId =>
        _settings.EmbeddedVault ? _vaultOptions.AdministratorClientId.ToString() : _settings.AdministratorClientId;

    /// <summary>The DPS contract. It may be resolved only after <see cref="StartedAsync"/>.</summary>
    public ProvisioningHost Provisioning => _provisioning.Result;

    /// <summary>Where DPS serves its protocols, and what to trust there. It may be resolved only after <see cref="StartedAsync"/>.</summary>
    public DpsEndpoint Endpoint => new(Provisioning.Port, _settings.EmbeddedVault ? EmbeddedKeyVault.EnsureCertificateAuthority(_vaultOptions) : null);

    /// <summary>Completes when both systems serve; throws with the setting to change when one cannot start.</summary>
    public async Task StartedAsync()
    {
        // Both are waited for, so that everything that is wrong is said at once.
        var started = Task.WhenAll([_provisioning, .. _vault is null ? Array.Empty<Task>() : [_vault]]);
        await started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (started.Exception is { } faults)
        {
            throw faults;
        }

        await RefuseSharedIdentityAsync(await _provisioning);
    }

    public async ValueTask DisposeAsync()
    {
        // DPS first: it calls the vault.
        await DisposeStartedAsync(_provisioning);
        if (_vault is not null)
        {
            await DisposeStartedAsync(_vault);
        }
    }

    private static async ValueTask DisposeStartedAsync<T>(Task<T> start)
        where T : IAsyncDisposable
    {
        if (start.IsCompletedSuccessfully)
        {
            await start.Result.DisposeAsync();
        }
    }

    /// <summary>The file with the client secret of the embedded vault's administrator.</summary>
    internal static string AdministratorSecret(EmbeddedKeyVaultOptions options) => BesideVault(options, "administrator-credential", "secret");

    private static string BesideVault(EmbeddedKeyVaultOptions options, string folder, string file) =>
        Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(options.DataDirectory))!, folder, file);

    private TokenCredential CredentialOf(ManagedIdentity identity) => _tokenPipeline is null
        ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(identity.ClientId))
        : new LocalIdentityCredential(
            _tokenPipeline,
            new Uri(_settings.EmbeddedVaultUrl, "/msi/token"),
            identity.ClientId,
            BesideVault(_vaultOptions, "identity-endpoint", "header"));

    // Were they one, taking the instance's role away would blind the administrator, and the instance could manage keys.
    private async Task RefuseSharedIdentityAsync(ProvisioningHost provisioning)
    {
        var instances = await provisioning.Instances.ListAsync(new Caller("system", "DpsPortal"), CancellationToken.None);
        var shared = instances.FirstOrDefault(instance =>
            instance.Encryption is InstanceEncryption.CustomerManagedKey { Identity: var identity }
            && string.Equals(identity.ClientId, AdministratorClientId, StringComparison.OrdinalIgnoreCase));
        if (shared is not null)
        {
            throw new PortalStartRefusedException(
                $"KeyVault:AdministratorClientId is the identity of the DPS instance {shared.Name}. " +
                "The administrator's service and an instance must not share one identity: set another.");
        }
    }

    private static async Task<LocalVaultEndpoint> EndpointAsync(Task<EmbeddedKeyVault> vault)
    {
        var started = await vault;
        return new LocalVaultEndpoint(started.Port, started.CertificateAuthority, started.LoopbackCertificate);
    }

    // One local authority: what trusts the vault trusts DPS.
    private static async Task<X509Certificate2> CertificateAsync(Task<LocalVaultEndpoint> vault) => (await vault).LoopbackCertificate!;

    private sealed class LocalTokenOptions : ClientOptions;
}
