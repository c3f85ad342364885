using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Reencrypting;
using DpsPortal.Services.Rekeying;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.KeyVault;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Services;

/// <summary>The service layer on the real vault and the real simulated DPS. Services and DPS can be ended and started again on the same data.</summary>
public sealed partial class RunningPortalServices : IAsyncDisposable
{
    public const string Vault = "kv-contoso-prod";

    /// <summary>Another vault; it is there once a key of it was asked for.</summary>
    public const string CleanVault = "kv-contoso-clean";

    /// <summary>How often DPS asks the vault by itself; not what it does unless told.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMinutes(7);

    private const string SharedInstance = "dps-shared";

    private readonly string _root = Directory.CreateTempSubdirectory("dps-services-").FullName;
    private readonly CrashingCheckpoints _checkpoints = new();
    private readonly List<IDisposable> _transports = [];
    private ProvisioningHost? _dps;
    private IHost? _host;
    private KeyIdentifier? _sharedKey;
    private bool _hasSharedInstance;
    private int _keys;

    public RunningVault KeyVault { get; } = new();

    /// <summary>Domain clock of all three systems.</summary>
    public FakeTimeProvider Clock => KeyVault.Clock;

    /// <summary>System clock of the service layer alone, when a test wants to move it; set before the start.</summary>
    public TimeProvider SystemClock { get; set; } = TimeProvider.System;

    public PortalServicesOptions Options { get; private set; } = null!;

    public ProvisioningHost Dps => _dps ?? throw new InvalidOperationException("DPS is stopped.");

    public IServiceProvider Services => _host?.Services ?? throw new InvalidOperationException("The services are stopped.");

    public IKeyService Keys => Get<IKeyService>();

    public IInstanceService Instances => Get<IInstanceService>();

    public IEnrollmentService Enrollments => Get<IEnrollmentService>();

    public IInstanceSettingsService Settings => Get<IInstanceSettingsService>();

    public IRotationService Rotation => Get<IRotationService>();

    public IRekeyService Rekey => Get<IRekeyService>();

    public IReencryptionService Reencryption => Get<IReencryptionService>();

    public IRevocationService Revocation => Get<IRevocationService>();

    public IOperationService Operations => Get<IOperationService>();

    public IActivityLog Activity => Get<IActivityLog>();

    public IVaultManagement Management => Get<IVaultManagement>();

    internal CrashingCheckpoints Checkpoints => _checkpoints;

    /// <summary>Stands between the service layer and the vault: sees a request, and may send it, lose its answer or answer itself.</summary>
    public Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>>? Between { get; set; }

    /// <summary>The same between DPS and the vault.</summary>
    public Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>>? BetweenDps { get; set; }

    /// <summary>Leases and polls of DPS, when a test wants to move them; set before the start.</summary>
    public TimeProvider? DpsClock { get; set; }

    /// <summary>Pause of the portal before it repeats a call to the vault; set before the start.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Pause of DPS before it repeats a call to the vault; set before the start.</summary>
    public TimeSpan DpsRetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Folder of DPS's own data; its keys lie beside it.</summary>
    public string DpsDirectory => Path.Combine(_root, "dps");

    /// <summary>Whether DPS serves its protocols, too, with the vault's certificate; set before the start.</summary>
    public bool ServesProtocols { get; init; }

    /// <summary>What the service layer gets to see of DPS's control plane, from its next start on.</summary>
    public Func<IProvisioningInstances, IProvisioningInstances> SeenOfDps { get; set; } = instances => instances;

    /// <summary>Client id of the administrator's own identity, as the service layer knows it; set before the start.</summary>
    public string? AdministratorClientId { get; set; }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        await KeyVault.StartAsync();
        Options = new PortalServicesOptions
        {
            DataDirectory = Path.Combine(_root, "portal"),
            Vaults = { Vault },
            ManagementEndpoint = new Uri("https://localhost:8443"),
            SubscriptionId = KeyVault.Options.SubscriptionId,
            ResourceGroup = KeyVault.Options.ResourceGroup,
            Location = KeyVault.Options.Location,
            RetryDelay = TimeSpan.FromMilliseconds(2),
            LongestRetryDelay = TimeSpan.FromMilliseconds(20),
            ConfirmationAttempts = 4,
            RoleAttempts = 4,
        };
        await StartDpsAsync();
        await StartServicesAsync();
    }

    public async Task StartDpsAsync()
    {
        var access = new VaultAccess
        {
            CredentialFor = identity => new TokenFrom(resource => KeyVault.IdentityTokenAsync(identity.ClientId, resource)),
            Transport = Transport(handler => new Middle(() => BetweenDps, handler)),
            RetryDelay = DpsRetryDelay,
        };
        _dps = await ProvisioningHost.StartAsync(
            new ProvisioningOptions { DataDirectory = DpsDirectory, Port = 0, DeviceRetryAfter = TimeSpan.Zero, PollInterval = PollInterval },
            access,
            Clock,
            _checkpoints,
            DpsClock,
            certificate: ServesProtocols ? Task.FromResult(KeyVault.Vault.LoopbackCertificate) : null);
    }

    public async Task StartServicesAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services
            .AddSingleton(SystemClock)
            .AddSingleton(SeenOfDps(Dps.Instances))
            .AddSingleton(Dps.Enrollments)
            .AddSingleton(Dps.Settings)
            .AddSingleton(Dps.Events).AddSingleton(Dps.Traffic)
            .AddSingleton<ICheckpoints>(_checkpoints)
            .AddPortalServices(
                Options,
                new AdministratorAccess
                {
                    Credential = new TokenFrom(KeyVault.AdministratorTokenAsync),
                    ClientId = AdministratorClientId,
                    Transport = Transport(handler => new Middle(() => Between, handler)),
                    RetryDelay = RetryDelay,
                },
                Clock);
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task StopServicesAsync()
    {
        if (_host is { } running)
        {
            _host = null;
            await running.StopAsync();
            running.Dispose();
        }
    }

    /// <summary>Both in-process parts end where they are and start again on their data.</summary>
    /// <param name="meanwhile">Done to the data while nobody uses them.</param>
    public async Task RestartAsync(Action? meanwhile = null)
    {
        await StopServicesAsync();
        await Dps.DisposeAsync();
        _checkpoints.Revive();
        meanwhile?.Invoke();
        await StartDpsAsync();
        await StartServicesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopServicesAsync();
        if (_dps is not null)
        {
            await _dps.DisposeAsync();
        }

        _transports.ForEach(transport => transport.Dispose());
        await KeyVault.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    /// <summary>A key under a name of its own.</summary>
    public async Task<KeyIdentifier> NewKeyAsync() =>
        (await Keys.CreateAsync(Staff.Custodian, new NewKey(Vault, $"kek-{Interlocked.Increment(ref _keys)}", 2048, null, null), CancellationToken.None))
            .Value();

    /// <summary>One key for all tests that leave it as it is; making one takes a while.</summary>
    public async Task<KeyIdentifier> SharedKeyAsync() => _sharedKey ??= await NewKeyAsync();

    /// <summary>One instance for all tests that leave it as it is; it has a Microsoft-managed key.</summary>
    public async Task<string> SharedInstanceAsync()
    {
        if (!_hasSharedInstance)
        {
            await NewInstanceAsync(SharedInstance);
            _hasSharedInstance = true;
        }

        return SharedInstance;
    }

    /// <summary>A key under a name of its own in a vault that nothing else uses.</summary>
    public async Task<KeyIdentifier> CleanKeyAsync()
    {
        if (!Options.Vaults.Contains(CleanVault))
        {
            await Management.PutVaultAsync(CleanVault, Options.Location, purgeProtection: true, 90, CancellationToken.None);
            Options.Vaults.Add(CleanVault);
        }

        var form = new NewKey(CleanVault, $"kek-{Interlocked.Increment(ref _keys)}", 2048, null, null);
        return (await Keys.CreateAsync(Staff.Custodian, form, CancellationToken.None)).Value();
    }

    /// <summary>Creates an instance through the service layer; without a key one with a Microsoft-managed key.</summary>
    public async Task NewInstanceAsync(string name, KeyIdentifier? key = null, string? identity = null)
    {
        var form = new NewInstance(name, "rg-contoso", "westeurope", key is not null, key is null ? null : identity ?? $"id-{name}", key?.ToString());
        await SucceedsAsync(await Instances.CreateAsync(Staff.Operator, form, CancellationToken.None));
    }

    /// <summary>Until the log has everything that DPS has noticed.</summary>
    public async Task CaughtUpAsync()
    {
        var feed = Dps.Services.GetRequiredService<EventFeed>();
        var watcher = Get<IEnumerable<IHostedService>>().OfType<AccessWatcher>().Single();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!feed.HasCaughtUp || !watcher.HasCaughtUp)
        {
            await Task.Delay(2, patience.Token);
        }
    }

    /// <summary>Ends the vault and starts it on its data; it listens on another port then.</summary>
    public async Task RestartVaultAsync(Func<Task> meanwhile)
    {
        await KeyVault.StopAsync();
        await meanwhile();
        await KeyVault.StartAsync();
    }

    /// <summary>How long a change of a role waits for its effect from now on, as an ISO 8601 duration; a shorter one ends what waits.</summary>
    public Task<VaultResponse> SlowRolesAsync(string delay) => KeyVault.SendAsync(
        HttpMethod.Patch,
        $"{KeyVault.SubscriptionPath}/providers/DpsPortal.KeyVault/settings/default",
        new { properties = new { rolePropagationDelay = delay } });

    /// <summary>All three end and start again on their data, as with another port in the settings.</summary>
    public async Task MoveVaultAsync()
    {
        await StopServicesAsync();
        await Dps.DisposeAsync();
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            KeyVault.Options.Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        await RestartVaultAsync(() => Task.CompletedTask);
        Options.ManagementEndpoint = new Uri($"https://localhost:{KeyVault.Options.Port}");
        await StartDpsAsync();
        await StartServicesAsync();
    }

    /// <summary>Every name leads to wherever the vault listens at that moment.</summary>
    private HttpClientTransport Transport(Func<HttpMessageHandler, HttpMessageHandler> around)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(KeyVault.Vault.CertificateAuthority.RawData));
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { CertificateChainPolicy = trust },
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, PortOfVault(), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new HttpClient(around(handler));
        _transports.Add(client);
        return new HttpClientTransport(client);
    }

    /// <summary>Where else than to the vault every new connection leads.</summary>
    public int? DivertedTo { get; set; }

    private int PortOfVault()
    {
        try
        {
            return DivertedTo ?? KeyVault.Vault.Port;
        }
        catch (InvalidOperationException)
        {
            // What a listener that is gone looks like to its clients.
            throw new SocketException((int)SocketError.ConnectionRefused);
        }
    }

    private sealed class Middle(
        Func<Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>>?> between,
        HttpMessageHandler vault) : DelegatingHandler(vault)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Task<HttpResponseMessage> Send() => base.SendAsync(request, cancellationToken);
            return between() is { } inBetween ? inBetween(request, Send).WaitAsync(cancellationToken) : Send();
        }
    }
}
