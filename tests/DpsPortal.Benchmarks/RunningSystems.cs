using DpsPortal.Hosting;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Vaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DpsPortal.Benchmarks;

/// <summary>Embedded vault, DPS and service layer on a data folder, composed as the portal composes them, without its pages.</summary>
internal sealed class RunningSystems : IAsyncDisposable
{
    public const string Vault = "kv-bench";
    public const string Key = "kek-bench";
    public const string Instance = "dps-bench";

    public static readonly Person Custodian = new("00000000-0000-0000-0000-0000000d0001", "Key custodian", PortalRole.KeyCustodian);
    public static readonly Person Operator = new("00000000-0000-0000-0000-0000000d0002", "DPS operator", PortalRole.DpsOperator);
    public static readonly Caller Caller = new("bench", "bench");

    private readonly SimulatedSystems _systems;
    private readonly IHost _services;

    private RunningSystems(SimulatedSystems systems, IHost services) => (_systems, _services) = (systems, services);

    public ProvisioningHost Provisioning => _systems.Provisioning;

    public static async Task<RunningSystems> StartAsync(string data, ICheckpoints? checkpoints = null)
    {
        var clock = new Hosting.DomainClock();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(Settings(data));
        var settings = PortalSettings.Read(builder.Configuration, builder.Environment);
        var systems = new SimulatedSystems(settings, clock, _ => { }, checkpoints);
        builder.Services.AddSingleton(checkpoints ?? new NoCheckpoints());
        builder.Services.AddSingleton(_ => systems.Provisioning.Instances);
        builder.Services.AddSingleton(_ => systems.Provisioning.Enrollments);
        builder.Services.AddSingleton(_ => systems.Provisioning.Settings);
        builder.Services.AddSingleton(_ => systems.Provisioning.Events);
        builder.Services.AddPortalServices(settings.Systems.Services, systems.Administrator, clock);
        var running = new RunningSystems(systems, builder.Build());
        await systems.StartedAsync();
        await running._services.StartAsync();
        return running;
    }

    public T Get<T>()
        where T : notnull => _services.Services.GetRequiredService<T>();

    /// <summary>Makes a vault, a key in it and an instance on that key, with registration records; nothing when the instance exists.</summary>
    public async Task PrepareAsync(int records, Func<int, RegistrationRecord> record)
    {
        if (await Get<IInstanceService>().GetAsync(Operator, Instance, default) is not null)
        {
            return;
        }

        await Get<IVaultManagement>().PutVaultAsync(Vault, "westus2", purgeProtection: true, 90, default);
        var key = Require(await Get<IKeyService>().CreateAsync(Custodian, new NewKey(Vault, Key, 2048, null, null), default));
        await FinishAsync(
            await Get<IInstanceService>().CreateAsync(Operator, new NewInstance(Instance, "rg-bench", "westus2", true, "id-bench", key.ToString()), default));
        Require(await Get<IEnrollments>().ImportRegistrationsAsync(Caller, Instance, Enumerable.Range(0, records).Select(record), default));
    }

    public async Task<KeyDetail> KeyAsync() => Require(await Get<IKeyService>().GetAsync(Custodian, Vault, Key, default));

    public async Task FinishAsync(Outcome<Guid> started)
    {
        var ended = await Get<IOperationService>().WaitAsync(Custodian, Require(started), default);
        if (ended is not { State: OperationState.Succeeded })
        {
            throw new InvalidOperationException($"{ended?.Kind} ended as {ended?.State}: {ended?.Failure}");
        }
    }

    public static T Require<T>(Outcome<T> outcome) => outcome switch
    {
        Outcome<T>.Done { Value: var value } => value,
        Outcome<T>.Refused { Refusal: var refusal } => throw new InvalidOperationException($"Refused: {refusal.Code} {string.Join(' ', refusal.Arguments)}"),
        _ => throw new InvalidOperationException("An outcome is done or refused."),
    };

    public async ValueTask DisposeAsync()
    {
        await _services.StopAsync();
        _services.Dispose();
        await _systems.DisposeAsync();
    }

    private static Dictionary<string, string?> Settings(string data) => new()
    {
        ["Portal:DataDirectory"] = data,
        ["Portal:Url"] = "http://127.0.0.1:0",
        ["KeyVault:Embedded:Url"] = "https://localhost:0",
        ["Provisioning:Url"] = "https://localhost:0",
        ["KeyVault:Vaults:0"] = Vault,
        ["KeyVault:ResourceGroup"] = "rg-bench",
    };
}
