using System.Security.Cryptography;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Hosting;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DpsPortal.Provisioning;

/// <summary>The simulated DPS: a host of its own with its own store. What it offers is the contract, and nothing else of it is visible.</summary>
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

    internal IServiceProvider Services => _host.Services;

    /// <summary>Starts DPS on its data folder. No vault is called: an instance's key is unwrapped at its first use.</summary>
    /// <param name="domainClock">For the validity of keys and the times of records.</param>
    /// <param name="systemClock">For leases, polls and logs.</param>
    /// <exception cref="OptionsValidationException">All faults of the options.</exception>
    /// <exception cref="InvalidOperationException">The folder is in use, others may read it, or its platform key is missing or another one.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform lacks one of the two ciphers.</exception>
    public static async Task<ProvisioningHost> StartAsync(
        ProvisioningOptions options,
        VaultAccess vaultAccess,
        TimeProvider domainClock,
        ICheckpoints? checkpoints = null,
        TimeProvider? systemClock = null,
        Action<ILoggingBuilder>? logging = null,
        CancellationToken ct = default)
    {
        if (OptionsFaults.Of(options) is { Count: > 0 } faults)
        {
            throw new OptionsValidationException(ProvisioningOptions.Section, typeof(ProvisioningOptions), faults);
        }

        if (!AesGcm.IsSupported || !ChaCha20Poly1305.IsSupported)
        {
            throw new PlatformNotSupportedException("Double encryption needs AES-GCM and ChaCha20-Poly1305; this platform lacks one of them.");
        }

        var directory = Path.TrimEndingDirectorySeparator(options.DataDirectory);
        var database = await DpsDatabase.OpenAsync(directory, ct).ConfigureAwait(false);
        IHost? host = null;
        try
        {
            var platformKey = PlatformKeys.Load(directory + "-keys", database);
            host = Build(options, vaultAccess, new DomainClock(domainClock), checkpoints ?? new NoCheckpoints(), systemClock ?? TimeProvider.System, logging, database, platformKey);
            host.Services.GetRequiredService<InstanceRegistry>().Load();
            await host.StartAsync(ct).ConfigureAwait(false);
            return new ProvisioningHost(host, database);
        }
        catch
        {
            host?.Dispose();
            database.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
        _database.Dispose();
    }

    private static IHost Build(
        ProvisioningOptions options,
        VaultAccess vaultAccess,
        DomainClock domainClock,
        ICheckpoints checkpoints,
        TimeProvider systemClock,
        Action<ILoggingBuilder>? logging,
        DpsDatabase database,
        PlatformKey platformKey)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        logging?.Invoke(builder.Logging);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(vaultAccess)
            .AddSingleton(domainClock)
            .AddSingleton(checkpoints)
            .AddSingleton(systemClock)
            // As an instance the container would not dispose it.
            .AddSingleton(_ => platformKey)
            .AddSingleton(database)
            .AddEngine();
        return builder.Build();
    }
}
