using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Instances;
using DpsPortal.Services.People;
using DpsPortal.Shell;

namespace DpsPortal.Tests.Components.Fakes;

/// <summary>Linked hubs, shared access policies, and where DPS serves its protocols.</summary>
internal sealed partial class FakeServices
{
    public DpsEndpoint Endpoint { get; set; } = new(8444, "/data/vault-ca/ca.crt");

    public List<LinkedHub> Hubs { get; } = [];

    public List<SharedAccessPolicy> Policies { get; } = [];

    Task<LinkedHubs> IInstanceSettingsService.ListHubsAsync(Person person, string instance, CancellationToken cancellationToken) =>
        Read(() => new LinkedHubs([.. Hubs], Some.Now));

    Task<Outcome<LinkedHub>> IInstanceSettingsService.LinkHubAsync(Person person, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
        Ask($"link {hub.HostName} {hub.Location} {hub.AllocationWeight} {hub.ApplyAllocationPolicy}", () => Put(hub));

    Task<Outcome<LinkedHub>> IInstanceSettingsService.ChangeHubAsync(Person person, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
        Ask($"change {hub.HostName} {hub.Location} {hub.AllocationWeight} {hub.ApplyAllocationPolicy}", () => Put(hub));

    Task<Outcome<bool>> IInstanceSettingsService.UnlinkHubAsync(Person person, string instance, string hostName, CancellationToken cancellationToken) =>
        Ask<bool>($"unlink {hostName}", () => Hubs.RemoveAll(hub => hub.HostName == hostName) > 0);

    Task<SharedAccessPolicies> IInstanceSettingsService.ListPoliciesAsync(Person person, string instance, CancellationToken cancellationToken) =>
        Read(() => new SharedAccessPolicies([.. Policies], Some.Now));

    Task<Outcome<SharedAccessPolicy>> IInstanceSettingsService.CreatePolicyAsync(
        Person person, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) =>
        Ask($"create policy {policy.Name} {policy.Rights}", () => (Outcome<SharedAccessPolicy>)policy);

    Task<Outcome<SharedAccessPolicy>> IInstanceSettingsService.ChangePolicyAsync(
        Person person, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) =>
        Ask($"change policy {policy.Name} {policy.Rights}", () => (Outcome<SharedAccessPolicy>)policy);

    Task<Outcome<bool>> IInstanceSettingsService.RemovePolicyAsync(Person person, string instance, string policy, CancellationToken cancellationToken) =>
        Ask<bool>($"remove policy {policy}", () => Policies.RemoveAll(known => known.Name == policy) > 0);

    Task<Outcome<RevealedPolicy>> IInstanceSettingsService.RevealPolicyAsync(
        Person person, string instance, string policy, CancellationToken cancellationToken) =>
        Ask(
            $"reveal policy {policy}",
            () => (Outcome<RevealedPolicy>)new RevealedPolicy(DpsHostNames.OfService(instance), policy, new SharedAccessKeys("cHJpbWFyeQ==", "c2Vjb25kYXJ5")));

    private Outcome<LinkedHub> Put(LinkedHub hub)
    {
        Hubs.RemoveAll(known => known.HostName == hub.HostName);
        Hubs.Add(hub);
        return hub;
    }
}
