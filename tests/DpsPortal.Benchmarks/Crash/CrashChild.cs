using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DpsPortal.Hosting;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Vaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DpsPortal.Benchmarks.Crash;

/// <summary>
/// The process that crash tests kill: vault, DPS and service layer as the portal composes them, without its pages. Each life
/// finishes what the one before left, reports what it found as one line of JSON, then starts an operation and dies in it.
/// </summary>
internal static class CrashChild
{
    private const string Vault = "kv-crash";
    private const string Key = "kek-crash";
    private const string Instance = "dps-crash";

    private static readonly Person Custodian = new("00000000-0000-0000-0000-0000000d0001", "Key custodian", PortalRole.KeyCustodian);
    private static readonly Person Operator = new("00000000-0000-0000-0000-0000000d0002", "DPS operator", PortalRole.DpsOperator);

    /// <param name="args">Data folder; operation to start (<c>rotate</c>, <c>revoke</c>, <c>restore</c>, <c>none</c>); checkpoint to die at.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var (data, operation, checkpoint) = (args[0], args[1], args.ElementAtOrDefault(2));
        var clock = new DomainClock();
        var settings = Settings(data);
        var killer = new KillAtCheckpoint();
        await using var systems = new SimulatedSystems(settings, clock, _ => { }, killer);
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<ICheckpoints>(killer);
        builder.Services.AddSingleton(_ => systems.Provisioning.Instances);
        builder.Services.AddSingleton(_ => systems.Provisioning.Enrollments);
        builder.Services.AddSingleton(_ => systems.Provisioning.Events);
        builder.Services.AddPortalServices(systems.ServicesOptions, systems.Administrator, clock);
        using var host = builder.Build();
        await systems.StartedAsync();
        await host.StartAsync();

        var story = new Story(host.Services);
        await story.PrepareAsync();
        await story.ReportAsync();
        killer.Arm(checkpoint);
        await story.StartAsync(operation);
        await host.StopAsync();
        return 0;
    }

    private static PortalSettings Settings(string data) => new()
    {
        Development = true,
        Url = new Uri("http://127.0.0.1:0"),
        DataDirectory = data,
        SampleData = false,
        EmbeddedVault = true,
        EmbeddedVaultUrl = new Uri("https://localhost:0"),
        Vaults = [Vault],
        Location = "westus2",
        SubscriptionId = "00000000-0000-0000-0000-00000000c001",
        ResourceGroup = "rg-crash",
        AdministratorClientId = null,
    };

    private sealed class KillAtCheckpoint : ICheckpoints
    {
        private volatile string? _checkpoint;

        public void Arm(string? checkpoint) => _checkpoint = checkpoint;

        public void Reached(string checkpoint)
        {
            if (checkpoint == _checkpoint)
            {
                // SIGKILL on Unix: nothing is flushed, disposed or answered.
                Process.GetCurrentProcess().Kill();
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }

    private sealed class Story(IServiceProvider services)
    {
        private readonly IKeyService _keys = services.GetRequiredService<IKeyService>();
        private readonly IInstanceService _instances = services.GetRequiredService<IInstanceService>();
        private readonly IEnrollmentService _enrollments = services.GetRequiredService<IEnrollmentService>();
        private readonly IOperationService _operations = services.GetRequiredService<IOperationService>();
        private readonly IRevocationService _revocation = services.GetRequiredService<IRevocationService>();

        public async Task PrepareAsync()
        {
            if (await _instances.GetAsync(Operator, Instance, default) is not null)
            {
                return;
            }

            var vault = await services.GetRequiredService<IVaultManagement>().PutVaultAsync(Vault, "westus2", purgeProtection: true, 90, default);
            var key = Require(await _keys.CreateAsync(Custodian, new NewKey(vault.Name, Key, 2048, null, null), default));
            await FinishAsync(await _instances.CreateAsync(Operator, new NewInstance(Instance, "rg-crash", "westus2", true, "id-crash", key.ToString()), default));
            var records = Enumerable.Range(0, 500).Select(number => new RegistrationRecord
            {
                RegistrationId = string.Create(CultureInfo.InvariantCulture, $"device-{number:D4}"),
                Status = "assigned",
                DeviceId = "device",
                AssignedHub = "hub",
            });
            Require(await services.GetRequiredService<IEnrollments>().ImportRegistrationsAsync(new Caller("crash", "crash"), Instance, records, default));
        }

        /// <summary>Waits for what the life before left running, and says how things are.</summary>
        public async Task ReportAsync()
        {
            var operations = await _operations.ListAsync(Custodian, null, 200, default);
            foreach (var operation in operations)
            {
                await _operations.WaitAsync(operation.Id, default);
            }

            var newest = (await _operations.ListAsync(Custodian, null, 1, default))[0];
            var key = await KeyAsync();
            var verification = Require(await _enrollments.VerifyAsync(Custodian, Instance, null, default));
            var overview = await _instances.GetAsync(Operator, Instance, default);
            var customer = (InstanceEncryption.CustomerManagedKey)overview!.Instance.Encryption;
            Console.WriteLine(JsonSerializer.Serialize(new CrashReport(
                newest.Kind.ToString(),
                newest.State.ToString(),
                key.Versions.Count,
                key.Current.Id.Version!,
                key.Current.Availability.ToString(),
                customer.EffectiveKey.Version!,
                customer.WrappedKeys.Count,
                customer.Access.Access.ToString(),
                verification.ReadOk,
                verification.Rejected,
                verification.Corrupt,
                verification.ContentHash)));
        }

        public async Task StartAsync(string operation)
        {
            var key = await KeyAsync();
            switch (operation)
            {
                case "rotate":
                    await FinishAsync(await services.GetRequiredService<IRotationService>().StartAsync(Custodian, key.Key, key.Current.Id.Version!, default));
                    break;
                case "revoke":
                    var target = new RevocationTarget(RevocationMethod.DisableKey, key.Key);
                    var impact = Require(await _revocation.PreviewAsync(Custodian, target, default));
                    await FinishAsync(await _revocation.StartAsync(Custodian, target, impact.Fingerprint, "crash test", default));
                    break;
                case "restore":
                    var active = await _revocation.ListActiveAsync(Custodian, default);
                    await FinishAsync(await _revocation.StartRestoreAsync(Custodian, active[0].Operation, default));
                    break;
                default:
                    break;
            }
        }

        private async Task<KeyDetail> KeyAsync() => Require(await _keys.GetAsync(Custodian, Vault, Key, default));

        private async Task FinishAsync(Outcome<Guid> started) => await _operations.WaitAsync(Require(started), default);

        private static T Require<T>(Outcome<T> outcome) => outcome switch
        {
            Outcome<T>.Done { Value: var value } => value,
            Outcome<T>.Refused { Refusal: var refusal } => throw new InvalidOperationException($"Refused: {refusal.Code} {string.Join(' ', refusal.Arguments)}"),
            _ => throw new InvalidOperationException(),
        };
    }
}

/// <summary>What a life of the crash child found after it had finished what the one before left.</summary>
internal sealed record CrashReport(
    string Operation,
    string State,
    int Versions,
    string CurrentVersion,
    string CurrentAvailability,
    string EffectiveVersion,
    int WrappedKeys,
    string Access,
    long ReadOk,
    long Rejected,
    long Corrupt,
    string? ContentHash);
