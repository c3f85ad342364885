using System.Globalization;
using System.Text.Json;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Rekeying;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Benchmarks.Crash;

/// <summary>
/// The process that crash tests kill. Each life waits for what the one before left, reports it as a line of JSON, restores
/// what is revoked and reports that too; then it starts an operation and dies in it. Exit code 0 says that it did not die.
/// </summary>
internal static class CrashChild
{
    private const int Records = 500;
    private const string OtherKey = RunningSystems.Key + "-other";

    /// <param name="args">Data folder; then, unless this is the last life, <c>rotate</c>, <c>rekey</c>, <c>revoke-key</c> or
    /// <c>revoke-role</c> and the checkpoint to die at.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var killer = new KillAtCheckpoint();
        await using var systems = await RunningSystems.StartAsync(args[0], killer);
        await systems.PrepareAsync(Records, number => new RegistrationRecord
        {
            RegistrationId = string.Create(CultureInfo.InvariantCulture, $"device-{number:D4}"),
            Status = "assigned",
            DeviceId = "device",
            AssignedHub = "hub",
        });
        await ReportAsync(systems);
        if (await systems.Get<IRevocationService>().ListActiveAsync(RunningSystems.Custodian, default) is [var active, ..])
        {
            await systems.FinishAsync(
                await systems.Get<IRevocationService>().StartRestoreAsync(RunningSystems.Custodian, active.Operation, "Over again", default));
            await ReportAsync(systems);
        }

        if (args is [_, var operation, var checkpoint])
        {
            killer.Arm(checkpoint);
            await systems.FinishAsync(await StartAsync(systems, operation));
        }

        return 0;
    }

    private static async Task<Outcome<Guid>> StartAsync(RunningSystems systems, string operation)
    {
        var key = await systems.KeyAsync();
        return operation switch
        {
            "rotate" => await systems.Get<IRotationService>().StartAsync(RunningSystems.Custodian, key.Key, key.Current.Id.Version!, default),
            "rekey" => await RekeyAsync(systems, await EncryptionAsync(systems)),
            "revoke-key" => await RevokeAsync(systems, new RevocationTarget(RevocationMethod.DisableKey, key.Key)),
            "revoke-role" => await RevokeAsync(systems, new RevocationTarget(RevocationMethod.RemoveRole, key.Key, RunningSystems.Instance)),
            _ => throw new ArgumentException($"There is no operation {operation}.", nameof(operation)),
        };
    }

    /// <summary>To and fro between two keys.</summary>
    private static async Task<Outcome<Guid>> RekeyAsync(RunningSystems systems, InstanceEncryption.CustomerManagedKey encryption)
    {
        var keys = systems.Get<IKeyService>();
        var name = encryption.ConfiguredKey.Name == OtherKey ? RunningSystems.Key : OtherKey;
        if (await keys.GetAsync(RunningSystems.Custodian, RunningSystems.Vault, name, default) is not Outcome<KeyDetail>.Done(var key))
        {
            var created = RunningSystems.Require(
                await keys.CreateAsync(RunningSystems.Custodian, new NewKey(RunningSystems.Vault, name, 2048, null, null), default));
            key = RunningSystems.Require(await keys.GetAsync(RunningSystems.Custodian, RunningSystems.Vault, created.Name, default));
        }

        return await systems.Get<IRekeyService>()
            .StartAsync(RunningSystems.Custodian, RunningSystems.Instance, key.Key, encryption.EffectiveKey, "To another key", default);
    }

    private static async Task<Outcome<Guid>> RevokeAsync(RunningSystems systems, RevocationTarget target)
    {
        var revocation = systems.Get<IRevocationService>();
        var impact = RunningSystems.Require(await revocation.PreviewAsync(RunningSystems.Custodian, target, default));
        return await revocation.StartAsync(RunningSystems.Custodian, target, impact.Fingerprint, RevokeWhy.Test, "crash test", default);
    }

    private static async Task ReportAsync(RunningSystems systems)
    {
        var operations = systems.Get<IOperationService>();
        var newest = (await operations.ListAsync(RunningSystems.Custodian, null, 1, default))[0];
        newest = (await operations.WaitAsync(RunningSystems.Custodian, newest.Id, default))!;
        var log = await systems.Get<IActivityLog>().ListAsync(RunningSystems.Custodian, new ActivityFilter(Operation: newest.Id), null, 100, default);
        var began = log.First(entry => entry.Result is ActivityResult.Intent).Code;

        // What the vault says is asked for again, not remembered.
        var customer = await EncryptionAsync(systems);
        var key = RunningSystems.Require(
            await systems.Get<IKeyService>().GetAsync(RunningSystems.Custodian, RunningSystems.Vault, customer.ConfiguredKey.Name, default));
        var assignments = await systems.Get<IVaultManagement>().ListRoleAssignmentsAsync(key.Key, default);
        var records = RunningSystems.Require(
            await systems.Get<IEnrollmentService>().VerifyAsync(RunningSystems.Custodian, RunningSystems.Instance, null, default)).Read;

        // A life that has only just begun has not verified access before its first read.
        customer = await EncryptionAsync(systems);
        Console.WriteLine(JsonSerializer.Serialize(new CrashReport(
            newest.Kind.ToString(),
            newest.State.ToString(),
            log.Count(entry => entry.Result is ActivityResult.Intent),
            log.Count(entry => entry.Code == began && entry.Result is ActivityResult.Succeeded),
            customer.ConfiguredKey.Name,
            key.Versions.Count,
            key.Current.Availability.ToString(),
            assignments.Count(assignment => assignment.PrincipalId == customer.Identity.PrincipalId),
            customer.EffectiveKey == key.Current.Id,
            customer.WrappedKeys.Count,
            customer.Access.Access.ToString(),
            customer.Access.Epoch,
            records.ReadOk,
            records.Rejected,
            records.Corrupt,
            records.ContentHash)));
    }

    private static async Task<InstanceEncryption.CustomerManagedKey> EncryptionAsync(RunningSystems systems)
    {
        var instance = await systems.Get<IInstanceService>().GetAsync(RunningSystems.Operator, RunningSystems.Instance, default);
        return (InstanceEncryption.CustomerManagedKey)instance!.Instance.Encryption;
    }
}
