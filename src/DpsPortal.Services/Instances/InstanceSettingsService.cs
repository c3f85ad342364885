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
        await guard.DemandViewAsync(person, instance, cancellationToken);
        return new LinkedHubs(await settings.ListHubsAsync(person.AsCaller(), instance, cancellationToken), clock.GetUtcNow());
    }

    public Task<Outcome<LinkedHub>> LinkHubAsync(Person person, string instance, LinkedHub hub, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.HubLinked, instance, ArgumentsOf(hub), (caller, uncancelled) => LinkAsync(caller, instance, hub, uncancelled), cancellationToken);

    public Task<Outcome<LinkedHub>> ChangeHubAsync(Person person, string instance, LinkedHub hub, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.HubChanged, instance, ArgumentsOf(hub), (caller, uncancelled) => ChangeAsync(caller, instance, hub, uncancelled), cancellationToken);

    public Task<Outcome<bool>> UnlinkHubAsync(Person person, string instance, string hostName, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.HubUnlinked, instance, [hostName], (caller, uncancelled) => settings.RemoveHubAsync(caller, instance, hostName, uncancelled), cancellationToken);

    public async Task<SharedAccessPolicies> ListPoliciesAsync(Person person, string instance, CancellationToken cancellationToken)
    {
        await guard.DemandViewAsync(person, instance, cancellationToken);
        return new SharedAccessPolicies(await settings.ListPoliciesAsync(person.AsCaller(), instance, cancellationToken), clock.GetUtcNow());
    }

    public Task<Outcome<SharedAccessPolicy>> CreatePolicyAsync(Person person, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.PolicyCreated, instance, ArgumentsOf(policy), (caller, uncancelled) => CreateAsync(caller, instance, policy, uncancelled), cancellationToken);

    public Task<Outcome<SharedAccessPolicy>> ChangePolicyAsync(Person person, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.PolicyChanged, instance, ArgumentsOf(policy), (caller, uncancelled) => ChangeAsync(caller, instance, policy, uncancelled), cancellationToken);

    public Task<Outcome<bool>> RemovePolicyAsync(Person person, string instance, string policy, CancellationToken cancellationToken) => ChangeAsync(
        person, ActivityCodes.PolicyRemoved, instance, [policy], (caller, uncancelled) => settings.RemovePolicyAsync(caller, instance, policy, uncancelled), cancellationToken);

    public Task<Outcome<RevealedPolicy>> RevealPolicyAsync(Person person, string instance, string policy, CancellationToken cancellationToken) => guard.RunAsync<RevealedPolicy>(
        person,
        Permission.RevealPolicyKeys,
        ActivityCodes.PolicyKeysRevealed,
        instance,
        [policy],
        async () =>
        {
            switch (await settings.RevealPolicyAsync(person.AsCaller(), instance, policy, cancellationToken))
            {
                case Outcome<SharedAccessKeys>.Done(var keys):
                    // Before the keys are answered: if it cannot be logged, they are not shown.
                    await activity.WriteAsync(
                        new NewActivity(ActivityCodes.PolicyKeysRevealed, instance, ActivityResult.Succeeded, person, [policy]), cancellationToken);
                    return new RevealedPolicy(DpsHostNames.OfService(instance), policy, keys);
                case Outcome<SharedAccessKeys>.Refused(var refusal):
                    return refusal;
                default:
                    throw new InvalidOperationException("An outcome is done or refused.");
            }
        },
        cancellationToken);

    private async Task<Outcome<LinkedHub>> LinkAsync(Caller caller, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
        !ResourceNames.IsLocation(hub.Location) ? LocationInvalid(hub)
        : await HasHubAsync(caller, instance, hub, cancellationToken) ? new Refusal(ServiceRefusals.HubAlreadyLinked, nameof(hub.HostName), hub.HostName)
        : await settings.PutHubAsync(caller, instance, hub, cancellationToken);

    private async Task<Outcome<LinkedHub>> ChangeAsync(Caller caller, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
        !ResourceNames.IsLocation(hub.Location) ? LocationInvalid(hub)
        : !await HasHubAsync(caller, instance, hub, cancellationToken) ? new Refusal(ProvisioningRefusals.HubUnknown, null, hub.HostName)
        : await settings.PutHubAsync(caller, instance, hub, cancellationToken);

    private async Task<Outcome<SharedAccessPolicy>> CreateAsync(Caller caller, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) =>
        await HasPolicyAsync(caller, instance, policy, cancellationToken)
            ? new Refusal(ServiceRefusals.PolicyNameTaken, nameof(policy.Name), policy.Name)
            : await settings.PutPolicyAsync(caller, instance, policy, cancellationToken);

    private async Task<Outcome<SharedAccessPolicy>> ChangeAsync(Caller caller, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) =>
        await HasPolicyAsync(caller, instance, policy, cancellationToken)
            ? await settings.PutPolicyAsync(caller, instance, policy, cancellationToken)
            : new Refusal(ProvisioningRefusals.PolicyUnknown, null, policy.Name);

    private async Task<bool> HasHubAsync(Caller caller, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
        (await settings.ListHubsAsync(caller, instance, cancellationToken)).Any(other => IsSame(other.HostName, hub.HostName));

    private async Task<bool> HasPolicyAsync(Caller caller, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) =>
        (await settings.ListPoliciesAsync(caller, instance, cancellationToken)).Any(other => IsSame(other.Name, policy.Name));

    /// <summary>In turn, so that nobody changes what somebody else has created or removed between the look and the change.</summary>
    private Task<Outcome<T>> ChangeAsync<T>(
        Person person, string code, string instance, IReadOnlyList<string> arguments, Func<Caller, CancellationToken, Task<Outcome<T>>> change, CancellationToken cancellationToken) =>
        changes.RunAsync(
            person,
            Permission.EditInstanceSettings,
            code,
            instance,
            arguments,
            async (caller, uncancelled) =>
            {
                using var turn = await turns.TakeAsync("settings of instances", uncancelled);
                return await change(caller, uncancelled);
            },
            cancellationToken);

    private static Refusal LocationInvalid(LinkedHub hub) => new(ServiceRefusals.LocationInvalid, nameof(hub.Location), hub.Location);

    private static string[] ArgumentsOf(LinkedHub hub) => [hub.HostName, hub.AllocationWeight.ToString(CultureInfo.InvariantCulture), hub.Location];

    private static string[] ArgumentsOf(SharedAccessPolicy policy) => [policy.Name, policy.Rights.ToString()];

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
