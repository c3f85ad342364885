using System.Net;
using System.Reflection;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace DpsPortal.Tests.Services;

[StartsHosts]
public sealed class RetirementTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_version_is_retired_and_logged_also_when_the_person_leaves_after_the_fence()
    {
        var key = await portal.NewKeyAsync();
        var first = (await portal.DetailAsync(key)).Current.Id;
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        using var person = new CancellationTokenSource();
        var retirement = new VersionRetirement(
            portal.Get<VaultKeys>(), portal.Get<KeyReader>(), LeavingAtFence.Of(portal.Dps.Instances, person), portal.Get<OperationStore>(),
            portal.Get<Turns>(),
            portal.Get<ActiveRevocations>(), portal.Get<ActivityLog>(), portal.Get<PortalChanges>(),
            NullLogger<VersionRetirement>.Instance);

        Assert.Null(await retirement.RetireAsync(Staff.Custodian, first, person.Token));

        Assert.True(person.IsCancellationRequested);
        var version = (await portal.DetailAsync(key)).Versions.Single(version => version.Id == first);
        Assert.Equal(KeyAvailability.Disabled, version.Availability);
        var newest = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 1, CancellationToken.None)).Single();
        Assert.Equal((ActivityCodes.VersionRetired, ActivityResult.Succeeded), (newest.Code, newest.Result));
    }

    [Fact]
    public async Task A_fence_that_DPS_does_not_lift_is_told_beside_the_version_that_is_enabled_and_the_retry_lifts_it_alone()
    {
        var version = await RetiredVersionAsync();
        await using (await UnliftableAsync(new SqliteException("database or disk is full", 13)))
        {
            var refusal = (await portal.Keys.EnableVersionAsync(Staff.Custodian, version, None)).Refusal();

            Assert.Equal(ServiceRefusals.FenceNotLifted, refusal.Code);
            Assert.Equal((KeyAvailability.Enabled, true), await StateAsync(version));
            Assert.Equal(
                [(
                    ActivityCodes.VersionEnabled, ActivityResult.Refused,
                    ServiceRefusals.FenceNotLifted), (ActivityCodes.VersionEnabled, ActivityResult.Intent, null)],
                await NewestAsync(version, 2));
        }

        // The vault is not asked to do again what it has done.
        await WithVaultAsync((request, send) => IsChange(request) ? Task.FromResult(Denied) : send(), async () =>
            (await portal.Keys.EnableVersionAsync(Staff.Custodian, version, None)).Value());

        Assert.Equal((KeyAvailability.Enabled, false), await StateAsync(version));
        Assert.Equal([(ActivityCodes.FenceLifted, ActivityResult.Succeeded, null)], await NewestAsync(version, 1));
    }

    [Fact]
    public async Task An_enabling_that_ended_with_its_process_is_finished_by_the_next()
    {
        var version = await RetiredVersionAsync();
        await using (await UnliftableAsync(new InvalidOperationException("The process ends here.")))
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => portal.Keys.EnableVersionAsync(Staff.Custodian, version, None));
            Assert.Equal([(ActivityCodes.VersionEnabled, ActivityResult.Intent, null)], await NewestAsync(version, 1));
            Assert.Equal((KeyAvailability.Enabled, true), await StateAsync(version));
        }

        (await portal.Keys.EnableVersionAsync(Staff.Custodian, version, None)).Value();

        Assert.Equal((KeyAvailability.Enabled, false), await StateAsync(version));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task A_change_whose_answer_was_lost_is_found_by_looking(HttpStatusCode answered)
    {
        var version = await RetiredVersionAsync();
        Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> lost = async (request, send) =>
        {
            using var answer = IsChange(request) ? await send() : null;
            return answer is null ? await send() : FakeVault.Error(answered, "Lost", "Lost");
        };

        await WithVaultAsync(lost, async () => (await portal.Keys.EnableVersionAsync(Staff.Custodian, version, None)).Value());
        Assert.Equal((KeyAvailability.Enabled, false), await StateAsync(version));
        Assert.Equal([(ActivityCodes.VersionEnabled, ActivityResult.Succeeded, null)], await NewestAsync(version, 1));

        await WithVaultAsync(lost, async () => (await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)).Value());
        Assert.Equal((KeyAvailability.Disabled, true), await StateAsync(version));
        Assert.Equal([(ActivityCodes.VersionRetired, ActivityResult.Succeeded, null)], await NewestAsync(version, 1));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, ServiceRefusals.VersionUncertain)]
    [InlineData(HttpStatusCode.ServiceUnavailable, ServiceRefusals.VaultDidNotAnswer)]
    public async Task Where_looking_is_in_vain_the_fence_stays_and_nobody_is_told_that_nothing_happened(HttpStatusCode answered, string told)
    {
        var version = await RetiredVersionAsync();

        // The change is made, its answer is lost, and from then on the vault says the same to every question.
        Task<HttpResponseMessage> Again() => Task.FromResult(FakeVault.Error(answered, "Lost", "Lost"));
        async Task LostAsync(Func<Task<Outcome<KeyDetail>>> change)
        {
            var changed = false;
            await WithVaultAsync(
                async (request, send) =>
                {
                    if (changed || !IsChange(request))
                    {
                        return await (changed ? Again() : send());
                    }

                    changed = true;
                    (await send()).Dispose();
                    return await Again();
                },
                async () => Assert.Equal(told, (await change()).Refusal().Code));
        }

        await LostAsync(() => portal.Keys.EnableVersionAsync(Staff.Custodian, version, None));
        Assert.Equal((KeyAvailability.Enabled, true), await StateAsync(version));
        (await portal.Keys.EnableVersionAsync(Staff.Custodian, version, None)).Value();

        await LostAsync(() => portal.Keys.RetireVersionAsync(Staff.Custodian, version, None));
        Assert.Equal((KeyAvailability.Disabled, true), await StateAsync(version));
        Assert.Equal(
            [(ActivityCodes.VersionRetired, ActivityResult.Refused, told), (ActivityCodes.VersionRetired, ActivityResult.Intent, null)],
            await NewestAsync(version, 2));
    }

    [Fact]
    public async Task A_disabling_that_the_vault_refuses_lifts_the_fence_or_says_that_it_stands()
    {
        var version = await RetiredVersionAsync();
        (await portal.Keys.EnableVersionAsync(Staff.Custodian, version, None)).Value();
        Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> refusing =
            (request, send) => IsChange(request) ? Task.FromResult(Denied) : send();

        await WithVaultAsync(refusing, async () =>
            Assert.Equal(ServiceRefusals.VaultRoleRefused, (await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)).Refusal().Code));
        Assert.Equal((KeyAvailability.Enabled, false), await StateAsync(version));

        await using (await UnliftableAsync(new SqliteException("attempt to write a readonly database", 8)))
        {
            await WithVaultAsync(refusing, async () =>
                Assert.Equal(ServiceRefusals.FenceNotLifted, (await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)).Refusal().Code));
            Assert.Equal((KeyAvailability.Enabled, true), await StateAsync(version));
        }
    }

    [Fact]
    public async Task A_disabling_that_cannot_be_put_on_record_leaves_no_fence()
    {
        var version = await RetiredVersionAsync();
        (await portal.Keys.EnableVersionAsync(Staff.Custodian, version, None)).Value();
        await SqlAsync("CREATE TRIGGER Unwilling BEFORE INSERT ON Activity BEGIN SELECT RAISE(ABORT, 'no'); END");
        try
        {
            await Assert.ThrowsAnyAsync<Exception>(() => portal.Keys.RetireVersionAsync(Staff.Custodian, version, None));
        }
        finally
        {
            await SqlAsync("DROP TRIGGER Unwilling");
        }

        Assert.Equal((KeyAvailability.Enabled, false), await StateAsync(version));
    }

    [Fact]
    public async Task A_restore_that_cannot_lift_the_fence_is_partly_done_and_its_version_is_enabled()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("fence-stays", key);
        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));
        await using (await UnliftableAsync(new SqliteException("database is locked", 5)))
        {
            var restore = await portal.EndedAsync(await portal.Revocation.StartRestoreAsync(Staff.Custodian, revocation.Id, "Over again", None));

            Assert.Equal((OperationState.Partial, ServiceRefusals.FenceNotLifted), (restore.State, restore.Failure?.Code));
            Assert.Contains(restore.Steps, step => step is { Code: StepCodes.EnableVersion, State: StepState.Done });
            Assert.Contains(restore.Steps, step => step is { Code: StepCodes.LiftFence, State: StepState.Failed });
            Assert.Equal(KeyAccess.Accessible, await portal.AccessOfAsync("fence-stays"));
            Assert.Equal((KeyAvailability.Enabled, true), await StateAsync((await portal.DetailAsync(key)).Current.Id));
            Assert.Equal(AftermathKind.Open, (await portal.Operations.GetAsync(Staff.Auditor, restore.Id, None))!.Aftermath?.Kind);
        }

        var version = (await portal.DetailAsync(key)).Current.Id;
        (await portal.Keys.EnableVersionAsync(Staff.Custodian, version, None)).Value();
        Assert.Equal((KeyAvailability.Enabled, false), await StateAsync(version));
        var ended = (await portal.Operations.ListAsync(Staff.Auditor, null, 1, None)).Single();
        Assert.Equal((OperationKind.Restore, AftermathKind.EffectCame), (ended.Kind, ended.Aftermath?.Kind));
    }

    [Fact]
    public async Task A_restore_whose_answer_was_lost_is_found_by_looking()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("restored-unheard", key);
        var revocation = await portal.SucceedsAsync(await portal.RevokeAsync(new RevocationTarget(RevocationMethod.DisableKey, key)));

        await WithVaultAsync(
            async (request, send) =>
            {
                using var answer = IsChange(request) ? await send() : null;
                return answer is null ? await send() : Denied;
            },
            async () => await portal.SucceedsAsync(await portal.Revocation.StartRestoreAsync(Staff.Custodian, revocation.Id, "Over again", None)));

        Assert.Equal((KeyAvailability.Enabled, false), await StateAsync((await portal.DetailAsync(key)).Current.Id));
    }

    private static HttpResponseMessage Denied => FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac");

    private static bool IsChange(HttpRequestMessage request) => request.Method == HttpMethod.Patch;

    private async Task<KeyIdentifier> RetiredVersionAsync()
    {
        var key = await portal.NewKeyAsync();
        var version = (await portal.DetailAsync(key)).Current.Id;
        await portal.SucceedsAsync(await portal.RotateAsync(key));
        (await portal.Keys.RetireVersionAsync(Staff.Custodian, version, None)).Value();
        Assert.Equal((KeyAvailability.Disabled, true), await StateAsync(version));
        return version;
    }

    private async Task<(KeyAvailability Availability, bool IsFenced)> StateAsync(KeyIdentifier version)
    {
        var found = (await portal.DetailAsync(version.Versionless)).Versions.Single(other => other.Id == version);
        return (found.Availability, found.FencedSince is not null);
    }

    private async Task<IEnumerable<(string, ActivityResult, string?)>> NewestAsync(KeyIdentifier version, int count) =>
        (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(version.Versionless.ToString()), null, count, None))
            .Select(entry => (entry.Code, entry.Result, entry.Refusal?.Code));

    private async Task WithVaultAsync(Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> between, Func<Task> act)
    {
        portal.Between = between;
        try
        {
            await act();
        }
        finally
        {
            portal.Between = null;
        }
    }

    private async Task SqlAsync(string statement)
    {
        await using var context = await portal.Get<PortalDatabase>().OpenAsync(None);
        await context.Database.ExecuteSqlRawAsync(statement);
    }

    /// <summary>The services on a DPS that lifts no fence, until they are put back on the one that does.</summary>
    private async Task<IAsyncDisposable> UnliftableAsync(Exception fault)
    {
        await SeeAsync(instances => Unlifting.Of(instances, fault));
        return new Back(() => SeeAsync(instances => instances));
    }

    private async Task SeeAsync(Func<IProvisioningInstances, IProvisioningInstances> seen)
    {
        portal.SeenOfDps = seen;
        await portal.StopServicesAsync();
        await portal.StartServicesAsync();
    }

    private sealed class Back(Func<Task> back) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await back();
    }

    /// <summary>DPS, whose store does not take it that a fence is lifted.</summary>
    public class Unlifting : DispatchProxy
    {
        private IProvisioningInstances? _instances;
        private Exception? _fault;

        public static IProvisioningInstances Of(IProvisioningInstances instances, Exception fault)
        {
            var proxy = Create<IProvisioningInstances, Unlifting>();
            (((Unlifting)(object)proxy)._instances, ((Unlifting)(object)proxy)._fault) = (instances, fault);
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IProvisioningInstances.ReleaseFenceAsync)
            ? Task.FromException(_fault!)
            : targetMethod.Invoke(_instances, args);
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
