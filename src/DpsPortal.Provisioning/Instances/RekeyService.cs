using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Instances;

/// <summary>
/// Moves an instance to another key while it is in use: after a compromise, to a new key in a clean vault (Azure Key Vault,
/// "Secure your keys"). One transaction stores the proven form, makes it current and changes what is configured; killed
/// before it, nothing has changed, and the old form opens either way until it is pruned.
/// </summary>
internal sealed class RekeyService(
    InstanceKeyWrapper wrapper, KeyProof proof, InstanceStore store, EventFeed events, ICheckpoints checkpoints, ProvisioningOptions options)
{
    public async Task<Outcome<Rekeyed>> RekeyAsync(LoadedInstance instance, KeyIdentifier key, Caller caller, CancellationToken cancellationToken)
    {
        if (AllowedVaultSuffixes.Refuse(key, options) is { } refusal)
        {
            return refusal;
        }

        var guard = instance.Guard!;
        var outcome = await guard.WithInstanceKeyAsync<Outcome<Rekeyed>>(
            KeyEvidence.AskedNow,
            async (instanceKey, verdict) => instanceKey is null
                ? (NeedsCurrentKey(guard.EffectiveKey, verdict), null)
                : await MoveAsync(instance, guard.Forms, instanceKey, key, caller, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        if (outcome is Outcome<Rekeyed>.Done)
        {
            // The old vault may be out of reach, which is why the instance moves: what counts from now on is the new one.
            await guard.CheckAsync(CancellationToken.None).ConfigureAwait(false);
            events.PublishChanged(instance.Header.Name);
        }

        return outcome;
    }

    private async Task<(Outcome<Rekeyed> Result, WrappedForms? Forms)> MoveAsync(
        LoadedInstance instance, WrappedForms forms, InstanceKey instanceKey, KeyIdentifier key, Caller caller, CancellationToken cancellationToken)
    {
        var looked = await proof.FindAsync(instance.Header.Identity!, key, cancellationToken).ConfigureAwait(false);
        var made = await looked.ThenAsync(found => FormAsync(instance.Header, forms, instanceKey, found, key, cancellationToken)).ConfigureAwait(false);
        return await made.Match(
            form => MoveAsync(instance, forms, form, key, caller),
            refusal => Task.FromResult<(Outcome<Rekeyed>, WrappedForms?)>((refusal, null))).ConfigureAwait(false);
    }

    private async Task<(Outcome<Rekeyed> Result, WrappedForms? Forms)> MoveAsync(
        LoadedInstance instance, WrappedForms forms, WrappedForm form, KeyIdentifier key, Caller caller)
    {
        var (from, to) = (forms.Current.WrappedBy, form.WrappedBy);
        var moved = forms.SwitchTo(form) with { Configured = key };
        if (moved == forms)
        {
            return (new Rekeyed(key, from, to), null);
        }

        if (!await store.ReplaceFormsAsync(instance.Header, forms, moved, caller).ConfigureAwait(false))
        {
            return (CreationProof.Fenced(to), null);
        }

        checkpoints.Reached(RewrapCheckpoints.AfterSwitch);
        return (new Rekeyed(key, from, to), moved);
    }

    private async Task<Outcome<WrappedForm>> FormAsync(
        InstanceHeader instance, WrappedForms forms, InstanceKey instanceKey, KeyVaultKey found, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var target = key.WithVersion(found.Properties.Version);
        return forms.Current.WrappedBy == target ? forms.Current
            : KeySuitability.PurgeProtection(found.Properties) is { } unsuitable ? unsuitable
            : await wrapper.WrapAsync(instance, forms, instanceKey, target, cancellationToken).ConfigureAwait(false);
    }

    private static Refusal NeedsCurrentKey(KeyIdentifier current, AccessVerdict verdict) =>
        new(ProvisioningRefusals.RekeyNeedsCurrentKey, null, current.ToString(), verdict.Cause.ToString(), verdict.VaultErrorCode ?? "");
}
