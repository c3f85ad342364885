using DpsPortal.KeyVault.Access;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Backups;
using DpsPortal.KeyVault.DeletedKeys;
using DpsPortal.KeyVault.Events;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Issuer;
using DpsPortal.KeyVault.KeyRequests;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Management;
using DpsPortal.KeyVault.Schedule;
using DpsPortal.KeyVault.Seeding;
using DpsPortal.KeyVault.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.KeyVault.Hosting;

/// <summary>The vault's own container. Everything lives as long as the vault.</summary>
internal static class VaultServices
{
    /// <summary>Database and master key come as factories, so that the container disposes of them last.</summary>
    public static void Add(
        IServiceCollection services, EmbeddedKeyVaultOptions options, VaultFolders folders, VaultDatabase database, MasterKey masterKey,
        TimeProvider domainClock,
        TimeProvider systemClock)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => database);
        services.AddSingleton(_ => masterKey);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<VaultRegistry>();
        services.AddSingleton<ManagedIdentities>();
        services.AddSingleton<Applications>();
        services.AddSingleton<Principals>();
        services.AddSingleton(_ => new RoleAssignments(database, options, systemClock));
        services.AddSingleton(_ => new KeyStore(database, masterKey, new Settling(domainClock, options.SettlingTime)));
        services.AddSingleton<KeyFactory>();
        services.AddSingleton(_ => new TokenAuthority(folders.Issuer, options, systemClock));
        services.AddSingleton(_ => new Credentials(
            SharedSecret.Open(folders.AdministratorCredential, "secret"), SharedSecret.Open(folders.IdentityEndpoint, "header")));
        services.AddSingleton<RequestPipeline>();
        services.AddSingleton<HealthStatus>();
        services.AddSingleton<Bearer>();
        services.AddSingleton(of => new Throttle(of.GetRequiredService<KeyStore>(), options, systemClock));
        services.AddSingleton(of => ActivatorUtilities.CreateInstance<DataPlane>(of, systemClock));
        services.AddSingleton<ManagementPlane>();
        services.AddSingleton(
            of => new KeyEndpoints(of.GetRequiredService<DataPlane>(), of.GetRequiredService<KeyStore>(), of.GetRequiredService<KeyFactory>(), domainClock));
        services.AddSingleton(of => new CryptoEndpoints(of.GetRequiredService<DataPlane>(), of.GetRequiredService<KeyStore>(), domainClock));
        services.AddSingleton<HardwareEndpoints>();
        services.AddSingleton(of => new RotationPolicyEndpoints(of.GetRequiredService<DataPlane>(), of.GetRequiredService<KeyStore>(), domainClock));
        services.AddSingleton<DeletedKeyEndpoints>();
        services.AddSingleton(_ => BackupKey.Open(folders.MasterKey));
        services.AddSingleton<KeyCopies>();
        services.AddSingleton<BackupEndpoints>();
        services.AddSingleton(of => new VaultEndpoints(of.GetRequiredService<ManagementPlane>(), of.GetRequiredService<VaultRegistry>(), options, domainClock));
        services.AddSingleton<DeletedVaultEndpoints>();
        services.AddSingleton<SubscriptionEndpoints>();
        services.AddSingleton<ResourceEndpoints>();
        services.AddSingleton<IdentityEndpoints>();
        services.AddSingleton(
            of => new ApplicationEndpoints(of.GetRequiredService<ManagementPlane>(), of.GetRequiredService<Applications>(), options, systemClock));
        services.AddSingleton<SettingsEndpoints>();
        services.AddSingleton<RoleDefinitionEndpoints>();
        services.AddSingleton<DiscoveryEndpoints>();
        services.AddSingleton(of => new RoleAssignmentEndpoints(
            of.GetRequiredService<ManagementPlane>(), of.GetRequiredService<RoleAssignments>(), of.GetRequiredService<VaultRegistry>(), options, systemClock));
        services.AddSingleton(of => ActivatorUtilities.CreateInstance<TokenEndpoints>(of, systemClock));
        services.AddSingleton(of => ActivatorUtilities.CreateInstance<KeySeeder>(of, domainClock));
        services.AddSingleton<AuditReader>();
        services.AddSingleton<AuditEventEndpoints>();
        services.AddHostedService<AuditRetention>();
        services.AddSingleton(VaultDatabase.FileOf(folders));
        services.AddHostedService<StoreCheck>();
        AddSchedule(services, folders, domainClock);
    }

    private static void AddSchedule(IServiceCollection services, VaultFolders folders, TimeProvider domainClock)
    {
        services.AddSingleton<EventHub>();
        services.AddSingleton<EventFactory>();
        services.AddSingleton(of => ActivatorUtilities.CreateInstance<NewVersionEvents>(of, folders.Database));
        services.AddHostedService(of => ActivatorUtilities.CreateInstance<KeyScheduler>(of, domainClock));
    }
}
