using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Rekeying;

internal sealed class RekeyService(
    IProvisioningInstances instances,
    NewInstanceRules rules,
    WithdrawnRoles withdrawn,
    RevocationStandings standings,
    KeyReader reader,
    KeyAbsences absences,
    VaultKeys vault,
    WayIn wayIn,
    OperationEngine engine,
    OperationStore operations,
    Guard guard,
    TimeProvider clock) : IRekeyService
{
    public Task<Outcome<RekeyPlan>> PlanAsync(Person person, string instance, KeyIdentifier key, CancellationToken cancellationToken) =>
        guard.RunAsync<RekeyPlan>(
            person,
            Permission.View,
            null,
            instance,
            async () => (await ReadAsync(person, instance, key, cancellationToken).ConfigureAwait(false)).Then<RekeyPlan>(planned => planned.Plan),
            cancellationToken);

    // The instance is held and not its keys: an operation that waits for the new vault must not keep anybody from revoking the old key.
    public Task<Outcome<Guid>> StartAsync(
        Person person, string instance, KeyIdentifier key, KeyIdentifier expectedFrom, string reason, CancellationToken cancellationToken) =>
        guard.RunAsync<Guid>(
            person,
            Permission.RekeyInstance,
            ActivityCodes.Rekey,
            instance,
            async () => ReasonBounds.FaultOf(reason) is { } fault ? fault : await engine.BeginAsync(
                InstanceService.HoldOf(instance),
                instance,
                async () => await operations.IsHeldAsync(key.Hold(), cancellationToken).ConfigureAwait(false)
                    ? new Refusal(ServiceRefusals.OperationInProgress, null, key.Subject())
                    : (await ReadAsync(person, instance, key, cancellationToken).ConfigureAwait(false))
                        .Then(planned => OperationOf(person, planned, expectedFrom, reason.Trim())),
                cancellationToken).ConfigureAwait(false),
            cancellationToken);

    private static Outcome<NewOperation> OperationOf(Person person, PlannedRekey planned, KeyIdentifier expectedFrom, string reason)
    {
        var (plan, identity) = planned;
        return plan.From == expectedFrom
            ? new NewOperation(
                OperationKind.Rekey, plan.Instance, InstanceService.HoldOf(plan.Instance), person, new RekeyIntent(plan.From, plan.Key, identity), reason)
            : new Refusal(ServiceRefusals.InstanceKeyChanged, null, plan.From.ToString());
    }

    private async Task<Outcome<PlannedRekey>> ReadAsync(Person person, string name, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var all = await instances.ListAsync(person.AsCaller(), cancellationToken).ConfigureAwait(false);
        if (all.FirstOrDefault(other => other.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } instance)
        {
            return new Refusal(ProvisioningRefusals.InstanceUnknown, null, name);
        }

        if (instance.Encryption is not InstanceEncryption.CustomerManagedKey encryption)
        {
            return new Refusal(ProvisioningRefusals.NotCustomerManaged, null, name);
        }

        if ((FaultOf(encryption, key) ?? await rules.FaultOfVaultAsync(key, cancellationToken).ConfigureAwait(false)) is { } fault)
        {
            return fault;
        }

        if (await FaultOfAuthorityAsync(person, instance, encryption, key, cancellationToken).ConfigureAwait(false) is { } taken)
        {
            return taken;
        }

        if (await FaultOfCurrentAsync(name, encryption, all, cancellationToken).ConfigureAwait(false) is { } shut)
        {
            return shut;
        }

        return await reader.ReadAsync(key, KeyUses.Of(all), cancellationToken).ConfigureAwait(false) is { } reading
            ? await PlanOfAsync(instance, encryption, key, reading, all, cancellationToken).ConfigureAwait(false)
            : await absences.RefuseAsync(key, nameof(NewInstance.Key), cancellationToken).ConfigureAwait(false);
    }

    private static Refusal? FaultOf(InstanceEncryption.CustomerManagedKey encryption, KeyIdentifier key) => encryption switch
    {
        // With an earlier form left over, doing it again finishes it.
        { WrappedKeys: [_] } when encryption.ConfiguredKey == key => new Refusal(ServiceRefusals.NothingToRekey, nameof(NewInstance.Key), key.ToString()),

        // Only the key that wraps it now can say what the instance key is. In an outage DPS is asked.
        { Access: { Access: KeyAccess.Revoked or KeyAccess.Misconfigured, Records: RecordAccess.Refused } access } =>
            NeedsCurrentKey(encryption, access.Cause, access.VaultErrorCode),
        _ => null,
    };

    /// <summary>DPS unwraps with the current key first, and loses access at that moment if it was taken unnoticed.</summary>
    private async Task<Refusal?> FaultOfCurrentAsync(
        string name, InstanceEncryption.CustomerManagedKey encryption, IReadOnlyList<ProvisioningInstance> all, CancellationToken cancellationToken) =>
        await wayIn.ShutByAsync(name, encryption.EffectiveKey, all, cancellationToken).ConfigureAwait(false) is { } cause
            ? NeedsCurrentKey(encryption, cause, null)
            : null;

    private static Refusal NeedsCurrentKey(InstanceEncryption.CustomerManagedKey encryption, KeyAccessCause cause, string? vaultErrorCode) =>
        new(ProvisioningRefusals.RekeyNeedsCurrentKey, null, encryption.EffectiveKey.ToString(), cause.ToString(), vaultErrorCode ?? "");

    /// <summary>What a revocation took, a move to another key does not give back.</summary>
    private async Task<Refusal?> FaultOfAuthorityAsync(
        Person person, ProvisioningInstance instance, InstanceEncryption.CustomerManagedKey encryption, KeyIdentifier key, CancellationToken cancellationToken)
    {
        // Whatever DPS can still do with the old key: a revocation of it stands, and the move would get round it.
        if (await standings.HoldingAsync(instance, cancellationToken).ConfigureAwait(false) is { } revocation)
        {
            return RevocationRefusals.InstanceIsRevoked(revocation, instance.Name);
        }

        return key.IsSameKeyAs(encryption.EffectiveKey)
            ? null
            : await withdrawn.FaultAsync(person.AsCaller(), encryption.Identity, key, nameof(NewInstance.Key), cancellationToken).ConfigureAwait(false);
    }

    private async Task<Outcome<PlannedRekey>> PlanOfAsync(
        ProvisioningInstance instance,
        InstanceEncryption.CustomerManagedKey encryption,
        KeyIdentifier key,
        KeyReading reading,
        IReadOnlyList<ProvisioningInstance> all,
        CancellationToken cancellationToken)
    {
        if (reading.Versions.FirstOrDefault(version => version.Id.Version == (key.Version ?? reading.CurrentId.Version)) is not { } to)
        {
            return new Refusal(ProvisioningRefusals.KeyVersionNotFound, nameof(NewInstance.Key), key.Version!);
        }

        var from = encryption.EffectiveKey;
        if (!to.Id.IsSameVersionAs(from) && await FaultOfAsync(to, reading, cancellationToken).ConfigureAwait(false) is { } unsuitable)
        {
            return unsuitable;
        }

        var leftBehind = all
            .Where(other => other != instance && other.Encryption is InstanceEncryption.CustomerManagedKey needed && needed.WrappedKeys.Any(form =>
                form.WrappedBy.IsSameKeyAs(from) && (!key.IsSameKeyAs(from) || form.WrappedBy.IsSameVersionAs(from))))
            .Select(other => other.Name);
        return new PlannedRekey(
            new RekeyPlan(
                instance.Name, encryption.ConfiguredKey, from, key, to, encryption.Identity.Name, encryption.WrappedKeys.Count - 1, [.. leftBehind],
                clock.GetUtcNow())
            {
                Unmatched = [.. reading.Unmatched.Where(use => use.Instance != instance.Name)],
            },
            encryption.Identity);
    }

    /// <summary>What already shows, by the rules by which DPS wraps; it proves the rest with real calls before anything is switched.</summary>
    private async Task<Refusal?> FaultOfAsync(KeyVersion version, KeyReading reading, CancellationToken cancellationToken)
    {
        if ((version.Id == reading.CurrentId ? reading.Current : await vault.FindAsync(version.Id, cancellationToken).ConfigureAwait(false)) is not { } key)
        {
            return new Refusal(ProvisioningRefusals.KeyVersionNotFound, nameof(NewInstance.Key), version.Id.Version!);
        }

        return KeySuitability.Of(key, reading.ReadAt)
            ?? (version.FencedSince is null ? null : new Refusal(ProvisioningRefusals.VersionFenced, nameof(NewInstance.Key), version.Id.Version!));
    }

    private sealed record PlannedRekey(RekeyPlan Plan, ManagedIdentity Identity);
}
