using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Hosting;

namespace DpsPortal.Provisioning.Instances;

/// <summary>Wraps an instance key under a version of a KEK: the wrapped form is proven, and of a key that may be used. Stores nothing.</summary>
internal sealed class InstanceKeyWrapper(KeyVaults vaults, KeyProof proof, DomainClock domainClock, ICheckpoints checkpoints)
{
    /// <summary>
    /// The key is looked at, too: the key client wraps locally, and the vault could not refuse. Neither needs the other's answer, so
    /// both are asked at once; and both have ended when this returns, so that the instance key is in use no longer.
    /// </summary>
    public async Task<Outcome<WrappedForm>> WrapAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, CancellationToken cancellationToken)
    {
        var proving = ProvenFormAsync(instance, forms, key, target, cancellationToken);
        var looking = CheckTargetAsync(instance.Identity!, target, cancellationToken);
        await Task.WhenAll(proving, looking).ConfigureAwait(false);
        var proven = await proving.ConfigureAwait(false);

        // What is wrong with the key says more than that it did not wrap.
        if (await looking.ConfigureAwait(false) is { } unsuitable)
        {
            return unsuitable;
        }

        return proven.Then<WrappedForm>(form =>
        {
            checkpoints.Reached(RewrapCheckpoints.AfterVerify);
            return form;
        });
    }

    private async Task<Outcome<WrappedForm>> ProvenFormAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, CancellationToken cancellationToken)
    {
        checkpoints.Reached(RewrapCheckpoints.BeforeWrap);
        var made = await FormAsync(instance, forms, key, target, cancellationToken).ConfigureAwait(false);
        return await made.ThenAsync<WrappedForm>(async form =>
        {
            checkpoints.Reached(RewrapCheckpoints.AfterWrap);
            return await proof.VerifyAsync(instance.Identity!, target, instance.BindingId, key, form.Wrapped, cancellationToken).ConfigureAwait(false)
                is { } differs ? differs : form;
        }).ConfigureAwait(false);
    }

    /// <summary>Wraps. A form that is stored already is not wrapped anew.</summary>
    private async Task<Outcome<WrappedForm>> FormAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey key, KeyIdentifier target, CancellationToken cancellationToken)
    {
        if (forms.Retiring.FirstOrDefault(retiring => retiring.WrappedBy == target) is { } stored)
        {
            return stored;
        }

        var wrapping = await proof.WrapAsync(instance.Identity!, target, key, cancellationToken).ConfigureAwait(false);
        return wrapping.Then<WrappedForm>(
            wrapped => new WrappedForm(
                target, KeyVaults.WrapAlgorithm, wrapped, key.CheckValue(target, KeyVaults.WrapAlgorithm), domainClock.Time.GetUtcNow()));
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

        return (await proof.FindAsync(identity, target, cancellationToken).ConfigureAwait(false)).Match(Unsuitable, refusal => refusal);
    }

    private Refusal? Unsuitable(KeyVaultKey key) => KeySuitability.Of(key, domainClock.Time.GetUtcNow());
}
