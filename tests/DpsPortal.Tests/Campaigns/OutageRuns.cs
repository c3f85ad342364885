using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// Random sequences of outages, with the checks the poller would make at the times it would make them: no outage is taken for a
/// revoke or ends one, reads go on while the lease runs and no longer, and the first check after an outage heals.
/// </summary>
internal sealed class OutageRuns : IDisposable
{
    private const string Instance = "contoso";
    private const string Record = "device-000000";
    private const int SequencesPerEngine = 500;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Engine _engine;
    private readonly FakeVault _vault;
    private readonly Random _random;
    private VaultAnswerKind? _outage;
    private long _verified;

    private OutageRuns(Engine engine, FakeVault vault, Random random)
    {
        (_engine, _vault, _random) = (engine, vault, random);
        _vault.Intercept = request => _outage is null || request.Headers.Authorization is null ? null : _outage.Answer();
    }

    public static async Task<string> RunAsync(int sequences)
    {
        var (checks, closed) = (0L, 0L);
        var parts = Enumerable.Range(0, (sequences + SequencesPerEngine - 1) / SequencesPerEngine);
        await Parallel.ForEachAsync(parts, async (part, _) =>
        {
            using var runs = await StartAsync(new Random(part));
            for (var left = Math.Min(SequencesPerEngine, sequences - (part * SequencesPerEngine)); left > 0; left--)
            {
                var (made, shut) = await runs.SequenceAsync(revoked: left % 8 == 0);
                Interlocked.Add(ref checks, made);
                Interlocked.Add(ref closed, shut);
            }
        });
        return $"{VaultAnswers.Outages.Count} kinds of outage, {checks} checks, {closed} reads refused after a lease, no false revoke, each heal at " +
            "the next check";
    }

    public void Dispose() => _engine.Dispose();

    private static async Task<OutageRuns> StartAsync(Random random)
    {
        var vault = new FakeVault();
        var engine = await Engine.StartAsync(vault.Access);
        var runs = new OutageRuns(engine, vault, random);
        Assert.IsType<Outcome<ProvisioningInstance>.Done>(
            await engine.Instances.CreateAsync(RunningDps.Tester, RunningDps.Request(Instance, vault.AddKey()), None));
        await engine.Enrollments.ImportRegistrationsAsync(RunningDps.Tester, Instance, RunningDps.Registrations(1), None);
        await runs.CheckAsync();
        return runs;
    }

    private async Task<(int Checks, int Closed)> SequenceAsync(bool revoked)
    {
        var version = _vault.Keys["dps-kek"].Versions[0];
        if (revoked)
        {
            version.Enabled = false;
            Assert.Equal(KeyAccess.Revoked, (await CheckAsync()).Access);
        }

        var epoch = (await StatusAsync()).Epoch;
        var (checks, closed) = (0, 0);
        for (var change = _random.Next(1, 7); change > 0; change--)
        {
            _outage = VaultAnswers.Outages[_random.Next(VaultAnswers.Outages.Count)];
            for (var poll = _random.Next(0, 4); poll >= 0; poll--)
            {
                _engine.SystemClock.Advance(TimeSpan.FromSeconds(_random.Next(0, 400)));
                await NextCheckAsync();
                checks++;
                var status = await StatusAsync();
                Assert.Equal(epoch, status.Epoch);
                Assert.True(revoked ? status.Access == KeyAccess.Revoked : status.Access == _outage.Access, $"{_outage.Name} was taken for {status.Access}.");
                closed += await ReadAsync(revoked) ? 0 : 1;
            }
        }

        await HealAsync(version, epoch, revoked);
        return (checks + 1, closed);
    }

    /// <summary>The very next check, which comes within half a minute, finds the key again.</summary>
    private async Task HealAsync(FakeVersion version, long epoch, bool revoked)
    {
        _outage = null;
        version.Enabled = true;
        Assert.InRange((await StatusAsync()).NextCheckAt!.Value - _engine.SystemClock.GetUtcNow(), TimeSpan.MinValue, TimeSpan.FromSeconds(30));
        await NextCheckAsync();
        var healed = await StatusAsync();
        Assert.Equal((KeyAccess.Accessible, epoch + (revoked ? 1 : 0)), (healed.Access, healed.Epoch));
        Assert.True(await ReadAsync(revoked: false));
    }

    private async Task<bool> ReadAsync(bool revoked)
    {
        var leased = !revoked && _engine.SystemClock.GetElapsedTime(_verified) < _engine.Options.Lease;
        var read = await _engine.Enrollments.ReadRegistrationAsync(RunningDps.Tester, Instance, Record, None);
        if (leased)
        {
            Assert.IsType<RecordRead<RegistrationRecord>.Found>(read);
        }
        else
        {
            Assert.Equal(revoked ? 403 : 503, Assert.IsType<RecordRead<RegistrationRecord>.Rejected>(read).Read.StatusCode);
        }

        return leased;
    }

    private async Task NextCheckAsync()
    {
        var wait = (await StatusAsync()).NextCheckAt!.Value - _engine.SystemClock.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            _engine.SystemClock.Advance(wait);
        }

        await CheckAsync();
    }

    private async Task<KeyAccessStatus> CheckAsync()
    {
        var status = (await _engine.Instances.RecheckAsync(RunningDps.Tester, Instance, None)).Value();
        if (status.Access is KeyAccess.Accessible or KeyAccess.Degraded)
        {
            _verified = _engine.SystemClock.GetTimestamp();
        }

        return status;
    }

    private async Task<KeyAccessStatus> StatusAsync() =>
        ((InstanceEncryption.CustomerManagedKey)(await _engine.Instances.GetAsync(RunningDps.Tester, Instance, None))!.Encryption).Access;
}
