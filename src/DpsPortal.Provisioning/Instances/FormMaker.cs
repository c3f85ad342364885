using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;

namespace DpsPortal.Provisioning.Instances;

/// <summary>Makes a wrapped form of an instance key under a version of a KEK, proven and of a key that may be used. Stores nothing.</summary>
internal sealed class FormMaker(KeyVaults vaults, KeyProof proof, ICheckpoints checkpoints)
{
    /// <summary>
    /// The key is looked at, too: the key client wraps locally, and the vault could not refuse. Neither needs the other's answer, so
    /// both are asked at once; and both have ended when this returns, so that the instance key is in use no longer.
    /// </summary>
    public async Task<(WrappedForm? Form, Refusal? Refusal)> MakeAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, CancellationToken cancellationToken)
    {
        var proving = ProvenFormAsync(instance, forms, key, target, cancellationToken);
        var looking = CheckTargetAsync(instance.Identity!, target, cancellationToken);
        await Task.WhenAll(proving, looking).ConfigureAwait(false);
        var (form, failed) = await proving.ConfigureAwait(false);

        // What is wrong with the key says more than that it did not wrap.
        if ((await looking.ConfigureAwait(false) ?? failed) is { } refusal)
        {
            return (null, refusal);
        }

        checkpoints.Reached(RewrapCheckpoints.AfterVerify);
        return (form, null);
    }

    private async Task<(WrappedForm? Form, Refusal? Refusal)> ProvenFormAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, CancellationToken cancellationToken)
    {
        checkpoints.Reached(RewrapCheckpoints.BeforeWrap);
        var (form, failed) = await FormAsync(instance, forms, key, target, cancellationToken).ConfigureAwait(false);
        if (form is null)
        {
            return (null, failed);
        }

        checkpoints.Reached(RewrapCheckpoints.AfterWrap);
        return (form, await proof.VerifyAsync(instance.Identity!, target, instance.BindingId, key, form.Wrapped, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Wraps. A form that is stored already is not wrapped anew.</summary>
    private async Task<(WrappedForm? Form, Refusal? Refusal)> FormAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, CancellationToken cancellationToken)
    {
        if (forms.Retiring.FirstOrDefault(retiring => retiring.WrappedBy == target) is { } stored)
        {
            return (stored, null);
        }

        var (wrapped, failed) = await proof.WrapAsync(instance.Identity!, target, key, cancellationToken).ConfigureAwait(false);
        return wrapped is null
            ? (null, failed)
            : (new WrappedForm(target, KeyVaults.WrapAlgorithm, wrapped, key.CheckValue(target, KeyVaults.WrapAlgorithm), proof.DomainNow), null);
    }

    /// <summary>
    /// A version that suits is not read for each of the instances that follow a rotation: that it is there, enabled and open to the
    /// identity, the proof shows. Only a change of its times or operations is noticed that much later. One that does not suit is read
    /// each time, so that nobody has to wait who has just put it right.
    /// </summary>
    private async Task<Refusal?> CheckTargetAsync(ManagedIdentity identity, KeyIdentifier target, CancellationToken cancellationToken)
    {
        if (vaults.RecentlyRead(target) is { } recent && Unsuitable(recent) is null)
        {
            return null;
        }

        var (found, refusal) = await proof.FindAsync(identity, target, cancellationToken).ConfigureAwait(false);
        return refusal ?? Unsuitable(found!);
    }

    private Refusal? Unsuitable(KeyVaultKey key) => KeySuitability.Of(key, proof.DomainNow);
}
