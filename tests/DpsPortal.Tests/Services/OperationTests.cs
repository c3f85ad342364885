using Azure;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;
using DpsPortal.Tests.Provisioning;
using Microsoft.Extensions.Logging.Abstractions;

namespace DpsPortal.Tests.Services;

/// <summary>One operation per key, patience while a vault is silent, and lists.</summary>
[StartsHosts]
public sealed class OperationTests(RunningPortalServices portal) : IClassFixture<RunningPortalServices>
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_second_operation_on_a_key_is_refused_while_the_first_runs_and_other_keys_are_free()
    {
        var (key, other) = (await portal.NewKeyAsync(), await portal.NewKeyAsync());
        await portal.NewInstanceAsync("one-at-a-time", key);
        var first = (await portal.DetailAsync(key)).Current.Id;
        var target = new RevocationTarget(RevocationMethod.DisableKey, key);
        var impact = (await portal.Revocation.PreviewAsync(Staff.Custodian, target, None)).Value();
        var held = portal.Checkpoints.Hold("services.rotate.create-version.before");

        var rotation = await portal.RotateAsync(key);
        await held.Arrived;
        portal.Checkpoints.On = null;

        Assert.Equal(ServiceRefusals.OperationInProgress, (await portal.RotateAsync(key)).Refusal().Code);
        Assert.Equal(
            ServiceRefusals.OperationInProgress, (
                await portal.Revocation.StartAsync(Staff.Custodian, target, impact.Fingerprint, RevokeWhy.Test, "Not now.", None))
                .Refusal().Code);
        Assert.Equal(ServiceRefusals.OperationInProgress, (await portal.Keys.RetireVersionAsync(Staff.Custodian, first, None)).Refusal().Code);
        await portal.SucceedsAsync(await portal.RotateAsync(other));
        Assert.True((await portal.Rotation.HistoryAsync(Staff.Auditor, key, None)).Single(record => record.Operation is not null).Running);

        held.Release();
        await portal.SucceedsAsync(rotation);
        Assert.Equal(2, (await portal.DetailAsync(key)).Versions.Count);
    }

    [Fact]
    public async Task Twenty_rotations_started_at_once_make_one_version()
    {
        var key = await portal.NewKeyAsync();
        var current = (await portal.DetailAsync(key)).Current.Id.Version!;

        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => portal.Rotation.StartAsync(Staff.Custodian, key, current, None))));

        var started = Assert.Single(starts.OfType<Outcome<Guid>.Done>());
        await portal.SucceedsAsync(started.Value);
        Assert.Equal(2, (await portal.DetailAsync(key)).Versions.Count);
        Assert.All(
            starts.OfType<Outcome<Guid>.Refused>(),
            refused => Assert.Contains(refused.Refusal.Code, new[] { ServiceRefusals.OperationInProgress, ServiceRefusals.CurrentVersionChanged }));
    }

    [Fact]
    public async Task A_rotation_of_another_version_than_the_person_saw_is_refused()
    {
        var key = await portal.NewKeyAsync();
        var seen = (await portal.DetailAsync(key)).Current.Id.Version!;
        await portal.SucceedsAsync(await portal.RotateAsync(key));

        var refusal = (await portal.Rotation.StartAsync(Staff.Custodian, key, seen, None)).Refusal();

        Assert.Equal(ServiceRefusals.CurrentVersionChanged, refusal.Code);
        var entry = (await portal.Activity.ListAsync(Staff.Auditor, new ActivityFilter(key.ToString()), null, 1, None)).Single();
        Assert.Equal((ActivityCodes.Rotation, ActivityResult.Refused, Staff.Custodian), (entry.Code, entry.Result, entry.By));
    }

    [Fact]
    public async Task While_the_vault_is_silent_an_operation_waits_and_then_goes_on_by_itself()
    {
        var key = await portal.NewKeyAsync();
        await portal.NewInstanceAsync("waits", key);
        var held = portal.Checkpoints.Hold("services.rotate.create-version.before");
        var rotation = (await portal.RotateAsync(key)).Value();
        await held.Arrived;
        portal.Checkpoints.On = null;

        await portal.RestartVaultAsync(async () =>
        {
            held.Release();
            await BecomesAsync(rotation, OperationState.Waiting);
            // The management is as silent as the vault; where the vault was seen before, it is asked itself.
            Assert.Equal(ServiceRefusals.VaultDidNotAnswer, (await portal.Keys.GetAsync(Staff.Auditor, key.VaultName, key.Name, None)).Refusal().Code);
            var list = await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None);
            Assert.Equal(KeyAccessCause.VaultUnreachable, Assert.IsType<VaultCondition.Silent>(Assert.Single(list.Unread).Condition).Cause);
            Assert.Contains(list.Absent, absent => absent.Key == key && absent.Dependents.Count == 1);
        });

        await portal.SucceedsAsync(rotation);
        Assert.Equal(2, (await portal.DetailAsync(key)).Versions.Count);
        Assert.True((await portal.Keys.ListWatchedAsync(Staff.Auditor, TimeSpan.FromDays(30), None)).IsWhole);
    }

    [Fact]
    public async Task An_operation_whose_preparation_the_vault_refuses_to_have_taken_back_ends_as_partly_done()
    {
        var procedure = new RefusedProcedure();
        using var engine = new OperationEngine(
            portal.Get<OperationStore>(), new Turns(), [procedure], portal.Checkpoints, portal.Options,
            portal.Get<DomainClock>(), TimeProvider.System, NullLogger<OperationEngine>.Instance);

        var begun = await engine.BeginAsync(
            "take-back", "take-back", () => Task.FromResult<Outcome<NewOperation>>(new NewOperation(
                procedure.Kind, "take-back", "take-back", Staff.Operator, new NewInstance("take-back", "rg", "westeurope", false, null, null))), None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var ended = (await engine.WaitAsync(begun.Value(), patience.Token))!;

        Assert.Equal((true, OperationState.Partial, "NoSuchLuck"), (ended.Ended, ended.State, ended.Failure?.Code));
        Assert.Equal(2, procedure.TakenBack);
    }

    [Fact]
    public async Task Operations_are_listed_newest_first_and_page_by_page()
    {
        var key = await portal.NewKeyAsync();
        var ids = new List<Guid>();
        for (var count = 0; count < 3; count++)
        {
            ids.Insert(0, (await portal.SucceedsAsync(await portal.RotateAsync(key))).Id);
        }

        var newest = await portal.Operations.ListAsync(Staff.Auditor, null, 2, None);
        var earlier = await portal.Operations.ListAsync(Staff.Auditor, newest[^1].Id, 1, None);

        Assert.Equal(ids, newest.Concat(earlier).Select(operation => operation.Id));
        Assert.Equal(ids[0], (await portal.Operations.GetAsync(Staff.Auditor, ids[0], None))!.Id);
        Assert.Null(await portal.Operations.GetAsync(Staff.Auditor, Guid.NewGuid(), None));
    }

    /// <summary>Follows the feed until the operation is in the state.</summary>
    private async Task BecomesAsync(Guid id, OperationState state)
    {
        var changed = new SemaphoreSlim(1);
        using var subscription = portal.Get<IPortalChanges>().Subscribe(_ => changed.Release());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do
        {
            await changed.WaitAsync(patience.Token);
        }
        while ((await portal.Operations.GetAsync(Staff.Auditor, id, patience.Token))!.State != state);
    }

    /// <summary>Its only step fails; taking back meets silence first and then a no.</summary>
    private sealed class RefusedProcedure : IProcedure
    {
        public OperationKind Kind => OperationKind.CreateInstance;

        public string ActivityCode => ActivityCodes.InstanceCreation;

        public int TakenBack { get; private set; }

        public IReadOnlyList<Step> Plan(OperationRun run) =>
            [new Step(StepCodes.CreateInstance, [], (_, _) => Task.FromResult<StepResult>(new StepResult.Stopped(new Refusal("NoSuchLuck"))))];

        public IReadOnlyList<string> Describe(OperationRun run) => [];

        public Task<bool> TakeBackAsync(OperationRun run, CancellationToken cancellationToken) => ++TakenBack == 1
            ? throw new RequestFailedException(503, "")
            : throw new RequestFailedException(403, "", "AuthorizationFailed", null);
    }
}
