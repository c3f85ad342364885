using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Services.Keys;

/// <summary>
/// Disables a version that nothing needs, and enables it again. DPS fences the version before it counts, so that nothing is
/// wrapped under it between the count and the vault's change.
/// </summary>
internal sealed partial class VersionRetirement(
    VaultKeys vault,
    KeyReader reader,
    IProvisioningInstances instances,
    OperationStore operations,
    Turns turns,
    ActiveRevocations revocations,
    ActivityLog activity,
    PortalChanges changes,
    ILogger<VersionRetirement> logger)
{
    public async Task<Refusal?> RetireAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(version.Hold(), cancellationToken).ConfigureAwait(false);
        if (await RefuseAsync(version, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        if (await reader.ReadAsync(person.AsCaller(), version, cancellationToken).ConfigureAwait(false) is not { } reading)
        {
            return new Refusal(ProvisioningRefusals.KeyNotFound, null, version.Name);
        }

        // The current version is retired with the key, once no instance has it; until then it is where new wraps go.
        if ((reading.CurrentId == version && reading.Dependents.Count > 0 ? new Refusal(ServiceRefusals.VersionIsCurrent) : reading.Uncertain) is { } unsafeNow)
        {
            return unsafeNow;
        }

        var fence = await instances.FenceAsync(person.AsCaller(), version, cancellationToken).ConfigureAwait(false);
        return fence.InstanceKeys > 0
            ? await LiftFenceAsync(person, version).ConfigureAwait(false)
                ?? new Refusal(ServiceRefusals.VersionStillWraps, null, [fence.InstanceKeys.ToString(CultureInfo.InvariantCulture), .. fence.Instances])
            : await DisableFencedAsync(person, version).ConfigureAwait(false);
    }

    /// <summary>Two systems, two steps: what the first has done is not repeated, and not denied, when only the second is left to do.</summary>
    public async Task<Refusal?> EnableAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(version.Hold(), cancellationToken).ConfigureAwait(false);
        if (await RefuseAsync(version, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        if (await revocations.DisablingAsync(version, cancellationToken).ConfigureAwait(false) is { } revocation)
        {
            return RevocationRefusals.VersionIsRevoked(revocation);
        }

        // What is enabled already was left fenced by somebody who did not come this far.
        var isEnabled = await vault.FindAsync(version, cancellationToken).ConfigureAwait(false) is { Properties.Enabled: not false };
        var intent = await BeginAsync(person, version, isEnabled ? ActivityCodes.FenceLifted : ActivityCodes.VersionEnabled).ConfigureAwait(false);
        try
        {
            if ((isEnabled ? null : await SetEnabledAsync(version, enabled: true).ConfigureAwait(false)) is { } fault)
            {
                return fault;
            }

            // The entry says that it has succeeded when both have.
            if (await LiftFenceAsync(person, version).ConfigureAwait(false) is { } standing)
            {
                return standing;
            }

            await activity.WriteAsync(intent with { Result = ActivityResult.Succeeded }, CancellationToken.None).ConfigureAwait(false);
            await RecheckAsync(version).ConfigureAwait(false);
            return null;
        }
        finally
        {
            changes.Publish(PortalChangeKind.Key, version.Subject());
        }
    }

    /// <summary>Who was shut off need not wait for the next check of DPS. The version is enabled whatever comes of it.</summary>
    private async Task RecheckAsync(KeyIdentifier version)
    {
        try
        {
            foreach (var instance in await instances.ListAsync(PortalCaller.Itself, CancellationToken.None).ConfigureAwait(false))
            {
                if (instance.Encryption is InstanceEncryption.CustomerManagedKey { Access.Access: not KeyAccess.Accessible } key
                    && key.EffectiveKey.IsSameVersionAs(version))
                {
                    await instances.RecheckAsync(PortalCaller.Itself, instance.Name, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        catch (Exception fault) when (StoreFaults.Of(fault) is not null)
        {
            LogNotRechecked(logger, version, fault);
        }
    }

    /// <summary>From the fence on nothing is cancelled: a person who leaves must not leave the version fenced and the outcome unlogged.</summary>
    private async Task<Refusal?> DisableFencedAsync(Person person, KeyIdentifier version)
    {
        var isAsked = false;
        try
        {
            var intent = await BeginAsync(person, version, ActivityCodes.VersionRetired).ConfigureAwait(false);
            isAsked = true;
            if (await SetEnabledAsync(version, enabled: false).ConfigureAwait(false) is { } fault)
            {
                return fault;
            }

            await activity.WriteAsync(intent with { Result = ActivityResult.Succeeded }, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception fault) when (!isAsked || VaultFault.Of(fault, CancellationToken.None) is { Answered: true })
        {
            // Only what has surely not happened lifts the fence: after silence the version may be disabled, and no one needs it.
            if (await LiftFenceAsync(person, version).ConfigureAwait(false) is { } standing)
            {
                return standing;
            }

            throw;
        }
        finally
        {
            changes.Publish(PortalChangeKind.Key, version.Subject());
        }
    }

    private async Task<Refusal?> RefuseAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        if (!version.IsPinned || await vault.FindAsync(version, cancellationToken).ConfigureAwait(false) is null)
        {
            return new Refusal(ProvisioningRefusals.KeyVersionNotFound, null, version.ToString());
        }

        return await operations.IsHeldAsync(version.Hold(), cancellationToken).ConfigureAwait(false)
            ? new Refusal(ServiceRefusals.OperationInProgress, null, version.Subject())
            : null;
    }

    /// <summary>Intent, call, outcome: once the first is written, the others follow whoever leaves.</summary>
    private async Task<NewActivity> BeginAsync(Person person, KeyIdentifier version, string code)
    {
        var intent = new NewActivity(code, version.Subject(), ActivityResult.Intent, person, [version.Version ?? ""]);
        await activity.WriteAsync(intent, CancellationToken.None).ConfigureAwait(false);
        return intent;
    }

    /// <summary>
    /// A no, or silence, may follow an attempt that was carried out and whose answer was lost, so neither is believed before a look.
    /// </summary>
    /// <returns>That it is not known which of both the version is now; nothing when it was changed.</returns>
    /// <exception cref="Exception">The vault's no, and the version is as it was; or its silence, after which the change can still come.</exception>
    private async Task<Refusal?> SetEnabledAsync(KeyIdentifier version, bool enabled)
    {
        try
        {
            await vault.SetEnabledAsync(version, enabled, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception fault) when (VaultFault.Of(fault, CancellationToken.None) is { } answer)
        {
            try
            {
                if (await vault.FindAsync(version, CancellationToken.None).ConfigureAwait(false) is { } found && found.Properties.Enabled == enabled)
                {
                    return null;
                }
            }
            catch (Exception blind) when (VaultFault.Of(blind, CancellationToken.None) is not null)
            {
                if (answer.Answered)
                {
                    return new Refusal(ServiceRefusals.VersionUncertain, null, answer.Code ?? answer.Cause.ToString());
                }
            }

            throw;
        }
    }

    /// <returns>That the fence stands, with the version enabled under it.</returns>
    private async Task<Refusal?> LiftFenceAsync(Person person, KeyIdentifier version)
    {
        try
        {
            await instances.ReleaseFenceAsync(person.AsCaller(), version, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception fault) when (StoreFaults.Of(fault) is not null)
        {
            LogFenceStands(logger, version, fault);
            return new Refusal(ServiceRefusals.FenceNotLifted, null, version.Version ?? "");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "DPS could not store that it wraps under {Version} again.")]
    private static partial void LogFenceStands(ILogger logger, KeyIdentifier version, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "DPS could not be asked to check the instances under {Version}.")]
    private static partial void LogNotRechecked(ILogger logger, KeyIdentifier version, Exception fault);
}
