using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Instances;

namespace DpsPortal.Provisioning.Access;

/// <summary>Asks the vault about one instance's key: an unwrap, compared with what is expected. It knows nothing and changes nothing.</summary>
internal sealed class AccessProbe(InstanceHeader instance, KeyVaults vaults, TimeProvider domainClock)
{
    private readonly ManagedIdentity _identity = instance.Identity!;

    public async Task<ProbeAnswer> AskAsync(WrappedForms forms, CancellationToken cancellationToken)
    {
        var form = forms.Current;
        var reply = await vaults.UnwrapAsync(_identity, form.WrappedBy, instance.BindingId, form.Wrapped, cancellationToken).ConfigureAwait(false);
        if (reply is not VaultReply<InstanceKey>.Answered(var key))
        {
            var failed = (VaultReply<InstanceKey>.Failed)reply;
            return new ProbeAnswer.Failed(failed.Verdict, failed.RetryAfter);
        }

        if (!key.Matches(form.CheckValue, form.WrappedBy, form.Algorithm))
        {
            key.Dispose();
            return new ProbeAnswer.Failed(new AccessVerdict(KeyAccess.Misconfigured, KeyAccessCause.AnotherKeyAnswered));
        }

        var (verdict, newer) = await JudgeTimeAsync(forms.Configured, form.WrappedBy).ConfigureAwait(false);
        return new ProbeAnswer.Verified(key, verdict, newer);
    }

    /// <summary>The unwrap is the evidence; attributes that cannot be read change nothing.</summary>
    private async Task<(AccessVerdict Verdict, KeyIdentifier? Newer)> JudgeTimeAsync(KeyIdentifier configured, KeyIdentifier version)
    {
        // An instance that follows its key asks for the current version: mostly that is the one in use, and one call tells both.
        var properties = await PropertiesAsync(configured).ConfigureAwait(false);
        KeyIdentifier? newer = null;
        if (properties is not null && properties.Version != version.Version)
        {
            newer = KeyIdentifier.TryParse($"{version.Versionless}/{properties.Version}", out var parsed) ? parsed : null;
            properties = await PropertiesAsync(version).ConfigureAwait(false);
        }

        return (properties is null ? AccessVerdict.Verified : KeyValidity.Judge(properties, domainClock.GetUtcNow()), newer);
    }

    private async Task<KeyProperties?> PropertiesAsync(KeyIdentifier key)
    {
        var reply = await vaults.GetKeyAsync(_identity, key, CancellationToken.None).ConfigureAwait(false);
        return reply is VaultReply<KeyVaultKey>.Answered(var found) ? found.Properties : null;
    }
}
