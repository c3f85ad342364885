using System.Security.Cryptography.X509Certificates;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.DeviceApi;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Http;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.ServiceApi;
using DpsPortal.Provisioning.Settings;
using DpsPortal.Provisioning.SharedAccess;
using DpsPortal.Provisioning.Storage;
using DpsPortal.Provisioning.Traffic;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Provisioning.Hosting;

/// <summary>What the simulated DPS is made of.</summary>
internal static class Composition
{
    /// <summary>Everything but what a host brings: options, clocks, checkpoints, the way to vaults, the database and its platform key.</summary>
    public static IServiceCollection AddEngine(this IServiceCollection services) => services.AddAccess().AddInstances().AddRecords().AddOperations();

    public static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton<Classify>(FailureClassifier.Judge)
        .AddSingleton<KeyVaults>()
        .AddSingleton<AccessCheck>()
        .AddSingleton<CheckSchedule>()
        .AddSingleton(provider => new GuardServices(
            provider.GetRequiredService<ProvisioningOptions>(),
            provider.GetRequiredService<KeyVaults>(),
            provider.GetRequiredService<InstanceStore>(),
            provider.GetRequiredService<EventFeed>(),
            provider.GetRequiredService<CheckSchedule>(),
            provider.GetRequiredService<ICheckpoints>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<DomainClock>().Time))
        .AddHostedService<AccessPoller>();

    public static IServiceCollection AddInstances(this IServiceCollection services) => services
        .AddSingleton<ControlLog>()
        .AddSingleton<InstanceStore>()
        .AddSingleton<InstanceRegistry>()
        .AddSingleton<SettingsStore>()
        .AddSingleton<InstanceSettings>()
        .AddSingleton<IInstanceSettings>(provider => provider.GetRequiredService<InstanceSettings>())
        .AddSingleton<KeyProof>()
        .AddSingleton<CreationProof>()
        .AddSingleton<InstanceKeyWrapper>()
        .AddSingleton<RekeyService>()
        .AddSingleton<RewrapService>()
        .AddSingleton<IProvisioningInstances, ProvisioningInstances>();

    public static IServiceCollection AddRecords(this IServiceCollection services) => services
        .AddSingleton<Rejections>()
        .AddSingleton<DekAllocation>()
        .AddSingleton<ReencryptionStore>()
        .AddSingleton<Reencryptor>()
        .AddSingleton<ReencryptionService>()
        .AddHostedService(provider => provider.GetRequiredService<ReencryptionService>())
        .AddSingleton<RecordReads>()
        .AddSingleton<FormerHubs>()
        .AddSingleton<RecordWrites>()
        .AddSingleton<RegistrationImport>()
        .AddSingleton<RecordVerifier>()
        .AddSingleton<EnrollmentStore>()
        .AddSingleton<IEnrollments>(provider => provider.GetRequiredService<EnrollmentStore>());

    public static IServiceCollection AddOperations(this IServiceCollection services) => services
        .AddSingleton<EventFeed>()
        .AddSingleton<OperationLog>()
        .AddSingleton<IProvisioningEvents, ProvisioningEvents>()
        .AddHostedService(provider => provider.GetRequiredService<EventFeed>())
        .AddHostedService(provider => provider.GetRequiredService<OperationLog>());

    /// <summary>The service API and the device API.</summary>
    public static IServiceCollection AddProtocols(this IServiceCollection services) => services
        .AddSingleton(provider => new RateLimits(
            provider.GetRequiredService<ProvisioningOptions>() is { Throttling: true } options
                ? options.Limits
                : null, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<RequestPipeline>()
        .AddSingleton<ServiceAuthorization>()
        .AddSingleton<ServicePlane>()
        .AddSingleton(provider => EnrollmentResources.Individual(provider.GetRequiredService<EnrollmentStore>()))
        .AddSingleton(provider => EnrollmentResources.Group(provider.GetRequiredService<EnrollmentStore>()))
        .AddSingleton<EnrollmentEndpoints<IndividualEnrollment>>()
        .AddSingleton<EnrollmentEndpoints<EnrollmentGroup>>()
        .AddSingleton<RegistrationEndpoints>()
        .AddSingleton<DevicePlane>()
        .AddSingleton<Attester>()
        .AddSingleton<CustomAllocation>()
        .AddSingleton<PendingAllocations>()
        .AddHostedService(provider => provider.GetRequiredService<PendingAllocations>())
        .AddSingleton<Registrar>()
        .AddSingleton<DeviceEndpoints>();

    public static IServiceCollection AddTraffic(this IServiceCollection services, Task<X509Certificate2>? certificate) => services
        .AddSingleton(new ServedCertificate(certificate))
        .AddSingleton<TrafficChoice>()
        .AddSingleton<TrafficGenerator>()
        .AddSingleton<ITraffic>(provider => provider.GetRequiredService<TrafficGenerator>())
        .AddHostedService(provider => provider.GetRequiredService<TrafficGenerator>());
}
