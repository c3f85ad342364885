using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Services;

/// <summary>
/// Linked hubs and shared access policies: who changed what is on record, and what is refused changes nothing. Roles: see
/// AuthorizationTests.
/// </summary>
[StartsHosts]
public sealed class InstanceSettingsTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static readonly LinkedHub Hub = new("contoso-hub.azure-devices.net", "westeurope");
    private static readonly SharedAccessPolicy Reader = new("reader", AccessRights.EnrollmentRead);

    private static CancellationToken None => CancellationToken.None;

    public static TheoryData<LinkedHub, string, string> Hubs => new()
    {
        { Hub with { HostName = "" }, ProvisioningRefusals.HubHostNameInvalid, "HostName" },
        { Hub with { HostName = "contoso-hub" }, ProvisioningRefusals.HubHostNameInvalid, "HostName" },
        { Hub with { HostName = "https://contoso-hub.azure-devices.net" }, ProvisioningRefusals.HubHostNameInvalid, "HostName" },
        { Hub with { HostName = string.Join('.', Enumerable.Repeat("contoso", 32)) }, ProvisioningRefusals.HubHostNameInvalid, "HostName" },
        { Hub with { Location = "" }, ServiceRefusals.LocationInvalid, "Location" },
        { Hub with { Location = "West Europe" }, ServiceRefusals.LocationInvalid, "Location" },
        { Hub with { AllocationWeight = 0 }, ProvisioningRefusals.HubWeightInvalid, "AllocationWeight" },
        { Hub with { AllocationWeight = 1001 }, ProvisioningRefusals.HubWeightInvalid, "AllocationWeight" },
    };

    public static TheoryData<SharedAccessPolicy, string, string> Policies => new()
    {
        { Reader with { Name = "" }, ProvisioningRefusals.PolicyNameInvalid, "Name" },
        { Reader with { Name = "two words" }, ProvisioningRefusals.PolicyNameInvalid, "Name" },
        { Reader with { Name = new string('p', 65) }, ProvisioningRefusals.PolicyNameInvalid, "Name" },
        { Reader with { Name = "semi;colon" }, ProvisioningRefusals.PolicyNameInvalid, "Name" },
        { Reader with { Rights = AccessRights.None }, ProvisioningRefusals.PolicyRightsInvalid, "Rights" },
        { Reader with { Rights = (AccessRights)64 }, ProvisioningRefusals.PolicyRightsInvalid, "Rights" },
        { Reader with { Name = SharedAccessPolicy.Owner.ToUpperInvariant() }, ServiceRefusals.PolicyNameTaken, "Name" },
    };

    [Fact]
    public async Task Every_change_is_in_the_activity_log_with_who_made_it()
    {
        await portal.NewInstanceAsync("settings");
        (await portal.Settings.LinkHubAsync(Staff.Operator, "settings", Hub, None)).Value();
        (await portal.Settings.ChangeHubAsync(Staff.Operator, "settings", Hub with { AllocationWeight = 7, ApplyAllocationPolicy = false }, None)).Value();
        Assert.Equal(
            [Hub with { AllocationWeight = 7, ApplyAllocationPolicy = false }], (await portal.Settings.ListHubsAsync(Staff.Auditor, "settings", None)).Hubs);
        (await portal.Settings.UnlinkHubAsync(Staff.Operator, "settings", Hub.HostName, None)).Value();
        (await portal.Settings.CreatePolicyAsync(Staff.Operator, "settings", Reader, None)).Value();
        (await portal.Settings.ChangePolicyAsync(
            Staff.Operator, "settings", Reader with { Rights = AccessRights.EnrollmentRead | AccessRights.EnrollmentWrite }, None))
            .Value();
        (await portal.Settings.RevealPolicyAsync(Staff.Operator, "settings", Reader.Name, None)).Value();
        (await portal.Settings.RemovePolicyAsync(Staff.Operator, "settings", Reader.Name, None)).Value();

        var done = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter("settings"), null, 50, None))
            .Where(entry => entry.Result == ActivityResult.Succeeded && entry.Operation is null).Reverse().ToList();

        Assert.Equal(
            [
                "HubLinked contoso-hub.azure-devices.net 1 westeurope", "HubChanged contoso-hub.azure-devices.net 7 westeurope",
                "HubUnlinked contoso-hub.azure-devices.net",
                "PolicyCreated reader EnrollmentRead", "PolicyChanged reader EnrollmentRead, EnrollmentWrite", "PolicyKeysRevealed reader",
                "PolicyRemoved reader",
            ],
            done.Select(entry => $"{entry.Code} {string.Join(' ', entry.Arguments)}"));
        Assert.All(done, entry => Assert.Equal(Staff.Operator, entry.By));
        Assert.Empty((await portal.Settings.ListHubsAsync(Staff.Auditor, "settings", None)).Hubs);
        Assert.Equal(
            [SharedAccessPolicy.Owner], (await portal.Settings.ListPoliciesAsync(Staff.Auditor, "settings", None)).Policies.Select(policy => policy.Name));
    }

    [Fact]
    public async Task Keys_are_on_record_before_they_are_answered_and_without_the_record_not_answered_at_all()
    {
        await portal.NewInstanceAsync("reveals");
        using var leaving = new CancellationTokenSource();
        var leaver = ActivatorUtilities.CreateInstance<InstanceSettingsService>(portal.Services, new LeftWhileRevealing(leaving));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => leaver.RevealPolicyAsync(Staff.Operator, "reveals", SharedAccessPolicy.Owner, leaving.Token));
        Assert.DoesNotContain(await RevealsAsync("reveals"), entry => entry.Result == ActivityResult.Succeeded);

        var revealed = (await portal.Settings.RevealPolicyAsync(Staff.Operator, "reveals", SharedAccessPolicy.Owner, None)).Value();
        var entry = Assert.Single(await RevealsAsync("reveals"));
        Assert.Equal((ActivityResult.Succeeded, Staff.Operator), (entry.Result, entry.By));
        Assert.Equal([SharedAccessPolicy.Owner], entry.Arguments);
        Assert.DoesNotContain(revealed.Keys.PrimaryKey, revealed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reveal_of_a_policy_that_is_not_there_is_refused_and_on_record()
    {
        await portal.NewInstanceAsync("reveals-nothing");

        Assert.Equal(
            ProvisioningRefusals.PolicyUnknown, (await portal.Settings.RevealPolicyAsync(Staff.Operator, "reveals-nothing", "nobody", None)).Refusal().Code);

        var entry = Assert.Single(await RevealsAsync("reveals-nothing"));
        Assert.Equal((ActivityResult.Refused, "nobody"), (entry.Result, entry.Arguments[0]));
    }

    [Theory]
    [MemberData(nameof(Hubs))]
    public async Task A_hub_with_a_fault_is_not_linked_and_the_field_is_named(LinkedHub hub, string code, string field)
    {
        var instance = await portal.SharedInstanceAsync();

        var refusal = (await portal.Settings.LinkHubAsync(Staff.Operator, instance, hub, None)).Refusal();

        Assert.Equal((code, field), (refusal.Code, refusal.Field));
        Assert.DoesNotContain(hub, (await portal.Settings.ListHubsAsync(Staff.Auditor, instance, None)).Hubs);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task A_policy_with_a_fault_is_not_created_and_the_field_is_named(SharedAccessPolicy policy, string code, string field)
    {
        var instance = await portal.SharedInstanceAsync();

        var refusal = (await portal.Settings.CreatePolicyAsync(Staff.Operator, instance, policy, None)).Refusal();

        Assert.Equal((code, field), (refusal.Code, refusal.Field));
        Assert.Equal([new(SharedAccessPolicy.Owner, AccessRights.All)], (await portal.Settings.ListPoliciesAsync(Staff.Auditor, instance, None)).Policies);
    }

    [Fact]
    public async Task Linking_again_changes_no_link_and_changing_brings_nothing_back_that_somebody_removed()
    {
        await portal.NewInstanceAsync("meanwhile");
        (await portal.Settings.LinkHubAsync(Staff.Operator, "meanwhile", Hub, None)).Value();

        var again = (await portal.Settings.LinkHubAsync(Staff.Operator, "meanwhile", Hub with { AllocationWeight = 9 }, None)).Refusal();
        Assert.Equal((ServiceRefusals.HubAlreadyLinked, "HostName"), (again.Code, again.Field));
        Assert.Equal([Hub], (await portal.Settings.ListHubsAsync(Staff.Auditor, "meanwhile", None)).Hubs);

        (await portal.Settings.UnlinkHubAsync(Staff.Operator, "meanwhile", Hub.HostName, None)).Value();
        Assert.Equal(ProvisioningRefusals.HubUnknown, (await portal.Settings.ChangeHubAsync(Staff.Operator, "meanwhile", Hub, None)).Refusal().Code);
        Assert.Equal(ProvisioningRefusals.PolicyUnknown, (await portal.Settings.ChangePolicyAsync(Staff.Operator, "meanwhile", Reader, None)).Refusal().Code);
        Assert.Empty((await portal.Settings.ListHubsAsync(Staff.Auditor, "meanwhile", None)).Hubs);
        Assert.Single((await portal.Settings.ListPoliciesAsync(Staff.Auditor, "meanwhile", None)).Policies);
        Assert.Equal(ProvisioningRefusals.InstanceUnknown, (await portal.Settings.LinkHubAsync(Staff.Operator, "no-such-instance", Hub, None)).Refusal().Code);
    }

    private async Task<List<ActivityEntry>> RevealsAsync(string instance) =>
        [.. (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(instance), null, 50, None))
            .Where(entry => entry.Code == ActivityCodes.PolicyKeysRevealed)];

    /// <summary>Whoever asked leaves between DPS's answer and the entry in the log.</summary>
    private sealed class LeftWhileRevealing(CancellationTokenSource leaving) : IInstanceSettings
    {
        public Task<Outcome<SharedAccessKeys>> RevealPolicyAsync(Caller caller, string instance, string policy, CancellationToken cancellationToken)
        {
            leaving.Cancel();
            return Task.FromResult<Outcome<SharedAccessKeys>>(new SharedAccessKeys("cHJpbWFyeQ==", "c2Vjb25kYXJ5"));
        }

        public Task<IReadOnlyList<LinkedHub>> ListHubsAsync(Caller caller, string instance, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Outcome<LinkedHub>> PutHubAsync(Caller caller, string instance, LinkedHub hub, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Outcome<bool>> RemoveHubAsync(Caller caller, string instance, string hostName, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<SharedAccessPolicy>> ListPoliciesAsync(Caller caller, string instance, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Outcome<SharedAccessPolicy>> PutPolicyAsync(
            Caller caller, string instance, SharedAccessPolicy policy, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Outcome<bool>> RemovePolicyAsync(Caller caller, string instance, string policy, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
