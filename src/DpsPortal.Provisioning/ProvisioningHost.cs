using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Hosting;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Settings;
using DpsPortal.Provisioning.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning;

/// <summary>
/// The simulated DPS: a host of its own with its own store. What it offers is the contract, and to clients and devices DPS's own
/// protocols over TLS on loopback; nothing else of it is visible.
/// </summary>
public sealed class ProvisioningHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly DpsDatabase _database;

    private ProvisioningHost(IHost host, DpsDatabase database)
    {
        _host = host;
        _database = database;
    }

    public IProvisioningInstances Instances => _host.Services.GetRequiredService<IProvisioningInstances>();

    public IEnrollments Enrollments => _host.Services.GetRequiredService<IEnrollments>();

    public IProvisioningEvents Events => _host.Services.GetRequiredService<IProvisioningEvents>();

    public IInstanceSettings Settings => _host.Services.GetRequiredService<IInstanceSettings>();

    public ITraffic Traffic => _host.Services.GetRequiredService<ITraffic>();

    /// <summary>
    /// The port that is actually listened on, at 127.0.0.1 (and ::1 unless any free port was asked for); <see langword="null"/> without a
    /// certificate.
    /// </summary>
    public int? Port { get; private init; }

    internal IServiceProvider Services => _host.Services;

    /// <summary>Starts DPS on its data folder. No vault is called: an instance's key is unwrapped at its first use.</summary>
    /// <param name="domainClock">For the validity of keys and the times of records.</param>
    /// <param name="systemClock">For leases, polls and logs.</param>
    /// <param name="certificate">
    /// For the protocols, with its private key and valid for <c>*.dps.localhost</c>; it may come while the store is being opened. Without
    /// one only the contract is served.
    /// </param>
    /// <exception cref="ProvisioningStartRefusedException">
    /// Settings are wrong, a folder, the platform key or the database cannot be used or is gone, the disk is full, the port is busy, or the
    /// platform lacks one of the two ciphers; it says everything that is wrong.
    /// </exception>
    public static async Task<ProvisioningHost> StartAsync(
        ProvisioningOptions options,
        VaultAccess vaultAccess,
        TimeProvider domainClock,
        ICheckpoints? checkpoints = null,
        TimeProvider? systemClock = null,
        Action<ILoggingBuilder>? logging = null,
        Task<X509Certificate2>? certificate = null,
        CancellationToken ct = default)
    {
        OptionsRules.Require(options);
        if (!AesGcm.IsSupported || !ChaCha20Poly1305.IsSupported)
        {
            throw new ProvisioningStartRefusedException("Double encryption needs AES-GCM and ChaCha20-Poly1305; this platform lacks one of them.");
        }

        var directory = Path.TrimEndingDirectorySeparator(options.DataDirectory);
        try
        {
            return await OpenAsync(options, directory, vaultAccess, domainClock, checkpoints, systemClock, logging, certificate, ct).ConfigureAwait(false);
        }
        catch (Exception fault) when (DpsDatabase.FileOf(directory).Explain(fault) is { } refusal)
        {
            throw refusal;
        }
    }

    private static async Task<ProvisioningHost> OpenAsync(
        ProvisioningOptions options,
        string directory,
        VaultAccess vaultAccess,
        TimeProvider domainClock,
        ICheckpoints? checkpoints,
        TimeProvider? systemClock,
        Action<ILoggingBuilder>? logging,
        Task<X509Certificate2>? certificate,
        CancellationToken ct)
    {
        var database = await DpsDatabase.OpenAsync(directory, ct).ConfigureAwait(false);
        IHost? host = null;
        try
        {
            var platformKey = PlatformKeys.Load(DpsDatabase.KeysBeside(directory), database);
            host = Build(
                options, certificate, logging,
                services =>
                    Add(
                        services, options, vaultAccess, new DomainClock(domainClock), checkpoints ?? new NoCheckpoints(), systemClock ?? TimeProvider.System,
                        database, platformKey)
                    .AddTraffic(certificate));
            host.Services.GetRequiredService<InstanceRegistry>().Load();
            await host.Services.GetRequiredService<InstanceSettings>().LoadAsync(ct).ConfigureAwait(false);
            await (certificate ?? Task.CompletedTask).WaitAsync(ct).ConfigureAwait(false);
            await StartAsync(host, options, ct).ConfigureAwait(false);
            return new ProvisioningHost(host, database)
            {
                Port = certificate is null ? null : ProtocolListener.PortOf(host.Services.GetRequiredService<IServer>()),
            };
        }
        catch
        {
            host?.Dispose();
            database.Dispose();
            throw;
        }
    }

    /// <summary>Waits for SIGINT or SIGTERM, or for <paramref name="cancellationToken"/>: for a process that is only DPS.</summary>
    public async Task WaitForShutdownAsync(CancellationToken cancellationToken = default)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Ask(PosixSignalContext signal)
        {
            signal.Cancel = true;
            asked.TrySetResult();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
        using var cancelled = cancellationToken.Register(() => asked.TrySetResult());
        await asked.Task.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
        _database.Dispose();
    }

    private static async Task StartAsync(IHost host, ProvisioningOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault) when (ProtocolListener.IsBusy(fault))
        {
            throw new ProvisioningStartRefusedException(
                $"Port {options.Port} of the simulated DPS is in use by another program. Stop that, or set {ProvisioningOptions.Section}:Url to " +
                "another port.", fault);
        }
    }

    /// <summary>Empty builders: none of the surrounding process's settings, URLs or signal handling leak in, and they start fastest.</summary>
    private static IHost Build(
        ProvisioningOptions options, Task<X509Certificate2>? certificate, Action<ILoggingBuilder>? logging, Func<IServiceCollection, IServiceCollection> add)
    {
        if (certificate is null)
        {
            var plain = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            logging?.Invoke(plain.Logging);
            add(plain.Services);
            return plain.Build();
        }

        var web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ProvisioningHost).Assembly.GetName().Name });
        logging?.Invoke(web.Logging);
        ProtocolListener.Configure(web, options.Port, () => certificate.Result);
        add(web.Services);
        var app = web.Build();
        ProtocolListener.Map(app);
        return app;
    }

    private static IServiceCollection Add(
        IServiceCollection services,
        ProvisioningOptions options,
        VaultAccess vaultAccess,
        DomainClock domainClock,
        ICheckpoints checkpoints,
        TimeProvider systemClock,
        DpsDatabase database,
        PlatformKey platformKey) => services
        .AddSingleton(options)
        .AddSingleton(vaultAccess)
        .AddSingleton(domainClock)
        .AddSingleton(checkpoints)
        .AddSingleton(systemClock)
        // As an instance the container would not dispose it.
        .AddSingleton(_ => platformKey)
        .AddSingleton(database)
        .AddSingleton(DpsDatabase.FileOf(Path.TrimEndingDirectorySeparator(options.DataDirectory)))
        .AddHostedService<StoreCheck>()
        .AddSingleton<IHostLifetime, NoSignals>()
        .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5))
        .AddEngine()
        .AddProtocols();

    /// <summary>The surrounding program decides when DPS stops; two hosts listening for one signal would race.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
