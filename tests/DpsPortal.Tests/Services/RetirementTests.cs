using System.Reflection;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using Xunit;

namespace DpsPortal.Tests.Services;

public sealed class RetirementTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    [Fact]
    public async Task A_version_is_retired_and_logged_also_when_the_person_leaves_after_the_fence()
    {
        var key = await portal.NewKeyAsync();
        var first = (await portal.DetailAsync(key)).Current.Id;
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        using var person = new CancellationTokenSource();
        var retirement = new VersionRetirement(
            portal.Get<VaultKeys>(), portal.Get<KeyReader>(), LeavingAtFence.Of(portal.Dps.Instances, person), portal.Get<OperationStore>(), portal.Get<Turns>(),
            portal.Get<ActiveRevocations>(), portal.Get<ActivityLog>(), portal.Get<PortalChanges>());

        Assert.Null(await retirement.RetireAsync(Staff.Custodian, first, person.Token));

        Assert.True(person.IsCancellationRequested);
        var version = (await portal.DetailAsync(key)).Versions.Single(version => version.Id == first);
        Assert.Equal(KeyAvailability.Disabled, version.Availability);
        var newest = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 1, CancellationToken.None)).Single();
        Assert.Equal((ActivityCodes.VersionRetired, ActivityResult.Succeeded), (newest.Code, newest.Result));
    }

    /// <summary>DPS, and a person who closes the page as soon as the version is fenced.</summary>
    public class LeavingAtFence : DispatchProxy
    {
        private IProvisioningInstances? _instances;
        private CancellationTokenSource? _person;

        public static IProvisioningInstances Of(IProvisioningInstances instances, CancellationTokenSource person)
        {
            var proxy = Create<IProvisioningInstances, LeavingAtFence>();
            ((LeavingAtFence)(object)proxy)._instances = instances;
            ((LeavingAtFence)(object)proxy)._person = person;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.Invoke(_instances, args);
            return targetMethod.Name == nameof(IProvisioningInstances.FenceAsync) ? LeaveAfterAsync((Task<VersionFence>)answer!) : answer;
        }

        private async Task<VersionFence> LeaveAfterAsync(Task<VersionFence> fence)
        {
            var fenced = await fence;
            await _person!.CancelAsync();
            return fenced;
        }
    }
}
