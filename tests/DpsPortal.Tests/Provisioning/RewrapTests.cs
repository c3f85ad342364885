using Azure.Core;
using DpsPortal.Provisioning;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Provisioning;

/// <summary>A re-wrap touches instance keys only, never loses the way back, and respects the fence.</summary>
[StartsHosts]
public sealed class RewrapTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task It_writes_as_many_rows_for_100_records_as_for_100000()
    {
        var rows = new List<long>();
        foreach (var records in (int[])[100, 100_000])
        {
            var vault = new FakeVault();
            await using var dps = RunningDps.Stopped(vault.Access);
            await dps.StartAsync();
            await dps.CreatedAsync("contoso", vault.AddKey());
            await dps.ImportAsync("contoso", records);
            var (stored, before) = (Stored(dps), RowsWritten(dps));

            (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", vault.AddVersion(), None)).Value();

            rows.Add(RowsWritten(dps) - before);
            Assert.Equal(stored, Stored(dps));
            Assert.Equal(records, (await dps.VerifyAsync("contoso")).ReadOk);
        }

        Assert.Equal(rows[0], rows[1]);
        // The old form goes, the new one and its log entry are added.
        Assert.Equal(3, rows[0]);
    }

    [Fact]
    public async Task Records_stay_readable_when_the_old_version_is_disabled_afterwards()
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        var key = vault.AddKey();
        await dps.CreatedAsync("contoso", key);
        await dps.ImportAsync("contoso", 10);
        var old = (await dps.KeyOfAsync("contoso")).EffectiveKey;
        var target = vault.AddVersion();

        Assert.Equal(new Rewrapped(old, target), (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Value());
        Assert.Equal([(target, WrappedKeyUse.Current)], (await dps.KeyOfAsync("contoso")).WrappedKeys.Select(form => (form.WrappedBy, form.Use)));

        vault.Version(old).Enabled = false;
        await dps.RestartAsync();
        Assert.Equal(10, (await dps.VerifyAsync("contoso")).ReadOk);
        Assert.Equal([target], (await dps.KeyOfAsync("contoso")).WrappedKeys.Select(form => form.WrappedBy));
    }

    [Fact]
    public async Task Repeating_it_changes_nothing_and_going_back_wraps_anew()
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        await dps.CreatedAsync("contoso", vault.AddKey());
        var first = (await dps.KeyOfAsync("contoso")).WrappedKeys[0];
        var target = vault.AddVersion();

        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Value();
        var second = (await dps.KeyOfAsync("contoso")).WrappedKeys[0];
        dps.DomainClock.Advance(TimeSpan.FromHours(1));
        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Value();
        Assert.Equal([second], (await dps.KeyOfAsync("contoso")).WrappedKeys);

        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", first.WrappedBy, None)).Value();
        Assert.Equal([first with { WrappedAt = dps.DomainClock.GetUtcNow() }], (await dps.KeyOfAsync("contoso")).WrappedKeys);
        await dps.RestartAsync();
        Assert.Equal(KeyAccess.Accessible, (await dps.RecheckAsync("contoso")).Access);
    }

    public static TheoryData<string> Checkpoints { get; } = [.. RewrapCheckpoints.All];

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public async Task Broken_off_at_any_step_it_leaves_every_record_readable_and_can_be_repeated(string checkpoint)
    {
        var vault = new FakeVault();
        await using var dps = RunningDps.Stopped(vault.Access);
        dps.Checkpoints = new BreakAt(checkpoint);
        await dps.StartAsync();
        await dps.CreatedAsync("contoso", vault.AddKey());
        await dps.ImportAsync("contoso", 20);
        var target = vault.AddVersion();

        await Assert.ThrowsAsync<BrokenOffException>(() => dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None));

        Assert.Equal(20, (await dps.VerifyAsync("contoso")).ReadOk);
        await dps.RestartAsync();
        Assert.Equal(20, (await dps.VerifyAsync("contoso")).ReadOk);
        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Value();
        Assert.Equal([target], (await dps.KeyOfAsync("contoso")).WrappedKeys.Select(form => form.WrappedBy));
        Assert.Equal(20, (await dps.VerifyAsync("contoso")).ReadOk);
    }

    [Fact]
    public async Task A_fence_forbids_new_wraps_and_counts_what_is_wrapped_until_it_is_released()
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        var key = vault.AddKey();
        await dps.CreatedAsync("contoso", key);
        await dps.CreatedAsync("fabrikam", key);
        var (old, target) = ((await dps.KeyOfAsync("contoso")).EffectiveKey, vault.AddVersion());

        await dps.Instances.FenceAsync(RunningDps.Tester, target, None);
        await dps.RestartAsync();
        Assert.Equal(ProvisioningRefusals.VersionFenced, (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Refusal().Code);
        Assert.Equal(ProvisioningRefusals.VersionFenced, (await dps.CreateAsync(RunningDps.Request("tailspin", key))).Refusal().Code);
        var fence = await dps.Instances.FenceAsync(RunningDps.Tester, old, None);
        Assert.Equal(2, fence.InstanceKeys);
        Assert.Equal(["contoso", "fabrikam"], fence.Instances);
        Assert.Equal(0, (await dps.Instances.FenceAsync(RunningDps.Tester, target, None)).InstanceKeys);

        await dps.Instances.ReleaseFenceAsync(RunningDps.Tester, target, None);
        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Value();
        Assert.Equal(["contoso"], (await dps.Instances.FenceAsync(RunningDps.Tester, target, None)).Instances);
    }

    [Fact]
    public async Task A_fence_that_goes_up_during_the_wrap_still_holds()
    {
        var vault = new FakeVault();
        await using var dps = RunningDps.Stopped(vault.Access);
        KeyIdentifier? target = null;
        dps.Checkpoints = new DoAt(RewrapCheckpoints.AfterVerify, () => dps.Instances.FenceAsync(RunningDps.Tester, target!, None).GetAwaiter().GetResult());
        await dps.StartAsync();
        await dps.CreatedAsync("contoso", vault.AddKey());
        target = vault.AddVersion();

        Assert.Equal(ProvisioningRefusals.VersionFenced, (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Refusal().Code);
        Assert.Equal(0, (await dps.Instances.FenceAsync(RunningDps.Tester, target, None)).InstanceKeys);
    }

    [Fact]
    public async Task An_unsuitable_target_is_refused_and_nothing_changes()
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        var key = vault.AddKey();
        await dps.CreatedAsync("contoso", key);
        var other = vault.AddKey("other");
        var (disabled, expired, later, lying) = (vault.AddVersion(), vault.AddVersion(), vault.AddVersion(), vault.AddVersion());
        vault.Version(disabled).Enabled = false;
        vault.Version(expired).ExpiresOn = dps.DomainClock.GetUtcNow();
        vault.Version(later).NotBefore = dps.DomainClock.GetUtcNow().AddHours(1);
        vault.Version(lying).UnwrapAs = _ => new byte[32];
        (string Code, KeyIdentifier Target)[] cases =
        [
            (ProvisioningRefusals.TargetIsAnotherKey, other.WithVersion(vault.Keys["other"].Versions[0].Id)),
            (ProvisioningRefusals.TargetIsAnotherKey, key),
            (ProvisioningRefusals.KeyVersionNotFound, key.WithVersion(new string('0', 32))),
            (ProvisioningRefusals.KeyDisabled, disabled),
            (ProvisioningRefusals.KeyExpired, expired),
            (ProvisioningRefusals.KeyNotYetValid, later),
            (ProvisioningRefusals.UnwrappedKeyDiffers, lying),
        ];

        foreach (var (code, target) in cases)
        {
            Assert.Equal(code, (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Refusal().Code);
        }

        Assert.Single((await dps.KeyOfAsync("contoso")).WrappedKeys);
    }

    [Fact]
    public async Task The_instances_that_follow_a_rotation_read_its_version_once_and_prove_it_each()
    {
        var vault = new FakeVault();
        var credentials = 0;
        await using var dps = await RunningDps.StartedAsync(new VaultAccess
        {
            CredentialFor = identity =>
            {
                credentials++;
                return vault.Access.CredentialFor(identity);
            },
            Transport = vault.Transport,
        });
        var key = vault.AddKey();
        string[] instances = ["contoso", "fabrikam", "tailspin"];
        foreach (var name in instances)
        {
            (await dps.CreateAsync(RunningDps.Request(name, key, RunningDps.Identity($"id-{name}")))).Value();
            await dps.RecheckAsync(name);
        }

        var target = vault.AddVersion();
        List<string> asked = [];
        vault.Intercept = request =>
        {
            asked.Add($"{request.Method} {request.RequestUri!.Segments[^1].TrimEnd('/')}");
            return null;
        };
        foreach (var name in instances)
        {
            (await dps.Instances.RewrapAsync(RunningDps.Tester, name, target, None)).Value();
        }

        // The key client of each identity reads it, too, to wrap with its public key.
        Assert.Equal(1 + instances.Length, asked.Count(request => request == $"GET {target.Version}"));
        Assert.Equal(instances.Length, asked.Count(request => request == "POST unwrapKey"));
        Assert.Equal(1 + (2 * instances.Length), asked.Count);
        Assert.Equal(instances.Length, credentials);
    }

    [Fact]
    public async Task The_version_is_read_while_the_proof_is_on_its_way_and_both_have_ended_before_it_ends()
    {
        var vault = new FakeVault();
        var transport = new HeldTransport(vault.Transport);
        await using var dps = await RunningDps.StartedAsync(new VaultAccess { CredentialFor = vault.Access.CredentialFor, Transport = transport });
        await dps.CreatedAsync("contoso", vault.AddKey());
        var first = (await dps.KeyOfAsync("contoso")).EffectiveKey;
        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", vault.AddVersion(), None)).Value();
        dps.SystemClock.Advance(KeyVaults.Recently + TimeSpan.FromSeconds(1));
        vault.Version(first).UnwrapAs = _ => new byte[32];
        transport.Holds = true;

        var rewrapping = dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", first, None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        HeldRequest[] held = [await transport.NextAsync(patience.Token), await transport.NextAsync(patience.Token)];
        Assert.Equal(["GET", "POST"], held.Select(request => request.Method.ToString()).Order());

        // What follows runs on this thread, as far as it goes.
        held.Single(request => request.Method == RequestMethod.Post).Go.SetResult();
        Assert.False(rewrapping.IsCompleted);
        held.Single(request => request.Method == RequestMethod.Get).Go.SetResult();
        Assert.Equal(ProvisioningRefusals.UnwrappedKeyDiffers, (await rewrapping).Refusal().Code);
    }

    [Fact]
    public async Task What_was_just_read_of_a_version_does_not_let_an_unusable_one_pass()
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        var key = vault.AddKey();
        await dps.CreatedAsync("contoso", key);
        await dps.CreatedAsync("fabrikam", key);
        var target = vault.AddVersion();
        var version = vault.Version(target);

        // In the future for the key client, too, which goes by the real clock.
        version.ExpiresOn = DateTimeOffset.UtcNow.AddHours(1);
        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Value();

        async Task<string> RefusedAsync() => (await dps.Instances.RewrapAsync(RunningDps.Tester, "fabrikam", target, None)).Refusal().Code;
        version.Enabled = false;
        Assert.Equal(ProvisioningRefusals.KeyDisabled, await RefusedAsync());

        version.Enabled = true;
        dps.DomainClock.SetUtcNow(version.ExpiresOn.Value.AddHours(1));
        Assert.Equal(ProvisioningRefusals.KeyExpired, await RefusedAsync());

        // Put right, it is taken at once.
        version.ExpiresOn = null;
        (await dps.Instances.RewrapAsync(RunningDps.Tester, "fabrikam", target, None)).Value();

        // An edit of its times is seen as soon as what was read is old.
        version.ExpiresOn = dps.DomainClock.GetUtcNow();
        dps.SystemClock.Advance(KeyVaults.Recently + TimeSpan.FromSeconds(1));
        (await dps.Instances.RewrapAsync(RunningDps.Tester, "fabrikam", key.WithVersion(vault.Keys[key.Name].Versions[0].Id), None)).Value();
        Assert.Equal(ProvisioningRefusals.KeyExpired, await RefusedAsync());
    }

    [Fact]
    public async Task A_version_that_had_ended_when_it_was_downloaded_is_taken_at_the_first_attempt_once_its_end_is_put_off()
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        await dps.CreatedAsync("contoso", vault.AddKey());
        var first = (await dps.KeyOfAsync("contoso")).EffectiveKey;
        var target = vault.AddVersion();
        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Value();
        await dps.RestartAsync();

        // The check of the instance downloads it while it has ended.
        vault.Version(target).ExpiresOn = dps.DomainClock.GetUtcNow();
        Assert.Equal(KeyAccess.Degraded, (await dps.RecheckAsync("contoso")).Access);
        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", first, None)).Value();
        Assert.Equal(KeyAccess.Accessible, (await dps.KeyOfAsync("contoso")).Access.Access);
        vault.Version(target).ExpiresOn = DateTimeOffset.UtcNow.AddDays(1);

        (await dps.Instances.RewrapAsync(RunningDps.Tester, "contoso", target, None)).Value();
    }

    [Fact]
    public async Task It_is_refused_while_revoked_for_a_pinned_instance_and_without_a_customer_key()
    {
        var vault = new FakeVault();
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        var key = vault.AddKey();
        var pinned = key.WithVersion(vault.Keys[key.Name].Versions[0].Id);
        await dps.CreatedAsync("pinned", pinned);
        await dps.CreatedAsync("plain");
        var target = vault.AddVersion();

        Assert.Equal(ProvisioningRefusals.TargetIsAnotherKey, (await dps.Instances.RewrapAsync(RunningDps.Tester, "pinned", target, None)).Refusal().Code);
        Assert.Equal(ProvisioningRefusals.NotCustomerManaged, (await dps.Instances.RewrapAsync(RunningDps.Tester, "plain", target, None)).Refusal().Code);
        Assert.Equal(ProvisioningRefusals.InstanceUnknown, (await dps.Instances.RewrapAsync(RunningDps.Tester, "nobody", target, None)).Refusal().Code);

        vault.Version(pinned).Enabled = false;
        Assert.Equal(KeyAccess.Revoked, (await dps.RecheckAsync("pinned")).Access);
        Assert.Equal(ProvisioningRefusals.KeyAccessRevoked, (await dps.Instances.RewrapAsync(RunningDps.Tester, "pinned", pinned, None)).Refusal().Code);
        Assert.Equal(ProvisioningRefusals.KeyAccessRevoked, (await dps.Instances.PruneRetiringAsync(RunningDps.Tester, "pinned", None)).Refusal().Code);
    }

    /// <summary>Fingerprint of every row a re-wrap must not touch.</summary>
    private static string Stored(RunningDps dps)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dps.DataDirectory, "dps.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT (SELECT count(*) || ' ' || sum(Revision) || ' ' || hex(max(Envelope)) || hex(min(Envelope)) FROM Records)
                || (SELECT count(*) || hex(max(Wrapped)) || sum(Assigned) FROM Deks) || (SELECT Revision FROM Instances)
            """;
        return (string)command.ExecuteScalar()!;
    }

    /// <summary>SQLite's own count of rows changed over the control plane's connection.</summary>
    private static long RowsWritten(RunningDps dps)
    {
        using var command = dps.Host.Services.GetRequiredService<DpsDatabase>().Control.CreateCommand();
        command.CommandText = "SELECT total_changes()";
        return (long)command.ExecuteScalar()!;
    }

    private sealed class BrokenOffException : Exception;

    private sealed class BreakAt(string checkpoint) : ICheckpoints
    {
        private bool _broken;

        public void Reached(string reached)
        {
            if (reached == checkpoint && !_broken)
            {
                _broken = true;
                throw new BrokenOffException();
            }
        }
    }

    private sealed class DoAt(string checkpoint, Action action) : ICheckpoints
    {
        public void Reached(string reached)
        {
            if (reached == checkpoint)
            {
                action();
            }
        }
    }
}
