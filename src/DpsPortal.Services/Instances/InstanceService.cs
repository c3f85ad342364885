using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;

namespace DpsPortal.Services.Instances;

internal sealed class InstanceService(
    IProvisioningInstances instances,
    CurrentVersions versions,
    KeyAbsences absences,
    WayIn wayIn,
    NewInstanceRules rules,
    CreationRehearsal rehearsal,
    OperationEngine engine,
    OperationStore operations,
    RestoresUnderWay restores,
    RevocationStandings revocations,
    ActivityLog activity,
    PortalChanges changes,
    Guard guard,
    TimeProvider clock) : IInstanceService
{
    public async Task<IReadOnlyList<InstanceOverview>> ListAsync(Person person, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        return await DescribeAsync(await instances.ListAsync(person.AsCaller(), cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
    }

    public async Task<InstanceListing> FindAsync(Person person, InstanceQuery query, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, "", cancellationToken).ConfigureAwait(false);
        var (page, hasPrevious, hasNext, total) = await instances.FindAsync(person.AsCaller(), query, cancellationToken).ConfigureAwait(false);
        return new InstanceListing(await DescribeAsync(page, cancellationToken).ConfigureAwait(false), hasPrevious, hasNext, total, clock.GetUtcNow());
    }

    public async Task<InstanceOverview?> GetAsync(Person person, string name, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, name, cancellationToken).ConfigureAwait(false);
        if (await instances.GetAsync(person.AsCaller(), name, cancellationToken).ConfigureAwait(false) is not { } instance)
        {
            return null;
        }

        var current = KeyOf(instance) is { } key
            ? await versions.ReadAsync(key, absences.Look(cancellationToken), cancellationToken).ConfigureAwait(false)
            : null;
        var overview = ToOverview(instance, current, await restores.ListAsync(cancellationToken).ConfigureAwait(false));

        // Of a vault that has just said nothing no more is asked.
        return current is { Absence: null } && instance.Encryption is InstanceEncryption.CustomerManagedKey { EffectiveKey: var effective }
            && await wayIn.ShutByAsync(instance.Name, effective, [instance], cancellationToken).ConfigureAwait(false) is { } shut
            ? overview with { ShutBy = shut, TakenBy = (
                await revocations.HoldingAsync(instance, cancellationToken).ConfigureAwait(false))?.Id, Drift = shut is KeyAccessCause.KeyNotFound
                ? VersionDrift.NotKnown
                : overview.Drift }
            : overview;
    }

    public Task<Outcome<Rehearsal>> CheckAsync(Person person, NewInstance form, CancellationToken cancellationToken) => guard.RunAsync<Rehearsal>(
        person,
        Permission.CreateInstance,
        ActivityCodes.CreationChecked,
        form.Name,
        async () => await rules.FaultAsync(person.AsCaller(), form, cancellationToken).ConfigureAwait(false) is { } fault
            ? fault
            : await rehearsal.RunAsync(person, form, cancellationToken).ConfigureAwait(false),
        cancellationToken,
        CreationRehearsal.Described(form));

    public Task<Outcome<bool>> GiveUpAsync(Person person, Guid id, CancellationToken cancellationToken) => guard.RunAsync<bool>(
        person,
        Permission.CreateInstance,
        null,
        id.ToString(),
        async () => await rehearsal.GiveUpAsync(person, id, cancellationToken).ConfigureAwait(false),
        cancellationToken);

    public Task<Outcome<Guid>> CreateAsync(Person person, NewInstance form, CancellationToken cancellationToken) => guard.RunAsync<Guid>(
        person,
        Permission.CreateInstance,
        ActivityCodes.InstanceCreation,
        form.Name,
        async () => await HasBegunAsync(form, cancellationToken).ConfigureAwait(false)
            ? form.Id
            : await engine.BeginAsync(
                HoldOf(form.Name),
                form.Name,
                async () => await rules.FaultAsync(person.AsCaller(), form, cancellationToken).ConfigureAwait(false) is { } fault
                    ? fault
                    : new NewOperation(OperationKind.CreateInstance, form.Name, HoldOf(form.Name), person, form, Id: form.Id),
                cancellationToken).ConfigureAwait(false),
        cancellationToken);

    public Task<Outcome<KeyAccessStatus>> RecheckAsync(Person person, string name, CancellationToken cancellationToken) => guard.RunAsync<KeyAccessStatus>(
        person,
        Permission.RecheckAccess,
        ActivityCodes.AccessRechecked,
        name,
        async () =>
        {
            var outcome = await instances.RecheckAsync(person.AsCaller(), name, cancellationToken).ConfigureAwait(false);
            if (outcome is Outcome<KeyAccessStatus>.Done { Value: var status })
            {
                await activity.WriteAsync(
                    new NewActivity(ActivityCodes.AccessRechecked, name, ActivityResult.Succeeded, person, [status.Access.ToString(), status.Cause.ToString()]),
                    cancellationToken).ConfigureAwait(false);
                changes.Publish(PortalChangeKind.Instance, name);
            }

            return outcome;
        },
        cancellationToken);

    /// <summary>What an operation on an instance holds, so that there is one at a time.</summary>
    public static string HoldOf(string name) => $"instance:{name}".ToLowerInvariant();

    private async Task<bool> HasBegunAsync(NewInstance form, CancellationToken cancellationToken) =>
        await operations.FindAsync(form.Id, cancellationToken).ConfigureAwait(false) is { Kind: OperationKind.CreateInstance } run && run.Subject == form.Name;

    private async Task<IReadOnlyList<InstanceOverview>> DescribeAsync(IReadOnlyList<ProvisioningInstance> all, CancellationToken cancellationToken)
    {
        // Many instances share a key: the vault is asked once for each.
        var look = absences.Look(cancellationToken);
        var keys = all.Select(KeyOf).OfType<KeyIdentifier>().Distinct().ToList();
        var current = keys.Zip(await Task.WhenAll(keys.Select(key => versions.ReadAsync(key, look, cancellationToken))).ConfigureAwait(false))
            .ToDictionary(pair => pair.First, pair => pair.Second);
        var restored = await restores.ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. all.Select(instance => ToOverview(instance, KeyOf(instance) is { } key ? current[key] : null, restored))];
    }

    private InstanceOverview ToOverview(ProvisioningInstance instance, CurrentVersion? current, IReadOnlyList<OperationRun> restored) =>
        new(instance, current?.Version, VersionDrifts.Of(instance.Encryption, current?.Version), clock.GetUtcNow())
        {
            Absence = current?.Absence,
            LastSeen = current?.LastSeen,
            RestoredBy = current?.Absence is { IsGone: true } ? null : RestoresUnderWay.For(instance, restored),
        };

    private static KeyIdentifier? KeyOf(ProvisioningInstance instance) =>
        (instance.Encryption as InstanceEncryption.CustomerManagedKey)?.ConfiguredKey.Versionless;
}
