using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Keys;

/// <summary>
/// Disables a version that nothing needs, and enables it again. DPS fences the version before it counts, so that nothing is
/// wrapped under it between the count and the vault's change.
/// </summary>
internal sealed class VersionRetirement(
    VaultKeys vault, KeyReader reader, IProvisioningInstances instances, OperationStore operations, Turns turns, ActiveRevocations revocations, ActivityLog activity, PortalChanges changes)
{
    public async Task<Refusal?> RetireAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(version.Hold(), cancellationToken);
        if (await RefuseAsync(version, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (await reader.ReadAsync(person.AsCaller(), version, cancellationToken) is not { } reading)
        {
            return new Refusal(ProvisioningRefusals.KeyNotFound, null, version.Name);
        }

        // The current version is retired with the key, once no instance has it; until then it is where new wraps go.
        if ((reading.CurrentId == version && reading.Dependents.Count > 0 ? new Refusal(ServiceRefusals.VersionIsCurrent) : reading.Uncertain) is { } unsafeNow)
        {
            return unsafeNow;
        }

        var fence = await instances.FenceAsync(person.AsCaller(), version, cancellationToken);
        if (fence.InstanceKeys > 0)
        {
            await instances.ReleaseFenceAsync(person.AsCaller(), version, CancellationToken.None);
            return new Refusal(ServiceRefusals.VersionStillWraps, null, [fence.InstanceKeys.ToString(CultureInfo.InvariantCulture), .. fence.Instances]);
        }

        try
        {
            // From the fence on nothing is cancelled: a person who leaves must not leave the version fenced and the outcome unlogged.
            await SetEnabledAsync(person, version, enabled: false, ActivityCodes.VersionRetired);
        }
        catch (Exception fault) when (VaultFault.Of(fault, CancellationToken.None) is { Answered: true })
        {
            // Only a definite no lifts the fence: after silence the version may be disabled, and no one needs it.
            await instances.ReleaseFenceAsync(person.AsCaller(), version, CancellationToken.None);
            throw;
        }

        return null;
    }

    public async Task<Refusal?> EnableAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(version.Hold(), cancellationToken);
        if (await RefuseAsync(version, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (await revocations.DisablingAsync(version, cancellationToken) is { } revocation)
        {
            return new Refusal(ServiceRefusals.VersionIsRevoked, null, revocation.ToString());
        }

        await SetEnabledAsync(person, version, enabled: true, ActivityCodes.VersionEnabled);
        await instances.ReleaseFenceAsync(person.AsCaller(), version, CancellationToken.None);
        return null;
    }

    private async Task<Refusal?> RefuseAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        if (!version.IsPinned || await vault.FindAsync(version, cancellationToken) is null)
        {
            return new Refusal(ProvisioningRefusals.KeyVersionNotFound, null, version.ToString());
        }

        return await operations.IsHeldAsync(version.Hold(), cancellationToken)
            ? new Refusal(ServiceRefusals.OperationInProgress, null, version.Subject())
            : null;
    }

    /// <summary>Intent, call, outcome: once the first is written, the others follow whoever leaves.</summary>
    private async Task SetEnabledAsync(Person person, KeyIdentifier version, bool enabled, string code)
    {
        var intent = new NewActivity(code, version.Subject(), ActivityResult.Intent, person, [version.Version ?? ""]);
        await activity.WriteAsync(intent, CancellationToken.None);
        await vault.SetEnabledAsync(version, enabled, CancellationToken.None);
        await activity.WriteAsync(intent with { Result = ActivityResult.Succeeded }, CancellationToken.None);
        changes.Publish(PortalChangeKind.Key, version.Subject());
    }
}
