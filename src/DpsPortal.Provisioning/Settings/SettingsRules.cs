using System.Globalization;
using System.Text.RegularExpressions;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Settings;

/// <summary>What a linked hub and a shared access policy must be like. Pure.</summary>
internal static partial class SettingsRules
{
    // DPS service limits; the number of policies is not documented.
    private const int MaxHubs = 50;
    private const int MaxPolicies = 50;

    /// <param name="full">Whether it would be one more and there are as many as there may be.</param>
    public static Refusal? FaultOf(LinkedHub hub, Func<int, bool> full) => hub switch
    {
        _ when !HostPattern().IsMatch(hub.HostName) => new Refusal(ProvisioningRefusals.HubHostNameInvalid, nameof(hub.HostName)),
        _ when string.IsNullOrWhiteSpace(hub.Location) => new Refusal(ProvisioningRefusals.LocationMissing, nameof(hub.Location)),
        { AllocationWeight: < LinkedHub.LeastWeight or > LinkedHub.MostWeight } => new Refusal(
            ProvisioningRefusals.HubWeightInvalid, nameof(hub.AllocationWeight), Number(LinkedHub.LeastWeight), Number(LinkedHub.MostWeight)),
        _ when full(MaxHubs) => new Refusal(ProvisioningRefusals.HubLimitReached, null, Number(MaxHubs)),
        _ => null,
    };

    /// <inheritdoc cref="FaultOf(LinkedHub, Func{int, bool})"/>
    public static Refusal? FaultOf(SharedAccessPolicy policy, Func<int, bool> full) => policy switch
    {
        _ when policy.Name.Length > SharedAccessPolicy.LongestName || !PolicyPattern().IsMatch(policy.Name) =>
            new Refusal(ProvisioningRefusals.PolicyNameInvalid, nameof(policy.Name)),
        _ when policy.Rights == AccessRights.None || (policy.Rights & ~AccessRights.All) != 0 =>
            new Refusal(ProvisioningRefusals.PolicyRightsInvalid, nameof(policy.Rights)),
        _ when full(MaxPolicies) => new Refusal(ProvisioningRefusals.PolicyLimitReached, null, Number(MaxPolicies)),
        _ => null,
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Host names of IoT hubs: letters, digits and hyphens in two labels or more.
    [GeneratedRegex(@"\A(?=.{1,253}\z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+\z")]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9\-._]*\z")]
    private static partial Regex PolicyPattern();
}
