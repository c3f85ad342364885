using Azure.Security.KeyVault.Keys;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Hosting;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Instances;

/// <summary>Runs the checks in order and stops at the first that fails; nothing is stored.</summary>
internal sealed class CreationProof(KeyProof proof, InstanceStore store, DomainClock domainClock, ProvisioningOptions options)
{
    public async Task<ProvenCreation> RunAsync(CreateInstance request, bool nameTaken, Guid instance, CancellationToken cancellationToken)
    {
        var run = new Run();
        if (request.Key is null && request.Identity is null)
        {
            run.Check(CreationCheckName.InstanceName, () => CheckName(request, nameTaken));
            return new ProvenCreation(run.Checks, null);
        }

        run.Check(CreationCheckName.InstanceName, () => CheckName(request, nameTaken));
        run.Check(CreationCheckName.KeyIdentifier, () => CheckKeyIdentifier(request));
        var form = run.Failed ? null : await ProveKeyAsync(run, request.Key!, request.Identity!, instance, cancellationToken).ConfigureAwait(false);
        run.SkipRest();
        return new ProvenCreation(run.Checks, form);
    }

    private async Task<WrappedForm?> ProveKeyAsync(Run run, KeyIdentifier key, ManagedIdentity identity, Guid instance, CancellationToken cancellationToken)
    {
        var looked = await proof.FindAsync(identity, key, cancellationToken).ConfigureAwait(false);
        if (looked is not Outcome<KeyVaultKey>.Done(var found))
        {
            var missing = looked.Match<Refusal?>(_ => null, refusal => refusal);
            var unanswered = missing?.Code is ProvisioningRefusals.VaultUnreachable or ProvisioningRefusals.KeyMisconfigured;
            run.Check(CreationCheckName.VaultAnswers, () => unanswered ? missing : null);
            run.Check(CreationCheckName.KeyExists, () => missing);
            return null;
        }

        run.Check(CreationCheckName.VaultAnswers, () => null);
        run.Check(CreationCheckName.KeyExists, () => null);
        run.Check(CreationCheckName.KeyTypeAndSize, () => KeySuitability.TypeAndSize(found));
        run.Check(CreationCheckName.KeyEnabledAndValid, () => KeySuitability.EnabledAndValid(found.Properties, domainClock.Time.GetUtcNow()));
        run.Check(CreationCheckName.KeyOperations, () => KeySuitability.Operations(found));
        run.Check(CreationCheckName.PurgeProtection, () => KeySuitability.PurgeProtection(found.Properties));
        return run.Failed
            ? null
            : await WrapFirstAsync(run, key.WithVersion(found.Properties.Version), identity, instance, cancellationToken).ConfigureAwait(false);
    }

    private async Task<WrappedForm?> WrapFirstAsync(
        Run run, KeyIdentifier version, ManagedIdentity identity, Guid instance, CancellationToken cancellationToken)
    {
        if (store.IsFenced(version))
        {
            run.Check(CreationCheckName.Wrap, () => Fenced(version));
            return null;
        }

        // The key lives only here: what is kept of it is the wrapped form, and the first use unwraps that.
        using var instanceKey = InstanceKey.Random(instance);
        var wrapping = await proof.WrapAsync(identity, version, instanceKey, cancellationToken).ConfigureAwait(false);
        run.Check(CreationCheckName.Wrap, () => wrapping.Match<Refusal?>(_ => null, refusal => refusal));
        if (wrapping is not Outcome<byte[]>.Done(var wrapped))
        {
            return null;
        }

        var differs = await proof.VerifyAsync(identity, version, instance, instanceKey, wrapped, cancellationToken).ConfigureAwait(false);
        run.Check(CreationCheckName.Unwrap, () => differs);
        return run.Failed
            ? null
            : new WrappedForm(
                version, KeyVaults.WrapAlgorithm, wrapped, instanceKey.CheckValue(version, KeyVaults.WrapAlgorithm), domainClock.Time.GetUtcNow());
    }

    public static Refusal Fenced(KeyIdentifier version) => new(ProvisioningRefusals.VersionFenced, nameof(CreateInstance.Key), version.Version!);

    private static Refusal? CheckName(CreateInstance request, bool taken)
    {
        if (!InstanceName.IsValid(request.Name))
        {
            return new Refusal(ProvisioningRefusals.InstanceNameInvalid, nameof(CreateInstance.Name));
        }

        if (string.IsNullOrWhiteSpace(request.Location))
        {
            return new Refusal(ProvisioningRefusals.LocationMissing, nameof(CreateInstance.Location));
        }

        return taken ? new Refusal(ProvisioningRefusals.InstanceNameTaken, nameof(CreateInstance.Name), request.Name) : null;
    }

    private Refusal? CheckKeyIdentifier(CreateInstance request)
    {
        if (request.Key is null)
        {
            return new Refusal(ProvisioningRefusals.KeyIdentifierInvalid, nameof(CreateInstance.Key));
        }

        return AllowedVaultSuffixes.Refuse(request.Key, options)
            ?? (request.Identity is null ? new Refusal(ProvisioningRefusals.IdentityMissing, nameof(CreateInstance.Identity)) : null);
    }

    private sealed class Run
    {
        private readonly List<CreationCheck> _checks = [];

        public bool Failed { get; private set; }

        public CreationChecks Checks => new(_checks);

        public void Check(CreationCheckName name, Func<Refusal?> check)
        {
            if (Failed)
            {
                return;
            }

            var refusal = check();
            Failed = refusal is not null;
            _checks.Add(new CreationCheck(name, Failed ? CheckResult.Failed : CheckResult.Passed, refusal));
        }

        public void SkipRest() =>
            _checks.AddRange(Enum.GetValues<CreationCheckName>().Skip(_checks.Count).Select(name => new CreationCheck(name, CheckResult.Skipped)));
    }
}
