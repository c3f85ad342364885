using System.Collections.Concurrent;
using System.Collections.Immutable;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Operations;
using DpsPortal.Provisioning.SharedAccess;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Settings;

/// <summary>Linked hubs and shared access policies in memory, as the protocols need them for every request, and their changes.</summary>
internal sealed class InstanceSettings(
    InstanceRegistry registry, SettingsStore store, ControlLog log, EventFeed events, PlatformKey platformKey) : IInstanceSettings, IDisposable
{
    private readonly ConcurrentDictionary<long, ImmutableSortedDictionary<string, LinkedHub>> _hubs = new();
    private readonly ConcurrentDictionary<long, ImmutableSortedDictionary<string, StoredPolicy>> _policies = new();
    private readonly SemaphoreSlim _changing = new(1, 1);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var (instance, hub) in store.LoadHubs())
        {
            _hubs[instance] = Hubs(instance).SetItem(hub.HostName, hub);
        }

        foreach (var row in store.LoadPolicies())
        {
            Add(row.InstanceId, new StoredPolicy(row.Name, row.Rights, row.SealedKeys));
        }

        // Instances of a release that had no service API get what new ones are created with; who has removed every policy gets none back.
        foreach (var instance in registry.All.Where(instance => Policies(instance.Header.Id).IsEmpty && !store.HasRemovedPolicy(instance.Header)))
        {
            var owner = new StoredPolicy(SharedAccessPolicy.Owner, AccessRights.All, SealedPolicyKeys.New(instance.PlatformKey, SharedAccessPolicy.Owner));
            await store.SavePolicyAsync(instance.Header, owner, caller: null, cancellationToken).ConfigureAwait(false);
            Add(instance.Header.Id, owner);
        }
    }

    /// <summary>The policy that a new instance begins with, to be stored with it.</summary>
    public PolicyRow NewOwner(Guid bindingId, long createdAt)
    {
        using var key = platformKey.ForInstance(bindingId);
        return new PolicyRow
        {
            Name = SharedAccessPolicy.Owner, Rights = AccessRights.All, SealedKeys = SealedPolicyKeys.New(key, SharedAccessPolicy.Owner), CreatedAt = createdAt,
        };
    }

    public void Created(InstanceRow row) => row.Policies.ForEach(policy => Add(row.Id, new StoredPolicy(policy.Name, policy.Rights, policy.SealedKeys)));

    public StoredPolicy? FindPolicy(LoadedInstance instance, string name) => Policies(instance.Header.Id).GetValueOrDefault(name);

    public ImmutableSortedDictionary<string, LinkedHub> Hubs(long instance) => _hubs.GetValueOrDefault(instance, NoHubs);

    public Task<IReadOnlyList<LinkedHub>> ListHubsAsync(Caller caller, string instance, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LinkedHub>>(registry.Find(instance) is { } found ? [.. Hubs(found.Header.Id).Values] : []);

    public Task<IReadOnlyList<SharedAccessPolicy>> ListPoliciesAsync(Caller caller, string instance, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SharedAccessPolicy>>(registry.Find(instance) is { } found
            ? [.. Policies(found.Header.Id).Values.Select(policy => new SharedAccessPolicy(policy.Name, policy.Rights))]
            : []);

    public Task<Outcome<LinkedHub>> PutHubAsync(Caller caller, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
        ChangeAsync<LinkedHub>(instance, async header =>
        {
            var normal = hub with { HostName = hub.HostName.ToLowerInvariant() };
            var hubs = Hubs(header.Id);
            if (SettingsRules.FaultOf(normal, most => hubs.Count >= most && !hubs.ContainsKey(normal.HostName)) is { } fault)
            {
                return fault;
            }

            await store.SaveHubAsync(header, normal, caller, cancellationToken).ConfigureAwait(false);
            _hubs[header.Id] = hubs.SetItem(normal.HostName, normal);
            return normal;
        }, cancellationToken);

    public Task<Outcome<bool>> RemoveHubAsync(Caller caller, string instance, string hostName, CancellationToken cancellationToken) =>
        ChangeAsync<bool>(instance, async header =>
        {
            if (!Hubs(header.Id).ContainsKey(hostName))
            {
                return new Refusal(ProvisioningRefusals.HubUnknown, null, hostName);
            }

            await store.RemoveHubAsync(header, hostName, caller, cancellationToken).ConfigureAwait(false);
            _hubs[header.Id] = Hubs(header.Id).Remove(hostName);
            return true;
        }, cancellationToken);

    public Task<Outcome<SharedAccessPolicy>> PutPolicyAsync(Caller caller, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) =>
        ChangeAsync<SharedAccessPolicy>(instance, async header =>
        {
            var policies = Policies(header.Id);
            var known = policies.GetValueOrDefault(policy.Name);
            if (SettingsRules.FaultOf(policy, most => known is null && policies.Count >= most) is { } fault)
            {
                return fault;
            }

            var changed = known is not null
                ? known with { Rights = policy.Rights }
                : new StoredPolicy(policy.Name, policy.Rights, SealedPolicyKeys.New(registry.Find(instance)!.PlatformKey, policy.Name));
            await store.SavePolicyAsync(header, changed, caller, cancellationToken).ConfigureAwait(false);
            Add(header.Id, changed);
            return new SharedAccessPolicy(changed.Name, changed.Rights);
        }, cancellationToken);

    public Task<Outcome<bool>> RemovePolicyAsync(Caller caller, string instance, string policy, CancellationToken cancellationToken) =>
        ChangeAsync<bool>(instance, async header =>
        {
            if (!Policies(header.Id).ContainsKey(policy))
            {
                return new Refusal(ProvisioningRefusals.PolicyUnknown, null, policy);
            }

            await store.RemovePolicyAsync(header, policy, caller, cancellationToken).ConfigureAwait(false);
            _policies[header.Id] = Policies(header.Id).Remove(policy);
            return true;
        }, cancellationToken);

    public async Task<Outcome<SharedAccessKeys>> RevealPolicyAsync(Caller caller, string instance, string policy, CancellationToken cancellationToken)
    {
        if (registry.Find(instance) is not { } found)
        {
            return new Refusal(ProvisioningRefusals.InstanceUnknown, null, instance);
        }

        if (FindPolicy(found, policy) is not { } stored)
        {
            return new Refusal(ProvisioningRefusals.PolicyUnknown, null, policy);
        }

        // Durable before the answer.
        await log.AddAsync(found.Header.Name, "RevealPolicy", stored.Name, caller, cancellationToken).ConfigureAwait(false);
        return SealedPolicyKeys.Reveal(found.PlatformKey, stored.Name, stored.SealedKeys) is { } keys
            ? keys
            : new Refusal(ProvisioningRefusals.RecordCorrupt, null, stored.Name);
    }

    public void Dispose() => _changing.Dispose();

    private static ImmutableSortedDictionary<string, LinkedHub> NoHubs { get; } = ImmutableSortedDictionary.Create<string, LinkedHub>(
        StringComparer.OrdinalIgnoreCase);

    private static ImmutableSortedDictionary<string, StoredPolicy> NoPolicies { get; } = ImmutableSortedDictionary.Create<string, StoredPolicy>(
        StringComparer.OrdinalIgnoreCase);

    private ImmutableSortedDictionary<string, StoredPolicy> Policies(long instance) => _policies.GetValueOrDefault(instance, NoPolicies);

    private void Add(long instance, StoredPolicy policy) => _policies[instance] = Policies(instance).SetItem(policy.Name, policy);

    private async Task<Outcome<T>> ChangeAsync<T>(string instance, Func<InstanceHeader, Task<Outcome<T>>> change, CancellationToken cancellationToken)
    {
        if (registry.Find(instance) is not { } found)
        {
            return new Refusal(ProvisioningRefusals.InstanceUnknown, null, instance);
        }

        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var outcome = await change(found.Header).ConfigureAwait(false);
            if (outcome is Outcome<T>.Done)
            {
                events.PublishChanged(found.Header.Name);
            }

            return outcome;
        }
        finally
        {
            _changing.Release();
        }
    }
}
