using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Tests.Campaigns;

namespace DpsPortal.Tests.Provisioning;

/// <summary>Every record under new keys, in the background, whatever happens meanwhile; and no key beyond its number of encryptions.</summary>
[StartsHosts]
public sealed class ReencryptionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeVault _vault = new();

    [Fact]
    public async Task It_writes_every_record_anew_removes_the_old_keys_and_leaves_contents_etags_and_times()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access, recordsPerDek: 100);
        await dps.CreatedAsync("contoso", _vault.AddKey());
        await dps.ImportAsync("contoso", 1_000);
        var (before, page) = (await dps.VerifyAsync("contoso"), await FirstPageAsync(dps));
        using var stored = Stored(dps);
        var old = stored.Read();

        var operation = Guid.CreateVersion7();
        var finished = await FinishedAsync(dps, () => dps.Instances.StartReencryptionAsync(RunningDps.Tester, "contoso", operation, None));
        Assert.Equal((operation, 1_000L, 0L, 0L), (finished.OperationId, finished.Total, finished.Remaining, finished.Corrupt));
        Assert.Equal(finished, await dps.Instances.GetReencryptionAsync(RunningDps.Tester, "contoso", None));

        var now = stored.Read();
        Assert.Empty(now.Deks.Keys.Intersect(old.Deks.Keys));
        Assert.All(now.Records, record => Assert.NotEqual(old.Records[record.Key].Envelope, record.Value.Envelope));
        Assert.Equal(page, await FirstPageAsync(dps));
        Assert.Equal(before.ContentHash, (await dps.VerifyAsync("contoso")).ContentHash);
        await dps.RestartAsync();
        Assert.Equal(before.ContentHash, (await dps.VerifyAsync("contoso")).ContentHash);
        Assert.Equal(finished, (await dps.Instances.StartReencryptionAsync(RunningDps.Tester, "contoso", operation, None)).Value());
    }

    [Fact]
    public async Task Reads_and_writes_go_on_and_none_is_lost_or_called_corrupt()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access, recordsPerDek: 50);
        await dps.CreatedAsync("contoso", _vault.AddKey());
        await dps.ImportAsync("contoso", 2_000);
        var others = Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                Assert.Equal($"device-{i:D6}", (await dps.ReadAsync("contoso", $"device-{i:D6}")).Content().RegistrationId);
                var written =
                    new RegistrationRecord { RegistrationId = $"device-{1_999 - i:D6}", Status = "assigned", DeviceId = $"new-{i}", AssignedHub = "hub" };
                (await dps.Enrollments.PutRegistrationAsync(RunningDps.Tester, "contoso", written, None)).Value();
            }
        });

        for (var round = 0; round < 3; round++)
        {
            await FinishedAsync(dps, () => dps.Instances.StartReencryptionAsync(RunningDps.Tester, "contoso", Guid.CreateVersion7(), None));
        }

        await others;
        Assert.Equal((2_000L, 0L), (await dps.VerifyAsync("contoso")) is var all ? (all.ReadOk, all.Corrupt) : default);
        Assert.Equal("new-499", (await dps.ReadAsync("contoso", "device-001500")).Content().DeviceId);
    }

    [Fact]
    public async Task It_waits_while_the_key_denies_access_and_goes_on_by_itself_afterwards()
    {
        await using var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.CreatedAsync("contoso", _vault.AddKey());
        await dps.ImportAsync("contoso", 600);
        var version = _vault.Version((await dps.KeyOfAsync("contoso")).EffectiveKey);
        version.Enabled = false;
        await dps.RecheckAsync("contoso");
        Assert.Equal(
            ProvisioningRefusals.KeyAccessRevoked,
            (await dps.Instances.StartReencryptionAsync(RunningDps.Tester, "contoso", Guid.CreateVersion7(), None)).Refusal().Code);

        using (var engine = await BegunAsync())
        {
            var loaded = engine.Get<InstanceRegistry>().Find("contoso")!;
            _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
            await engine.Instances.RecheckAsync(RunningDps.Tester, "contoso", None);
            Assert.Equal(ReencryptionStep.Denied, await engine.Get<ReencryptionService>().AdvanceAsync(loaded, None));
            _vault.DeniedTokens.Clear();
            await engine.Instances.RecheckAsync(RunningDps.Tester, "contoso", None);
            Assert.Equal(ReencryptionStep.Advanced, await engine.Get<ReencryptionService>().AdvanceAsync(loaded, None));
        }

        version.Enabled = true;
        await dps.RecheckAsync("contoso");
        await FinishedAsync(dps, () => dps.Instances.StartReencryptionAsync(RunningDps.Tester, "contoso", Guid.CreateVersion7(), None));
    }

    public static TheoryData<string> Checkpoints { get; } = [.. ReencryptionCheckpoints.All];

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public async Task Broken_off_at_any_step_it_goes_on_where_it_was_and_completes(string checkpoint)
    {
        using var engine = await BegunAsync(start: false);
        var before = await engine.Enrollments.VerifyAsync(RunningDps.Tester, "contoso", null, None);
        engine.Checkpoints.CrashAfter = ReencryptionCheckpoints.All.ToList().IndexOf(checkpoint) is var index && index < 2 ? index : index + 2;
        var crashed = await Assert.ThrowsAsync<CrashedException>(async () =>
        {
            await engine.Instances.StartReencryptionAsync(RunningDps.Tester, "contoso", Guid.CreateVersion7(), None);
            await AdvanceToTheEndAsync(engine);
        });
        Assert.Equal(checkpoint, crashed.Message);

        await engine.ReopenAsync();
        Assert.Equal(before.ContentHash, (await engine.Enrollments.VerifyAsync(RunningDps.Tester, "contoso", null, None)).ContentHash);
        await AdvanceToTheEndAsync(engine);
        var state = (await engine.Instances.GetReencryptionAsync(RunningDps.Tester, "contoso", None))!;
        Assert.Equal((0L, 0L, true), (state.Remaining, state.Corrupt, state.FinishedAt is not null));
        Assert.Equal(before.ContentHash, (await engine.Enrollments.VerifyAsync(RunningDps.Tester, "contoso", null, None)).ContentHash);
    }

    [Fact]
    public async Task A_record_that_does_not_open_is_counted_and_keeps_its_key()
    {
        using var engine = await BegunAsync(start: false);
        using (var stored = new StoredKeysReader(engine.DatabaseFile))
        {
            stored.Run("UPDATE Records SET Envelope = zeroblob(200) WHERE Id = 'device-000007'");
            await engine.Instances.StartReencryptionAsync(RunningDps.Tester, "contoso", Guid.CreateVersion7(), None);
            await AdvanceToTheEndAsync(engine);
            Assert.Contains(stored.Read().Records["device-000007"].Dek, stored.Read().Deks.Keys);
        }

        Assert.Equal(1, (await engine.Instances.GetReencryptionAsync(RunningDps.Tester, "contoso", None))!.Corrupt);
        Assert.Equal(
            (599L, 1L), (await engine.Enrollments.VerifyAsync(RunningDps.Tester, "contoso", null, None)) is var all ? (all.ReadOk, all.Corrupt) : default);
    }

    [Fact]
    public async Task A_key_that_has_done_its_number_of_encryptions_takes_no_more_also_after_a_crash()
    {
        using var engine = await Engine.StartAsync(_vault.Access, recordsPerDek: 100, encryptionsPerDek: 8);
        (await engine.Instances.CreateAsync(RunningDps.Tester, RunningDps.Request("contoso", _vault.AddKey()), None)).Value();
        for (var i = 0; i < 20; i++)
        {
            var record = new RegistrationRecord { RegistrationId = "device-1", Status = "assigned", DeviceId = $"value-{i}", AssignedHub = "hub" };
            (await engine.Enrollments.PutRegistrationAsync(RunningDps.Tester, "contoso", record, None)).Value();
            if (i % 3 == 0)
            {
                await engine.ReopenAsync();
            }
        }

        using var stored = new StoredKeysReader(engine.DatabaseFile);
        Assert.Equal([(1, 8L), (2, 8L), (3, 4L)], stored.Read().Deks.Select(dek => (dek.Key, dek.Value.Reserved)));
        Assert.Equal("value-19", (await engine.Enrollments.ReadRegistrationAsync(RunningDps.Tester, "contoso", "device-1", None)).Content().DeviceId);
    }

    private async Task<Engine> BegunAsync(bool start = true)
    {
        var vault = start ? _vault : new FakeVault();
        var engine = await Engine.StartAsync(vault.Access);
        (await engine.Instances.CreateAsync(RunningDps.Tester, RunningDps.Request("contoso", vault.AddKey("kek-engine")), None)).Value();
        (await engine.Enrollments.ImportRegistrationsAsync(RunningDps.Tester, "contoso", RunningDps.Registrations(600), None)).Value();
        if (start)
        {
            (await engine.Instances.StartReencryptionAsync(RunningDps.Tester, "contoso", Guid.CreateVersion7(), None)).Value();
        }

        return engine;
    }

    private static async Task AdvanceToTheEndAsync(Engine engine)
    {
        while (await engine.Get<ReencryptionService>().AdvanceAsync(engine.Get<InstanceRegistry>().Find("contoso")!, None) == ReencryptionStep.Advanced)
        {
        }
    }

    private static async Task<Reencryption> FinishedAsync(RunningDps dps, Func<Task<Outcome<Reencryption>>> start)
    {
        var seen = new TaskCompletionSource<Reencryption>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = dps.Host.Events.Subscribe(happened =>
        {
            if (happened is ProvisioningEvent.ReencryptionAdvanced { Reencryption: { FinishedAt: not null } finished })
            {
                seen.TrySetResult(finished);
            }
        });
        var started = (await start()).Value();
        var finished = await seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(started.OperationId, finished.OperationId);
        return finished;
    }

    private static StoredKeysReader Stored(RunningDps dps) => new(Path.Combine(dps.DataDirectory, "dps.db"));

    private static async Task<IReadOnlyList<RecordSummary>> FirstPageAsync(RunningDps dps) =>
        (await dps.Enrollments.ListAsync(RunningDps.Tester, "contoso", RecordKind.RegistrationRecord, null, null, 200, None)).Records;
}
