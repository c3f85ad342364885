using System.Security.Cryptography;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Hosting;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.Settings;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Instances;

internal sealed class ProvisioningInstances(
    InstanceRegistry registry,
    InstanceStore store,
    CreationProof creation,
    RewrapService rewrap,
    RekeyService rekey,
    ReencryptionService reencryption,
    AccessCheck check,
    InstanceSettings settings,
    EventFeed events,
    TimeProvider systemClock,
    DomainClock domainClock,
    ProvisioningOptions options) : IProvisioningInstances, IDisposable
{
    private readonly SemaphoreSlim _creating = new(1, 1);

    public TimeSpan AccessPollInterval => options.PollInterval;

    public Task<IReadOnlyList<ProvisioningInstance>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        Task.FromResult(Describe(registry.ByName));

    public Task<IReadOnlyList<ProvisioningInstance>> ListAsync(Caller caller, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        Task.FromResult(Describe([.. names.Select(registry.Find).OfType<LoadedInstance>()]));

    public Task<FoundInstances> FindAsync(Caller caller, InstanceQuery query, CancellationToken cancellationToken)
    {
        var (page, hasPrevious, hasNext, total) = InstancePages.Of(registry.ByName, query, TextsOf, instance => instance.Guard?.Status.Access);
        return Task.FromResult(new FoundInstances(Describe(page), hasPrevious, hasNext, total));
    }

    public Task<IReadOnlyList<InstanceKeys>> ListKeysAsync(Caller caller, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<InstanceKeys>>([.. registry.ByName.Select(KeysOf)]);

    public Task<ProvisioningInstance?> GetAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        Task.FromResult(registry.Find(name) is { } instance ? Describe([instance]).Single() : null);

    public async Task<CreationChecks> CheckCreationAsync(Caller caller, CreateInstance request, CancellationToken cancellationToken) =>
        (await creation.RunAsync(request, registry.Find(request.Name) is not null, Guid.CreateVersion7(), cancellationToken).ConfigureAwait(false)).Checks;

    public async Task<Outcome<ProvisioningInstance>> CreateAsync(Caller caller, CreateInstance request, CancellationToken cancellationToken)
    {
        // One creation at a time: two with the same name or operation must not both prove their keys.
        await _creating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (store.FindNameByOperation(request.OperationId) is { } made)
            {
                return (await GetAsync(caller, made, cancellationToken).ConfigureAwait(false))!;
            }

            var bindingId = Guid.CreateVersion7();
            var proven = await creation.RunAsync(request, registry.Find(request.Name) is not null, bindingId, cancellationToken).ConfigureAwait(false);
            if (proven.Refusal is { } refusal)
            {
                return refusal;
            }

            var row = NewRow(request, bindingId, proven.Form);
            if (!await store.AddAsync(row, caller, cancellationToken).ConfigureAwait(false))
            {
                return CreationProof.Fenced(proven.Form!.WrappedBy);
            }

            var instance = registry.Add(row, verified: proven.Form is not null);
            settings.Created(row);
            events.PublishChanged(row.Name);
            return Describe(instance, row.ToCounts());
        }
        finally
        {
            _creating.Release();
        }
    }

    public Task<Outcome<KeyAccessStatus>> RecheckAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        Guarded(name).ThenAsync<KeyAccessStatus>(async instance => await check.RunAsync(instance, cancellationToken).ConfigureAwait(false));

    public Task<Outcome<Rewrapped>> RewrapAsync(Caller caller, string name, KeyIdentifier target, CancellationToken cancellationToken) =>
        Guarded(name).ThenAsync(instance => rewrap.RewrapAsync(instance, target, caller, cancellationToken));

    public Task<Outcome<Rekeyed>> RekeyAsync(Caller caller, string name, KeyIdentifier key, CancellationToken cancellationToken) =>
        Guarded(name).ThenAsync(instance => rekey.RekeyAsync(instance, key, caller, cancellationToken));

    public Task<Outcome<Reencryption>> StartReencryptionAsync(Caller caller, string name, Guid operationId, CancellationToken cancellationToken) =>
        Guarded(name).ThenAsync(instance => reencryption.StartAsync(instance, operationId, caller, cancellationToken));

    public Task<Reencryption?> GetReencryptionAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        Task.FromResult(registry.Find(name) is { } instance ? reencryption.Find(instance) : null);

    public Task<Outcome<Pruned>> PruneRetiringAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        Guarded(name).ThenAsync(instance => rewrap.PruneAsync(instance, caller, cancellationToken));

    public Task<VersionFence> FenceAsync(Caller caller, KeyIdentifier version, CancellationToken cancellationToken)
    {
        RequireVersion(version);
        return store.FenceAsync(version, caller, cancellationToken);
    }

    public Task<IReadOnlyList<FencedVersion>> ListFencesAsync(Caller caller, CancellationToken cancellationToken) => Task.FromResult(store.Fences());

    public Task ReleaseFenceAsync(Caller caller, KeyIdentifier version, CancellationToken cancellationToken)
    {
        RequireVersion(version);
        return store.ReleaseFenceAsync(version, caller, cancellationToken);
    }

    public void Dispose() => _creating.Dispose();

    private static void RequireVersion(KeyIdentifier version)
    {
        if (!version.IsPinned)
        {
            throw new ArgumentException("Only a version can be fenced, not a whole key.", nameof(version));
        }
    }

    private IReadOnlyList<ProvisioningInstance> Describe(IReadOnlyList<LoadedInstance> instances)
    {
        var counts = store.Counts(instances.Select(instance => instance.Header));
        return [.. instances.Where(instance => counts.ContainsKey(instance.Header.Id)).Select(instance => Describe(instance, counts[instance.Header.Id]))];
    }

    private static InstanceTexts TextsOf(LoadedInstance instance) => new(
        instance.Header.Name, instance.Header.IdScope, instance.Header.Location, instance.Header.ResourceGroup, instance.Guard?.Forms.Configured.Name ?? "");

    private static InstanceKeys KeysOf(LoadedInstance instance) => instance is { Header: var header, Guard.Forms: { } forms }
        ? new InstanceKeys(header.Name, header.CreatedAt, forms.Configured, forms.Describe())
        : new InstanceKeys(instance.Header.Name, instance.Header.CreatedAt, null, []);

    private static ProvisioningInstance Describe(LoadedInstance instance, RecordCounts counts)
    {
        var header = instance.Header;
        return new ProvisioningInstance(header.Name, header.ResourceGroup, header.Location, header.IdScope, header.CreatedAt, Encryption(instance), counts);
    }

    private static InstanceEncryption Encryption(LoadedInstance instance)
    {
        if (instance is not { Guard: { } guard, Header.Identity: { } identity })
        {
            return new InstanceEncryption.MicrosoftManaged();
        }

        var forms = guard.Forms;
        return new InstanceEncryption.CustomerManagedKey(forms.Configured, forms.Current.WrappedBy, identity, forms.Describe(), guard.Status);
    }

    private Outcome<LoadedInstance> Guarded(string name) => registry.Find(name) switch
    {
        null => new Refusal(ProvisioningRefusals.InstanceUnknown, null, name),
        { Guard: null } => new Refusal(ProvisioningRefusals.NotCustomerManaged, null, name),
        var instance => instance,
    };

    private InstanceRow NewRow(CreateInstance request, Guid bindingId, WrappedForm? form)
    {
        var now = systemClock.GetUtcNow().UtcTicks;
        var row = new InstanceRow
        {
            BindingId = bindingId,
            Name = request.Name,
            ResourceGroup = request.ResourceGroup,
            Location = request.Location,
            IdScope = "0ne" + RandomNumberGenerator.GetHexString(8),
            OperationId = request.OperationId,
            CreatedAt = domainClock.Time.GetUtcNow().UtcTicks,
            ConfiguredKey = request.Key?.ToString(),
            IdentityName = request.Identity?.Name,
            IdentityClientId = request.Identity?.ClientId,
            IdentityPrincipalId = request.Identity?.PrincipalId,
            Epoch = 1,
            CheckedAt = now,
            VerifiedAt = form is null ? null : now,
        };
        row.Policies.Add(settings.NewOwner(bindingId, now));
        if (form is not null)
        {
            row.WrappedKeys.Add(form.ToRow(instance: 0));
        }

        return row;
    }
}
