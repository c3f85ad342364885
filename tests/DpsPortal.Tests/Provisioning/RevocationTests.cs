using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Tests.Provisioning;

/// <summary>Once a revoke has returned, nothing that begins afterwards is read, whatever was cached.</summary>
[StartsHosts]
public sealed class RevocationTests(RealVault vault) : IClassFixture<RealVault>
{
    private const int Readers = 8;
    private const int Records = 64;
    private const int Reads = 10_000;

    [Fact]
    public async Task After_a_recheck_that_found_the_version_disabled_every_read_fails_as_revoked()
    {
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        var version = await PrepareAsync(dps, "recheck");
        var before = await dps.VerifyAsync("contoso");
        Assert.Equal(Records, before.ReadOk);
        await using var readers = new ContinuousReaders(dps);
        await readers.ReachAsync(succeeded: Reads);

        await vault.SetEnabledAsync(version, false);
        var status = await dps.RecheckAsync("contoso");
        readers.RevokeReturned();

        Assert.Equal(
            (KeyAccess.Revoked, KeyAccessCause.VersionDisabled, "KeyDisabled", 2L), (status.Access, status.Cause, status.VaultErrorCode, status.Epoch));
        await readers.ReachAsync(failed: Reads);
        await readers.StopAsync();
        Assert.Empty(readers.Violations);
        Assert.Equal(Records, (await dps.VerifyAsync("contoso")).Rejected);

        await vault.SetEnabledAsync(version, true);
        Assert.Equal((KeyAccess.Accessible, 3L), ((status = await dps.RecheckAsync("contoso")).Access, status.Epoch));
        Assert.Equal(before.ContentHash, (await dps.VerifyAsync("contoso")).ContentHash);
    }

    [Fact]
    public async Task A_version_disabled_behind_the_back_is_noticed_at_the_next_poll()
    {
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        var version = await PrepareAsync(dps, "behind");
        var before = await dps.VerifyAsync("contoso");
        await using var readers = new ContinuousReaders(dps);
        await readers.ReachAsync(succeeded: Reads);

        await vault.SetEnabledAsync(version, false);
        Assert.IsType<RecordRead<RegistrationRecord>.Found>(await dps.ReadAsync("contoso", "device-000001"));
        await dps.AfterAsync<ProvisioningEvent.AccessChanged>(dps.Options.PollInterval, change => change.After.Access == KeyAccess.Revoked);
        readers.RevokeReturned();

        await readers.ReachAsync(failed: Reads);
        await readers.StopAsync();
        Assert.Empty(readers.Violations);

        await vault.SetEnabledAsync(version, true);
        await dps.AfterAsync<ProvisioningEvent.AccessChanged>(TimeSpan.FromSeconds(30), change => change.After.Access == KeyAccess.Accessible);
        Assert.Equal(before.ContentHash, (await dps.VerifyAsync("contoso")).ContentHash);
    }

    [Fact]
    public async Task A_role_taken_away_revokes_and_its_return_restores()
    {
        await using var dps = await RunningDps.StartedAsync(vault.Access);
        await PrepareAsync(dps, "role");
        Assert.Equal(KeyAccess.Accessible, (await dps.RecheckAsync("contoso")).Access);

        await vault.WithdrawAsync();
        var status = await dps.RecheckAsync("contoso");
        Assert.Equal((KeyAccess.Revoked, KeyAccessCause.RoleMissing, "ForbiddenByRbac"), (status.Access, status.Cause, status.VaultErrorCode));
        var rejected = Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(await dps.ReadAsync("contoso", "device-000001")).Read;
        Assert.Equal((403, 403011, KeyAccess.Revoked), (rejected.StatusCode, rejected.ErrorCode, rejected.Access));

        await vault.GrantAsync();
        Assert.Equal(KeyAccess.Accessible, (await dps.RecheckAsync("contoso")).Access);
        Assert.Equal(Records, (await dps.VerifyAsync("contoso")).ReadOk);
    }

    private async Task<KeyIdentifier> PrepareAsync(RunningDps dps, string keyName)
    {
        var version = await vault.CreateKeyAsync(keyName);
        (await dps.CreateAsync(RunningDps.Request("contoso", version.Versionless, vault.Identity))).Value();
        await dps.ImportAsync("contoso", Records);
        return version;
    }

    /// <summary>Eight threads that read without pause and judge every answer by when its read began.</summary>
    private sealed class ContinuousReaders : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task[] _threads;
        private readonly List<string> _violations = [];
        private long _succeeded;
        private long _failed;
        private volatile bool _revoked;

        public ContinuousReaders(RunningDps dps) =>
            _threads = [.. Enumerable.Range(0, Readers).Select(reader => Task.Factory.StartNew(
                () => ReadAsync(dps, reader), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap())];

        public IReadOnlyList<string> Violations
        {
            get
            {
                lock (_violations)
                {
                    return [.. _violations];
                }
            }
        }

        public void RevokeReturned()
        {
            Interlocked.Exchange(ref _failed, 0);
            _revoked = true;
        }

        public async Task ReachAsync(long succeeded = 0, long failed = 0)
        {
            var deadline = DateTime.UtcNow.AddMinutes(1);
            while (Interlocked.Read(ref _succeeded) < succeeded || Interlocked.Read(ref _failed) < failed)
            {
                Assert.True(DateTime.UtcNow < deadline && Violations.Count == 0, $"{_succeeded} succeeded, {_failed} failed; {string.Join(", ", Violations)}");
                await Task.Yield();
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_threads);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }

        private async Task ReadAsync(RunningDps dps, int reader)
        {
            for (var turn = reader; !_stop.IsCancellationRequested; turn++)
            {
                var beganAfterRevoke = _revoked;
                switch (await dps.ReadAsync("contoso", $"device-{turn % Records:D6}"))
                {
                    case RecordRead<RegistrationRecord>.Found when beganAfterRevoke:
                        Violate("read after the revoke had returned");
                        break;
                    case RecordRead<RegistrationRecord>.Found found when found.Content.RegistrationId == $"device-{turn % Records:D6}":
                        Interlocked.Increment(ref _succeeded);
                        break;
                    case RecordRead<RegistrationRecord>.Rejected { Read: { Access: KeyAccess.Revoked, ErrorCode: 403011 } }:
                        Interlocked.Increment(ref _failed);
                        break;
                    case var other:
                        Violate(other.ToString());
                        break;
                }
            }
        }

        private void Violate(string what)
        {
            lock (_violations)
            {
                _violations.Add(what);
            }
        }
    }
}
