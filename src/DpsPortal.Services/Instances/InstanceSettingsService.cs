using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;

namespace DpsPortal.Services.Instances;

internal sealed class InstanceSettingsService(
    IInstanceSettings settings, ActivityLog activity, DpsChange changes, Guard guard, Turns turns, TimeProvider clock) : IInstanceSettingsService
{
    public async Task<LinkedHubs> ListHubsAsync(Person person, string instance, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance, cancellationToken).ConfigureAwait(false);
        return new LinkedHubs(await settings.ListHubsAsync(person.AsCaller(), instance, cancellationToken).ConfigureAwait(false), clock.GetUtcNow());
    }

    public Task<Outcome<LinkedHub>> LinkHubAsync(Person person, string instance, LinkedHub hub, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.HubLinked, instance, ArgumentsOf(hub), (caller, uncancelled) => LinkAsync(caller, instance, hub, uncancelled),
        (caller, uncancelled) => ReadBackAsync(caller, instance, hub, uncancelled), cancellationToken);

    public Task<Outcome<LinkedHub>> ChangeHubAsync(Person person, string instance, LinkedHub hub, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.HubChanged, instance, ArgumentsOf(hub), (caller, uncancelled) => ChangeAsync(caller, instance, hub, uncancelled),
        (caller, uncancelled) => ReadBackAsync(caller, instance, hub, uncancelled), cancellationToken);

    public Task<Outcome<bool>> UnlinkHubAsync(Person person, string instance, string hostName, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.HubUnlinked, instance, [hostName], (caller, uncancelled) => settings.RemoveHubAsync(caller, instance, hostName, uncancelled),
        async (caller, uncancelled) => await FindHubAsync(caller, instance, hostName, uncancelled).ConfigureAwait(false) is null
            ? null
            : new Refusal(ServiceRefusals.StillThere, null, hostName), cancellationToken);

    public async Task<SharedAccessPolicies> ListPoliciesAsync(Person person, string instance, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance, cancellationToken).ConfigureAwait(false);
        return new SharedAccessPolicies(
            await settings.ListPoliciesAsync(person.AsCaller(), instance, cancellationToken).ConfigureAwait(false), clock.GetUtcNow());
    }

    public Task<Outcome<SharedAccessPolicy>> CreatePolicyAsync(
        Person person, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.PolicyCreated, instance, ArgumentsOf(policy), (caller, uncancelled) => CreateAsync(caller, instance, policy, uncancelled),
        (caller, uncancelled) => ReadBackAsync(caller, instance, policy, uncancelled), cancellationToken);

    public Task<Outcome<SharedAccessPolicy>> ChangePolicyAsync(
        Person person, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.PolicyChanged, instance, ArgumentsOf(policy), (caller, uncancelled) => ChangeAsync(caller, instance, policy, uncancelled),
        (caller, uncancelled) => ReadBackAsync(caller, instance, policy, uncancelled), cancellationToken);

    public Task<Outcome<bool>> RemovePolicyAsync(Person person, string instance, string policy, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.PolicyRemoved, instance, [policy], (caller, uncancelled) => settings.RemovePolicyAsync(caller, instance, policy, uncancelled),
        async (caller, uncancelled) => await FindPolicyAsync(caller, instance, policy, uncancelled).ConfigureAwait(false) is null
            ? null
            : new Refusal(ServiceRefusals.StillThere, null, policy), cancellationToken);

    public Task<Outcome<RevealedPolicy>> RevealPolicyAsync(
        Person person, string instance, string policy, CancellationToken cancellationToken) => guard.RunAsync<RevealedPolicy>(
        person,
        Permission.RevealPolicyKeys,
        ActivityCodes.PolicyKeysRevealed,
        instance,
        async () => await (await settings.RevealPolicyAsync(
            person.AsCaller(), instance, policy, cancellationToken).ConfigureAwait(false)).ThenAsync<RevealedPolicy>(async keys =>
        {
            // Before the keys are answered: if it cannot be logged, they are not shown.
            await activity.WriteAsync(
                new NewActivity(ActivityCodes.PolicyKeysRevealed, instance, ActivityResult.Succeeded, person, [policy]), cancellationToken)
                    .ConfigureAwait(false);
            return new RevealedPolicy(DpsHostNames.OfService(instance), policy, keys);
        }).ConfigureAwait(false),
        cancellationToken,
        [policy]);

    private async Task<Outcome<LinkedHub>> LinkAsync(Caller caller, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
        !ResourceNames.IsLocation(hub.Location) ? LocationInvalid(hub)
        : !ResourceNames.IsHubHost(hub.HostName) && IsHost(hub.HostName) ? new Refusal(ServiceRefusals.HubHostForeign, nameof(hub.HostName))
        : await FindHubAsync(caller, instance, hub.HostName, cancellationToken)
            .ConfigureAwait(false) is not null ? new Refusal(ServiceRefusals.HubAlreadyLinked, nameof(hub.HostName), hub.HostName)
        : await settings.PutHubAsync(caller, instance, hub, cancellationToken).ConfigureAwait(false);

    private async Task<Outcome<LinkedHub>> ChangeAsync(Caller caller, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
        !ResourceNames.IsLocation(hub.Location) ? LocationInvalid(hub)
        : await FindHubAsync(caller, instance, hub.HostName, cancellationToken)
            .ConfigureAwait(false) is null ? new Refusal(ProvisioningRefusals.HubUnknown, null, hub.HostName)
        : await settings.PutHubAsync(caller, instance, hub, cancellationToken).ConfigureAwait(false);

    private async Task<Outcome<SharedAccessPolicy>> CreateAsync(
        Caller caller, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) =>
        await FindPolicyAsync(caller, instance, policy.Name, cancellationToken).ConfigureAwait(false) is not null
            ? new Refusal(ServiceRefusals.PolicyNameTaken, nameof(policy.Name), policy.Name)
            : await settings.PutPolicyAsync(caller, instance, policy, cancellationToken).ConfigureAwait(false);

    private async Task<Outcome<SharedAccessPolicy>> ChangeAsync(
        Caller caller, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) =>
        await FindPolicyAsync(caller, instance, policy.Name, cancellationToken).ConfigureAwait(false) is not null
            ? await settings.PutPolicyAsync(caller, instance, policy, cancellationToken).ConfigureAwait(false)
            : new Refusal(ProvisioningRefusals.PolicyUnknown, null, policy.Name);

    private async Task<LinkedHub?> FindHubAsync(Caller caller, string instance, string hostName, CancellationToken cancellationToken) =>
        (await settings.ListHubsAsync(caller, instance, cancellationToken).ConfigureAwait(false)).FirstOrDefault(other => IsSame(other.HostName, hostName));

    private async Task<SharedAccessPolicy?> FindPolicyAsync(Caller caller, string instance, string name, CancellationToken cancellationToken) =>
        (await settings.ListPoliciesAsync(caller, instance, cancellationToken).ConfigureAwait(false)).FirstOrDefault(other => IsSame(other.Name, name));

    private async Task<Refusal?> ReadBackAsync(Caller caller, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
        ReadBack.FaultOf(hub, "hostName", hub.HostName, await FindHubAsync(caller, instance, hub.HostName, cancellationToken).ConfigureAwait(false));

    private async Task<Refusal?> ReadBackAsync(Caller caller, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) =>
        ReadBack.FaultOf(policy, "name", policy.Name, await FindPolicyAsync(caller, instance, policy.Name, cancellationToken).ConfigureAwait(false));

    /// <summary>
    /// In turn, so that nobody changes what somebody else has created or removed between the look and the change, or between the change
    /// and the look that follows it.
    /// </summary>
    private async Task<Outcome<T>> ChangeAsync<T>(
        Person person, string code, string instance, IReadOnlyList<string> arguments, Func<Caller, CancellationToken, Task<Outcome<T>>> change,
        Func<Caller, CancellationToken, Task<Refusal?>> readBack, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync("settings of instances", cancellationToken).ConfigureAwait(false);
        return await changes.RunAsync(
            person,
            Permission.EditInstanceSettings,
            code,
            instance,
            arguments,
            change,
            (caller, _, uncancelled) => readBack(caller, uncancelled),
            cancellationToken).ConfigureAwait(false);
    }

    private static Refusal LocationInvalid(LinkedHub hub) => new(ServiceRefusals.LocationInvalid, nameof(hub.Location), hub.Location);

    private static string[] ArgumentsOf(LinkedHub hub) => [hub.HostName, hub.AllocationWeight.ToString(CultureInfo.InvariantCulture), hub.Location];

    private static string[] ArgumentsOf(SharedAccessPolicy policy) => [policy.Name, policy.Rights.ToString()];

    // What is no host name at all DPS refuses.
    private static bool IsHost(string name) =>
        name.Length <= 253 && name.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(name) == UriHostNameType.Dns;

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
