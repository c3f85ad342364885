using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Instances;

/// <summary>
/// Wraps instance keys under another version of the KEK. DEKs and records are not touched. Killed at any step, the database
/// holds either the old forms or the old and the new one: both open.
/// </summary>
internal sealed class RewrapService(KeyProof proof, InstanceStore store, EventFeed events, ICheckpoints checkpoints)
{
    public async Task<Outcome<Rewrapped>> RewrapAsync(LoadedInstance instance, KeyIdentifier target, Caller caller, CancellationToken cancellationToken)
    {
        var configured = instance.Header.CustomerKey!.Configured;
        if (!target.IsPinned || target.Versionless != configured.Versionless || (configured.IsPinned && target != configured))
        {
            return new Refusal(ProvisioningRefusals.TargetIsAnotherKey, null, target.ToString(), configured.ToString());
        }

        var guard = instance.Guard!;
        var outcome = await guard.WithInstanceKeyAsync(
            proven: false,
            (key, verdict) => key is null
                ? Task.FromResult<(Outcome<Rewrapped>, WrappedForms?)>((Denied(verdict), null))
                : RewrapAsync(instance, guard.Forms, key, target, caller, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (outcome is Outcome<Rewrapped>.Done)
        {
            events.PublishChanged(instance.Header.Name);
        }

        return outcome;
    }

    public async Task<Outcome<Pruned>> PruneAsync(LoadedInstance instance, Caller caller, CancellationToken cancellationToken)
    {
        var guard = instance.Guard!;
        var outcome = await guard.WithInstanceKeyAsync<Outcome<Pruned>>(
            proven: true,
            async (key, verdict) =>
            {
                if (key is null)
                {
                    return (Denied(verdict), null);
                }

                checkpoints.Reached(RewrapCheckpoints.BeforePrune);
                var removed = await store.PruneAsync(instance.Header, caller).ConfigureAwait(false);
                checkpoints.Reached(RewrapCheckpoints.AfterPrune);
                return (new Pruned(removed), guard.Forms with { Retiring = [] });
            },
            cancellationToken).ConfigureAwait(false);
        if (outcome is Outcome<Pruned>.Done)
        {
            events.PublishChanged(instance.Header.Name);
        }

        return outcome;
    }

    private async Task<(Outcome<Rewrapped> Result, WrappedForms? Forms)> RewrapAsync(
        LoadedInstance instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, Caller caller, CancellationToken cancellationToken)
    {
        var from = forms.Current.WrappedBy;
        if (from == target)
        {
            return (new Rewrapped(from, target), null);
        }

        var (form, refusal) = await NewFormAsync(instance.Header, forms, key, target, cancellationToken).ConfigureAwait(false);
        if (form is null)
        {
            return (refusal!, null);
        }

        if (!await store.SwitchFormAsync(instance.Header, form, caller).ConfigureAwait(false))
        {
            return (CreationProof.Fenced(target), null);
        }

        checkpoints.Reached(RewrapCheckpoints.AfterSwitch);
        return (new Rewrapped(from, target), forms.SwitchTo(form));
    }

    /// <summary>
    /// A form under the target that was unwrapped and compared, of a key that may be used. The key is looked at while the form
    /// is made: the key client wraps locally, and the vault could not refuse. Nothing is stored unless both went well.
    /// </summary>
    private async Task<(WrappedForm? Form, Refusal? Refusal)> NewFormAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, CancellationToken cancellationToken)
    {
        checkpoints.Reached(RewrapCheckpoints.BeforeWrap);
        var looking = CheckTargetAsync(instance.CustomerKey!.Identity, target, cancellationToken);
        var made = await ProvenFormAsync(instance, forms, key, target, cancellationToken).ConfigureAwait(false);
        if (await looking.ConfigureAwait(false) is { } unsuitable)
        {
            return (null, unsuitable);
        }

        if (made.Form is not null)
        {
            checkpoints.Reached(RewrapCheckpoints.AfterVerify);
        }

        return made;
    }

    /// <summary>Wraps, unwraps and compares. A form that is stored already is proven again, not wrapped anew.</summary>
    private async Task<(WrappedForm? Form, Refusal? Refusal)> ProvenFormAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, CancellationToken cancellationToken)
    {
        var identity = instance.CustomerKey!.Identity;
        var form = forms.Retiring.FirstOrDefault(retiring => retiring.WrappedBy == target);
        if (form is null)
        {
            var (wrapped, failed) = await proof.WrapAsync(identity, target, key, cancellationToken).ConfigureAwait(false);
            if (wrapped is null)
            {
                return (null, failed);
            }

            form = new WrappedForm(target, KeyVaults.WrapAlgorithm, wrapped, key.CheckValue(target, KeyVaults.WrapAlgorithm), proof.DomainNow);
        }

        checkpoints.Reached(RewrapCheckpoints.AfterWrap);
        var refusal = await proof.VerifyAsync(identity, target, instance.BindingId, key, form.Wrapped, cancellationToken).ConfigureAwait(false);
        return refusal is null ? (form, null) : (null, refusal);
    }

    private async Task<Refusal?> CheckTargetAsync(ManagedIdentity identity, KeyIdentifier target, CancellationToken cancellationToken)
    {
        var (found, refusal) = await proof.FindAsync(identity, target, cancellationToken).ConfigureAwait(false);
        return refusal
            ?? KeySuitability.TypeAndSize(found!)
            ?? KeySuitability.EnabledAndValid(found!.Properties, proof.DomainNow)
            ?? KeySuitability.Operations(found);
    }

    private static Refusal Denied(AccessVerdict verdict) =>
        new(RejectionCodes.RefusalOf(verdict.Access), null, verdict.Cause.ToString(), verdict.VaultErrorCode ?? "");
}
