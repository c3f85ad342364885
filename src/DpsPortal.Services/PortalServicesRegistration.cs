using DpsPortal.Services.Audit;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Reencrypting;
using DpsPortal.Services.Rekeying;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Traffic;
using DpsPortal.Services.Vaults;
using DpsPortal.Services.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace DpsPortal.Services;

/// <summary>The one way in: what a host calls to have the service layer.</summary>
public static class PortalServicesRegistration
{
    /// <summary>
    /// Adds the service layer. The host registers DPS's contract (<see cref="IProvisioningInstances"/>, <see cref="IEnrollments"/>,
    /// <see cref="IInstanceSettings"/>, <see cref="IProvisioningEvents"/>, <see cref="ITraffic"/>), and if it wants other than the
    /// system's, a <see cref="TimeProvider"/> and
    /// <see cref="ICheckpoints"/>.
    /// </summary>
    /// <param name="domainClock">The clock of what is administered; see the README.</param>
    /// <exception cref="PortalStartRefusedException">Names every fault of the options.</exception>
    public static IServiceCollection AddPortalServices(
        this IServiceCollection services, PortalServicesOptions options, AdministratorAccess access, TimeProvider domainClock)
    {
        OptionsRules.Require(options);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ICheckpoints, NoCheckpoints>();
        services.AddSingleton(options).AddSingleton(access).AddSingleton(new DomainClock(domainClock));
        return services.AddFoundations(options, access).AddFeatures().AddOperations();
    }

    /// <summary>
    /// Opens the portal's own store; to be called when DPS has started and before anything else of the services is. Otherwise the first
    /// use opens it.
    /// </summary>
    /// <exception cref="PortalStartRefusedException">It cannot be used, or it is gone; the message says what to do.</exception>
    public static async Task OpenPortalStoreAsync(this IServiceProvider services, CancellationToken cancellationToken = default) =>
        await (await services.GetRequiredService<PortalDatabase>().OpenAsync(cancellationToken).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);

    private static IServiceCollection AddFoundations(this IServiceCollection services, PortalServicesOptions options, AdministratorAccess access)
    {
        // By type and not as TokenCredential: the host's own credential must stay the host's.
        services.AddSingleton(new AdministratorCredential(access.Credential));
        services.AddSingleton<ArmClient>()
            .AddSingleton<IVaultManagement, VaultManagement>()
            .AddSingleton<VaultKeys>()
            .AddSingleton<AllowedVaults>()
            .AddSingleton<VaultWatch>();
        services.AddSingleton<RoleDefinitions>().AddSingleton<KeyRoles>().AddSingleton<WayIn>();
        services.AddSingleton<PortalChanges>().AddSingleton<IPortalChanges>(provider => provider.GetRequiredService<PortalChanges>());
        services.AddSingleton<PortalDatabase>().AddSingleton<Guard>();
        services.AddSingleton(DataFolder.FileAt(options.DataDirectory)).AddHostedService<StoreCheck>();
        return services.AddSingleton<ActivityLog>().AddSingleton<IActivityLog>(provider => provider.GetRequiredService<ActivityLog>());
    }

    private static IServiceCollection AddFeatures(this IServiceCollection services)
    {
        services.AddSingleton<IInstanceService, InstanceService>()
            .AddSingleton<CurrentVersions>()
            .AddSingleton<NewInstanceRules>()
            .AddSingleton<CreationRehearsal>();
        services.AddSingleton<AccessPreparation>().AddSingleton<PreparedAccess>().AddSingleton<WithdrawnRoles>();
        services.AddSingleton<DpsChange>()
            .AddSingleton<GroupCertificates>()
            .AddSingleton<IEnrollmentService, EnrollmentService>()
            .AddSingleton<RecordVerifications>()
            .AddSingleton<IInstanceSettingsService, InstanceSettingsService>();
        services.AddSingleton<IKeyService, KeyService>()
            .AddSingleton<KeyReader>()
            .AddSingleton<MissingInstances>()
            .AddSingleton<KeyListing>()
            .AddSingleton<KeyInventory>()
            .AddSingleton<KeyAbsences>()
            .AddSingleton<VersionRetirement>();
        services.AddSingleton<ITrafficService, TrafficService>();
        services.AddSingleton<IRotationService, RotationService>();
        services.AddSingleton<IRekeyService, RekeyService>().AddSingleton<IReencryptionService, ReencryptionService>();
        services.AddSingleton<IRevocationService, RevocationService>()
            .AddSingleton<ActiveRevocations>()
            .AddSingleton<RevocationStandings>()
            .AddSingleton<RestoresUnderWay>();
        return services.AddSingleton<ImpactReader>().AddSingleton<IssuedImpacts>();
    }

    private static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<Turns>().AddSingleton<OperationStore>().AddSingleton<OperationEngine>().AddSingleton<Aftermaths>();
        services.AddSingleton<IOperationService, OperationService>();
        services.AddSingleton<IProcedure, CreationProcedure>();
        services.AddSingleton<IProcedure>(provider => ActivatorUtilities.CreateInstance<RewrapProcedure>(provider, OperationKind.Rotate));
        services.AddSingleton<IProcedure>(provider => ActivatorUtilities.CreateInstance<RewrapProcedure>(provider, OperationKind.PickUp));
        services.AddSingleton<IProcedure, RevokeProcedure>()
            .AddSingleton<IProcedure, RestoreProcedure>()
            .AddSingleton<IProcedure, RekeyProcedure>()
            .AddSingleton<IProcedure, ReencryptionProcedure>();

        // Operations are taken up before DPS is watched, so that their effects are known as theirs.
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<OperationEngine>());
        services.AddSingleton<AccessCauses>();
        return services.AddHostedService<AccessWatcher>().AddHostedService<PreparationCleanup>().AddHostedService<RevocationWatch>();
    }
}
