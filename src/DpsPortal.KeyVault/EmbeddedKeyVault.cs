using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using DpsPortal.KeyVault.Certificates;
using DpsPortal.KeyVault.Events;
using DpsPortal.KeyVault.Hosting;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Seeding;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.KeyVault;

/// <summary>
/// A key vault in this process that speaks the Azure Key Vault keys REST API over TLS on loopback. It has its own web
/// application and container; nothing of it can be reached but through HTTPS.
/// </summary>
public sealed class EmbeddedKeyVault : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly FileStream _folderLock;

    private EmbeddedKeyVault(WebApplication app, FileStream folderLock, X509Certificate2 authority, X509Certificate2 leaf, int port)
    {
        _app = app;
        _folderLock = folderLock;
        CertificateAuthority = authority;
        LoopbackCertificate = leaf;
        Port = port;
    }

    /// <summary>The port that is actually listened on, at 127.0.0.1 (and ::1 unless any free port was asked for).</summary>
    public int Port { get; }

    /// <summary>The local authority, without its private key: what clients of the vault must trust.</summary>
    public X509Certificate2 CertificateAuthority { get; }

    /// <summary>With its private key: valid for the loopback names of every local service, so that each may serve TLS under the one authority.</summary>
    public X509Certificate2 LoopbackCertificate { get; }

    /// <summary>The default vault, the token issuer and the management interface, at the actual port.</summary>
    public Uri Address => new($"https://localhost:{Port}");

    /// <summary>The vault's own container, for tests of what no request shows.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Every route, for tests that ask each of them.</summary>
    internal IEnumerable<RouteEndpoint> Routes => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    /// <summary>Opens (or makes) the vault in its folder and starts to listen.</summary>
    /// <param name="domainClock">Time of everything about keys: created, updated, nbf, exp, policies, purge. Tokens and certificates follow
    /// the system clock.</param>
    /// <param name="onEvent">Subscribed before anything is published, so that it misses nothing; see <see cref="Subscribe"/>.</param>
    /// <exception cref="VaultStartRefusedException">
    /// Settings are wrong, a folder, a key file or the database cannot be used or is gone, the disk is full, or the port is busy; it says
    /// everything that is wrong and what to do.
    /// </exception>
    public static Task<EmbeddedKeyVault> StartAsync(
        EmbeddedKeyVaultOptions options, TimeProvider domainClock, Action<ILoggingBuilder>? logging = null, Action<KeyVaultEvent>? onEvent = null,
        CancellationToken cancellationToken = default) =>
        StartAsync(options, domainClock, TimeProvider.System, logging, onEvent, cancellationToken);

    /// <param name="systemClock">Time of tokens, of the propagation of roles and of throttling; tests alone pass another.</param>
    internal static async Task<EmbeddedKeyVault> StartAsync(
        EmbeddedKeyVaultOptions options, TimeProvider domainClock, TimeProvider systemClock, Action<ILoggingBuilder>? logging,
        Action<KeyVaultEvent>? onEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(domainClock);
        OptionsRules.Require(options);
        try
        {
            return await OpenAsync(options, domainClock, systemClock, logging, onEvent, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (Explain(options, fault) is { } refusal)
        {
            throw refusal;
        }
    }

    private static VaultStartRefusedException? Explain(EmbeddedKeyVaultOptions options, Exception fault) =>
        VaultDatabase.FileAt(options.DataDirectory).Explain(fault);

    private static async Task<EmbeddedKeyVault> OpenAsync(
        EmbeddedKeyVaultOptions options, TimeProvider domainClock, TimeProvider systemClock, Action<ILoggingBuilder>? logging,
        Action<KeyVaultEvent>? onEvent, CancellationToken cancellationToken)
    {
        var folders = new VaultFolders(options.DataDirectory);
        var folderLock = folders.Database.Lock("lock");
        MasterKey? masterKey = null;
        VaultDatabase? database = null;
        WebApplication? app = null;
        try
        {
            await VaultDatabase.PrepareAsync(folders, cancellationToken).ConfigureAwait(false);
            var (authority, leaf) = LocalCertificateAuthority.Open(
                folders.CertificateAuthority, TimeProvider.System.GetUtcNow(), [.. options.ExtraNames, .. options.ServedNames]);
            masterKey = MasterKeyRotation.Open(folders);
            database = await VaultDatabase.OpenAsync(folders.Database, masterKey, cancellationToken).ConfigureAwait(false);
            app = Build(options, folders, database, masterKey, leaf, domainClock, systemClock, logging);
            if (onEvent is not null)
            {
                app.Services.GetRequiredService<EventHub>().Subscribe(onEvent);
            }

            await VaultContent.LoadAsync(app.Services, options, domainClock).ConfigureAwait(false);
            await app.Services.GetRequiredService<KeySeeder>().ImportAsync().ConfigureAwait(false);
            await ListenAsync(app, options, cancellationToken).ConfigureAwait(false);
            return new EmbeddedKeyVault(app, folderLock, authority, leaf, VaultListener.PortOf(app.Services.GetRequiredService<IServer>()));
        }
        catch
        {
            if (app is not null)
            {
                await app.DisposeAsync().ConfigureAwait(false);
            }

            database?.Dispose();
            masterKey?.Dispose();
            await folderLock.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// The file with the authority's certificate in PEM, without its key: what other programs must trust. Made or renewed by these
    /// options, unless a vault runs, which has it in order by its own.
    /// </summary>
    public static string EnsureCertificateAuthority(EmbeddedKeyVaultOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsRules.Require(options);
        try
        {
            return OpenCertificateAuthority(options);
        }
        catch (Exception fault) when (Explain(options, fault) is { } refusal)
        {
            throw refusal;
        }
    }

    private static string OpenCertificateAuthority(EmbeddedKeyVaultOptions options)
    {
        var folders = new VaultFolders(options.DataDirectory);
        var folder = folders.CertificateAuthority;
        using var folderLock = folder.Has(LocalCertificateAuthority.PublicFile) ? folders.Database.TryLock("lock") : folders.Database.Lock("lock");
        if (folderLock is not null)
        {
            var (authority, leaf) = LocalCertificateAuthority.Open(folder, TimeProvider.System.GetUtcNow(), [.. options.ExtraNames, .. options.ServedNames]);
            authority.Dispose();
            leaf.Dispose();
        }

        return folder.PathOf(LocalCertificateAuthority.PublicFile);
    }

    /// <summary>
    /// Seals everything anew under a new master key. The vault must be stopped. Cut short at any moment, the next start or
    /// rotation finds the key that fits.
    /// </summary>
    /// <returns>How many key versions were sealed anew.</returns>
    /// <exception cref="VaultStartRefusedException">The vault runs, does not exist, or its folders or master key are not in order; the
    /// message says which.</exception>
    public static async Task<int> RotateMasterKeyAsync(EmbeddedKeyVaultOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsRules.Require(options);
        try
        {
            var folders = new VaultFolders(options.DataDirectory);
            using var folderLock = folders.Database.Lock("lock");
            return await MasterKeyRotation.RunAsync(folders, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (Explain(options, fault) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>
    /// Calls <paramref name="subscriber"/> for every event from now on, one after the other, until the result is disposed. It
    /// should return soon: rotation and expiry wait for it. An event may come twice, with one id, after a crash.
    /// </summary>
    public IDisposable Subscribe(Action<KeyVaultEvent> subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        return _app.Services.GetRequiredService<EventHub>().Subscribe(subscriber);
    }

    /// <summary>Waits for SIGINT or SIGTERM, or for <paramref name="cancellationToken"/>: for a process that is only the vault.</summary>
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

    /// <summary>Stops listening, lets requests in flight finish, closes the database and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        await _folderLock.DisposeAsync().ConfigureAwait(false);
        CertificateAuthority.Dispose();
    }

    /// <summary>An empty builder: none of the surrounding process's settings, URLs or signal handling leak in, and it starts fastest.</summary>
    private static WebApplication Build(
        EmbeddedKeyVaultOptions options, VaultFolders folders, VaultDatabase database, MasterKey masterKey, X509Certificate2 leaf,
        TimeProvider domainClock, TimeProvider systemClock, Action<ILoggingBuilder>? logging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(EmbeddedKeyVault).Assembly.GetName().Name });
        // Each request runs through on one thread: handing it on costs more than all about it but its cryptography and the commit that
        // it writes. Those two block the thread; waiting for others, for a shared commit or the turn to write, does not.
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel => VaultListener.Configure(kestrel, options.Port, leaf));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        logging?.Invoke(builder.Logging);
        // Every request is in the audit log. The web host's own entry would cost each an activity and a scope, whoever reads it.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        VaultServices.Add(builder.Services, options, folders, database, masterKey, domainClock, systemClock);
        var app = builder.Build();
        app.Use(HostHeader.TakeAwayInvalid);
        app.Use(VaultRoutes.CollapseSlashes);
        app.Use(VerbHeader.Obey);
        app.UseRouting();
        VaultRoutes.Map(app);
        return app;
    }

    private static async Task ListenAsync(WebApplication app, EmbeddedKeyVaultOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault) when (VaultListener.IsBusy(fault))
        {
            throw new VaultStartRefusedException(
                $"Port {options.Port} of the embedded vault is in use by another program. Stop that, or set {EmbeddedKeyVaultOptions.SectionName}:Url " +
                "to another port.", fault);
        }
    }

    /// <summary>The surrounding program decides when the vault stops; two hosts listening for one signal would race.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
