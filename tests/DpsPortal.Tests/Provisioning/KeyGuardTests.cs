using System.Net;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Provisioning.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Provisioning;

/// <summary>In which order a guard does things: what is stored before it counts, what is waited for, and what costs readers nothing.</summary>
[StartsHosts]
public sealed class KeyGuardTests
{
    private readonly FakeVault _vault = new();

    [Fact]
    public async Task A_revoke_counts_when_it_is_durable_and_has_returned_when_the_last_reader_has_left_and_the_keys_are_gone()
    {
        var steps = new List<string>();
        await using var dps = RunningDps.Stopped(_vault.Access);
        dps.Checkpoints = new Watching(checkpoint => steps.Add($"{checkpoint}: {Stored(dps)} stored, {Loaded(dps).Guard!.Status.Access}"));
        await dps.StartAsync();
        await dps.CreatedAsync("contoso", _vault.AddKey());
        await dps.RecheckAsync("contoso");
        var ring = await EnteredAsync(dps);
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        var announced = dps.AfterAsync<ProvisioningEvent.AccessChanged>(TimeSpan.Zero, change => change.After.Access == KeyAccess.Revoked);

        var revoke = dps.RecheckAsync("contoso");
        await announced;
        for (var turn = 0; turn < 10_000 && !revoke.IsCompleted; turn++)
        {
            await Task.Yield();
        }

        Assert.Equal(
            [$"{RevokeCheckpoints.AfterDenial}: Accessible stored, Accessible", $"{RevokeCheckpoints.AfterDurableEpoch}: Revoked stored, Accessible"], steps);
        Assert.Equal(KeyAccess.Revoked, Loaded(dps).Guard!.DenialAfterUse(ring)?.Access);
        Assert.Null((await Loaded(dps).Guard!.EnterAsync(default)).Ring);
        Assert.NotEmpty(ring.InstanceKey.CopyBytes());

        ring.Exit();
        await revoke;
        Assert.Equal($"{RevokeCheckpoints.AfterDrain}: Revoked stored, Revoked", steps[2]);
        Assert.Throws<ObjectDisposedException>(ring.InstanceKey.CopyBytes);
    }

    [Fact]
    public async Task A_way_back_that_could_not_be_stored_opens_nothing()
    {
        await using var dps = await PreparedAsync();
        _vault.DeniedTokens.Add(RunningDps.Identity().ClientId);
        Assert.Equal(2, (await dps.RecheckAsync("contoso")).Epoch);
        _vault.DeniedTokens.Clear();
        Run(dps, "CREATE TRIGGER Full BEFORE UPDATE ON Instances BEGIN SELECT RAISE(ABORT, 'full'); END");

        await Assert.ThrowsAsync<SqliteException>(() => dps.RecheckAsync("contoso"));

        Assert.Equal((KeyAccess.Revoked, 2L), await dps.KeyOfAsync("contoso") is { Access: var access } ? (access.Access, access.Epoch) : default);
        Assert.Null((await Loaded(dps).Guard!.EnterAsync(default)).Ring);
        Run(dps, "DROP TRIGGER Full");
        Assert.Equal((KeyAccess.Accessible, 3L), await dps.RecheckAsync("contoso") is var back ? (back.Access, back.Epoch) : default);
    }

    [Fact]
    public async Task Answers_are_judged_in_the_order_in_which_they_were_asked_for()
    {
        await using var dps = await PreparedAsync();
        using var release = new ManualResetEventSlim();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var questions = 0;
        _vault.Intercept = _ =>
        {
            if (Interlocked.Increment(ref questions) > 1)
            {
                return null;
            }

            asked.SetResult();
            release.Wait(TimeSpan.FromSeconds(30));
            return FakeVault.Error(HttpStatusCode.Forbidden, "Forbidden", "ForbiddenByRbac");
        };

        var first = Task.Factory.StartNew(() => dps.RecheckAsync("contoso"), default, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await asked.Task;
        var second = dps.RecheckAsync("contoso");
        release.Set();

        Assert.Equal((KeyAccess.Revoked, 2L), await first is var denied ? (denied.Access, denied.Epoch) : default);
        Assert.Equal((KeyAccess.Accessible, 3L), await second is var back ? (back.Access, back.Epoch) : default);
        Assert.Equal(KeyAccess.Accessible, (await dps.KeyOfAsync("contoso")).Access.Access);
    }

    [Fact]
    public async Task What_was_read_while_the_lease_ended_is_taken_back()
    {
        await using var dps = await PreparedAsync();
        var ring = await EnteredAsync(dps);
        Assert.Null(Loaded(dps).Guard!.DenialAfterUse(ring));
        _vault.Intercept = _ => FakeVault.Answer(HttpStatusCode.ServiceUnavailable, "");

        dps.SystemClock.Advance(dps.Options.Lease);

        Assert.Equal(KeyAccess.Unavailable, Loaded(dps).Guard!.DenialAfterUse(ring)?.Access);
        ring.Exit();
    }

    [Fact]
    public async Task Whoever_comes_when_the_lease_has_ended_asks_the_vault_and_is_served_by_what_it_says()
    {
        await using var dps = await PreparedAsync();
        var guard = Loaded(dps).Guard!;

        dps.SystemClock.Advance(dps.Options.Lease);
        var ring = (await guard.EnterAsync(default)).Ring!;

        Assert.Null(guard.DenialAfterUse(ring));
        ring.Exit();
    }

    [Fact]
    public async Task Entering_looking_again_and_leaving_allocate_nothing_while_the_ring_is_open()
    {
        await using var dps = await PreparedAsync();
        var guard = Loaded(dps).Guard!;
        Assert.Equal(10_000, Uses(guard, 10_000));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var used = Uses(guard, 10_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((10_000, 0L), (used, allocated));

        static int Uses(KeyGuard guard, int times)
        {
            var used = 0;
            for (var time = 0; time < times; time++)
            {
                var entering = guard.EnterAsync(default);
                var ring = entering.Result.Ring!;
                used += guard.DenialAfterUse(ring) is null ? 1 : 0;
                ring.Exit();
            }

            return used;
        }
    }

    private static LoadedInstance Loaded(RunningDps dps) => dps.Host.Services.GetRequiredService<InstanceRegistry>().Find("contoso")!;

    private static async Task<KeyRing> EnteredAsync(RunningDps dps) => (await Loaded(dps).Guard!.EnterAsync(default)).Ring!;

    private static KeyAccess Stored(RunningDps dps) => dps.Host.Services.GetRequiredService<InstanceStore>().Load().Single().ToState().Access;

    private static void Run(RunningDps dps, string sql)
    {
        using var connection = dps.Host.Services.GetRequiredService<DpsDatabase>().Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private async Task<RunningDps> PreparedAsync()
    {
        var dps = await RunningDps.StartedAsync(_vault.Access);
        await dps.CreatedAsync("contoso", _vault.AddKey());
        await dps.RecheckAsync("contoso");
        return dps;
    }

    private sealed class Watching(Action<string> reached) : ICheckpoints
    {
        public void Reached(string checkpoint)
        {
            if (RevokeCheckpoints.All.Contains(checkpoint))
            {
                reached(checkpoint);
            }
        }
    }
}
