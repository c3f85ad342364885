using System.Globalization;
using System.Text.Json;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Campaigns;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Benchmarks.Crash;

/// <summary>
/// The process that <see cref="KillRuns"/> kills: the simulated DPS alone, on a vault whose keys outlive it. Each life reports, as a
/// line of JSON, how it found things; then it dies in an operation or works until it is killed. Exit code 0 says that it did not die.
/// </summary>
internal sealed class EngineChild(ProvisioningHost dps, KeptVault vault)
{
    private const string Instance = "contoso";
    private const int Records = 600;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Caller Caller = RunningDps.Tester;

    private int _number;

    /// <param name="args">Data folder; then <c>load</c>, or an operation and the checkpoint to die at, or nothing.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var killer = new KillAtCheckpoint();
        var vault = new KeptVault(args[0] + "-vault");
        // Small partitions, so that a re-encryption has keys to remove.
        var options = new ProvisioningOptions { DataDirectory = args[0], RecordsPerDek = 100 };
        await using var dps = await ProvisioningHost.StartAsync(options, vault.Vault.Access, TimeProvider.System, killer);
        var child = new EngineChild(dps, vault);
        await child.PrepareAsync();
        Console.WriteLine(JsonSerializer.Serialize(await child.StateAsync()));
        switch (args)
        {
            case [_, "load"]:
                await child.WorkAsync();
                break;
            case [_, var operation, var checkpoint]:
                killer.Arm(checkpoint);
                await child.DoAsync(operation);
                await child.ReencryptedAsync();
                break;
            default:
                break;
        }

        return 0;
    }

    private async Task PrepareAsync()
    {
        if (await dps.Instances.GetAsync(Caller, Instance, None) is null)
        {
            (await dps.Instances.CreateAsync(Caller, RunningDps.Request(Instance, vault.Keys[0]), None)).Value();
        }

        if ((await dps.Instances.GetAsync(Caller, Instance, None))!.Records.Registrations < Records)
        {
            var all = Enumerable.Range(0, Records).Select(number => Record($"device-{number:D4}", 0));
            Assert.Equal(Records, (await dps.Enrollments.ImportRegistrationsAsync(Caller, Instance, all, None)).Value());
        }
    }

    private async Task<EngineState> StateAsync()
    {
        var access = (await dps.Instances.RecheckAsync(Caller, Instance, None)).Value();
        var reencryption = await ReencryptedAsync();
        var all = await dps.Enrollments.VerifyAsync(Caller, Instance, null, None);
        var values = new Dictionary<string, int>();
        for (var number = 0; number < Records; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"device-{number:D4}");
            if (await dps.Enrollments.ReadRegistrationAsync(Caller, Instance, id, None) is RecordRead<RegistrationRecord>.Found found)
            {
                values[id] = int.Parse(found.Content.DeviceId!, CultureInfo.InvariantCulture);
            }
        }

        _number = values.Values.DefaultIfEmpty().Max();
        var forms = (await KeyAsync()).WrappedKeys;
        return new EngineState(
            access.Access.ToString(), all.ReadOk, all.Rejected, all.Corrupt, reencryption?.Remaining
                ?? 0, forms.Count(form => form.Use == WrappedKeyUse.Current), values);
    }

    /// <summary>Waits for a re-encryption that is under way, which nobody has to ask to go on.</summary>
    private async Task<Reencryption?> ReencryptedAsync()
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (true)
        {
            if (await dps.Instances.GetReencryptionAsync(Caller, Instance, None) is not { FinishedAt: null } || DateTime.UtcNow > deadline)
            {
                return await dps.Instances.GetReencryptionAsync(Caller, Instance, None);
            }

            await Task.Delay(5);
        }
    }

    private async Task WorkAsync()
    {
        string[] operations = ["rewrap", "rekey", "reencrypt", "revoke"];
        while (true)
        {
            await DoAsync(operations[Random.Shared.Next(operations.Length)]);
            for (var writes = 0; writes < 10; writes++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"device-{Random.Shared.Next(Records):D4}");
                var number = ++_number;
                Console.WriteLine($"try {id} {number}");
                (await dps.Enrollments.PutRegistrationAsync(Caller, Instance, Record(id, number), None)).Value();
                Console.WriteLine($"ack {id} {number}");
            }
        }
    }

    private async Task DoAsync(string operation)
    {
        var key = await KeyAsync();
        switch (operation)
        {
            case "rewrap":
                (await dps.Instances.RewrapAsync(Caller, Instance, vault.NewVersion(key.ConfiguredKey.Versionless), None)).Value();
                break;
            case "rekey":
                var other = vault.Keys.Single(each => each != key.ConfiguredKey);
                vault.NewVersion(other);
                (await dps.Instances.RekeyAsync(Caller, Instance, other, None)).Value();
                (await dps.Instances.PruneRetiringAsync(Caller, Instance, None)).Value();
                break;
            case "revoke":
                vault.Vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
                Assert.Equal(KeyAccess.Revoked, (await dps.Instances.RecheckAsync(Caller, Instance, None)).Value().Access);
                vault.Vault.DeniedTokens.Clear();
                Assert.Equal(KeyAccess.Accessible, (await dps.Instances.RecheckAsync(Caller, Instance, None)).Value().Access);
                break;
            case "reencrypt":
                (await dps.Instances.StartReencryptionAsync(Caller, Instance, Guid.CreateVersion7(), None)).Value();
                break;
            default:
                throw new ArgumentException($"There is no operation {operation}.", nameof(operation));
        }
    }

    private async Task<InstanceEncryption.CustomerManagedKey> KeyAsync() =>
        (InstanceEncryption.CustomerManagedKey)(await dps.Instances.GetAsync(Caller, Instance, None))!.Encryption;

    private static RegistrationRecord Record(string id, int number) => new()
    {
        RegistrationId = id,
        Status = "assigned",
        DeviceId = number.ToString(CultureInfo.InvariantCulture),
        AssignedHub = "hub",
    };
}
