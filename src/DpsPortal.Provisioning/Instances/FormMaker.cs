using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Instances;

/// <summary>Makes a wrapped form of an instance key under a version of a KEK, proven and of a key that may be used. Stores nothing.</summary>
internal sealed class FormMaker(KeyProof proof, ICheckpoints checkpoints)
{
    /// <summary>
    /// The key is looked at while the form is made: the key client wraps locally, and the vault could not refuse.
    /// </summary>
    public async Task<(WrappedForm? Form, Refusal? Refusal)> MakeAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, CancellationToken cancellationToken)
    {
        checkpoints.Reached(RewrapCheckpoints.BeforeWrap);
        var looking = CheckTargetAsync(instance.Identity!, target, cancellationToken);
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
        var identity = instance.Identity!;
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
}
