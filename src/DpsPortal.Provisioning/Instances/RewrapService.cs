using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Provisioning.Instances;

/// <summary>
/// Wraps instance keys under another version of the KEK. DEKs and records are not touched. The proven form takes the place of the
/// old one in one transaction: killed at any step, the database holds the one or the other, and both open.
/// </summary>
internal sealed partial class RewrapService(
    InstanceKeyWrapper wrapper, InstanceStore store, EventFeed events, ICheckpoints checkpoints, ILogger<RewrapService> logger)
{
    public async Task<Outcome<Rewrapped>> RewrapAsync(LoadedInstance instance, KeyIdentifier target, Caller caller, CancellationToken cancellationToken)
    {
        var configured = instance.Guard!.Forms.Configured;
        if (!target.IsPinned || (configured.IsPinned ? target != configured : target.Versionless != configured))
        {
            return new Refusal(ProvisioningRefusals.TargetIsAnotherKey, null, target.ToString(), configured.ToString());
        }

        var outcome = await RewrapUnderAsync(instance, configured, target, caller, cancellationToken).ConfigureAwait(false);
        if (outcome is Outcome<Rewrapped>.Done { Value: var done } && done.From == done.To && instance.Guard.Forms.Retiring.Count > 0)
        {
            // It is under the version already, and not under it alone: a re-key ended before its prune.
            var pruned = await PruneAsync(instance, caller, cancellationToken).ConfigureAwait(false);
            return pruned.Then(_ => outcome);
        }

        return outcome;
    }

    /// <summary>
    /// Takes up a version that a check came across, as a rotation in the portal would. Nobody ordered it,
    /// and the log names nobody. What keeps it from being taken up does not touch the access to the key as it is.
    /// </summary>
    public async Task PickUpAsync(LoadedInstance instance, KeyIdentifier newer, CancellationToken cancellationToken)
    {
        var configured = instance.Guard!.Forms.Configured;
        if (configured != newer.Versionless)
        {
            return;
        }

        var outcome = await RewrapUnderAsync(instance, configured, newer, caller: null, cancellationToken).ConfigureAwait(false);
        if (outcome is Outcome<Rewrapped>.Done { Value: var switched })
        {
            LogPickedUp(instance.Header.Name, switched.To, switched.From);
            events.Publish(new ProvisioningEvent.VersionPickedUp(instance.Header.Name, switched.From, switched.To));
        }
        else if (outcome is Outcome<Rewrapped>.Refused { Refusal: var refusal })
        {
            LogNotPickedUp(instance.Header.Name, newer, refusal.Code);
        }
    }

    public async Task<Outcome<Pruned>> PruneAsync(LoadedInstance instance, Caller caller, CancellationToken cancellationToken)
    {
        var guard = instance.Guard!;
        var outcome = await guard.WithInstanceKeyAsync<Outcome<Pruned>>(
            KeyEvidence.Proof,
            async (key, verdict) =>
            {
                if (key is null)
                {
                    return (Denied(verdict), null);
                }

                checkpoints.Reached(PruneCheckpoints.BeforePrune);
                var removed = await store.PruneAsync(instance.Header, guard.Forms, caller).ConfigureAwait(false);
                checkpoints.Reached(PruneCheckpoints.AfterPrune);
                return (new Pruned(removed), guard.Forms with { Retiring = [] });
            },
            cancellationToken).ConfigureAwait(false);
        if (outcome is Outcome<Pruned>.Done)
        {
            events.PublishChanged(instance.Header.Name);
        }

        return outcome;
    }

    public static Refusal Denied(AccessVerdict verdict) =>
        KeyRejection.RefusalOf(verdict.Access, verdict.Cause, verdict.VaultErrorCode);

    /// <param name="configured">The key as configured when the re-wrap was asked for; another one since then refuses it.</param>
    private async Task<Outcome<Rewrapped>> RewrapUnderAsync(
        LoadedInstance instance, KeyIdentifier configured, KeyIdentifier target, Caller? caller, CancellationToken cancellationToken)
    {
        var guard = instance.Guard!;
        var outcome = await guard.WithInstanceKeyAsync<Outcome<Rewrapped>>(
            KeyEvidence.Lease,
            async (key, verdict) => key is null
                ? (Denied(verdict), null)
                : guard.Forms.Configured != configured
                    ? (new Refusal(ProvisioningRefusals.TargetIsAnotherKey, null, target.ToString(), guard.Forms.Configured.ToString()), null)
                    : await WrapAndReplaceAsync(instance, guard.Forms, key, target, caller, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (outcome is Outcome<Rewrapped>.Done)
        {
            if (guard.Status.Access is KeyAccess.Degraded)
            {
                // Judged by the version it was under.
                await guard.CheckAsync(CancellationToken.None).ConfigureAwait(false);
            }

            events.PublishChanged(instance.Header.Name);
        }

        return outcome;
    }

    private async Task<(Outcome<Rewrapped> Result, WrappedForms? Forms)> WrapAndReplaceAsync(
        LoadedInstance instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, Caller? caller, CancellationToken cancellationToken)
    {
        var from = forms.Current.WrappedBy;
        if (from == target)
        {
            return (new Rewrapped(from, target), null);
        }

        return await (await wrapper.WrapAsync(instance.Header, forms, key, target, cancellationToken).ConfigureAwait(false)).Match(
            form => ReplaceAsync(instance, forms, form, caller),
            refusal => Task.FromResult<(Outcome<Rewrapped>, WrappedForms?)>((refusal, null))).ConfigureAwait(false);
    }

    private async Task<(Outcome<Rewrapped> Result, WrappedForms? Forms)> ReplaceAsync(
        LoadedInstance instance, WrappedForms forms, WrappedForm form, Caller? caller)
    {
        var replaced = forms.ReplaceBy(form);
        if (!await store.ReplaceFormsAsync(instance.Header, forms, replaced, caller).ConfigureAwait(false))
        {
            return (CreationProof.Fenced(form.WrappedBy), null);
        }

        checkpoints.Reached(RewrapCheckpoints.AfterSwitch);
        return (new Rewrapped(forms.Current.WrappedBy, form.WrappedBy), replaced);
    }

    [LoggerMessage(LogLevel.Information, "Instance {Instance} follows its key to {To}, which a check found to be current; it was under {From}.")]
    private partial void LogPickedUp(string instance, KeyIdentifier to, KeyIdentifier from);

    [LoggerMessage(LogLevel.Warning, "Instance {Instance} cannot follow its key to {To}: {Refusal}.")]
    private partial void LogNotPickedUp(string instance, KeyIdentifier to, string refusal);
}
