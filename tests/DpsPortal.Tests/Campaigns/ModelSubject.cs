using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Provisioning.Enrollments;
using DpsPortal.Provisioning.Instances;
using DpsPortal.Tests.Provisioning;

namespace DpsPortal.Tests.Campaigns;

/// <summary>The engine with an instance, the truth about its vault, and what was acknowledged so far. Takes the steps.</summary>
internal sealed class ModelSubject : IDisposable
{
    public const string Instance = "contoso";
    public const int RecordsPerDek = 2;
    public const int EncryptionsPerDek = 12;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan[] Jumps =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(11), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(9.99), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11), TimeSpan.FromHours(1), TimeSpan.FromDays(1),
        TimeSpan.FromDays(400), TimeSpan.FromMilliseconds(1),
    ];

    // Every sequence begins with the same instance, created once.
    private static readonly Lazy<Task<(VaultTruth Vault, Engine Engine)>> Beginning = new(BeginAsync);

    private readonly SeededBug? _bug;
    private readonly ModelChecks _checks;
    private IEnrollments? _enrollments;
    private int _values;

    private ModelSubject(Engine engine, VaultTruth truth, SeededBug? bug)
    {
        _bug = bug;
        (Engine, Truth) = (engine, truth);
        Stored = new StoredKeysReader(engine.DatabaseFile);
        _checks = new ModelChecks(this);
    }

    public Engine Engine { get; }

    public VaultTruth Truth { get; }

    public StoredKeysReader Stored { get; }

    /// <summary>Ids and values as acknowledged.</summary>
    public Dictionary<string, string> Records { get; } = [];

    /// <summary>Versions that were disabled because nothing was wrapped by them.</summary>
    public HashSet<KeyIdentifier> Retired { get; } = [];

    public Dictionary<string, int> Seen { get; } = [];

    public IEnrollments Enrollments => _enrollments ??= _bug?.Decorate is { } decorate ? decorate(Engine.Enrollments) : Engine.Enrollments;

    public static async Task<ModelSubject> StartAsync(SeededBug? bug)
    {
        var (vault, template) = await Beginning.Value;
        var truth = new VaultTruth(vault);
        var engine = await Engine.StartAsync(truth.Vault.Access, RecordsPerDek, EncryptionsPerDek, bug?.Replace, copyOf: template);
        var subject = new ModelSubject(engine, truth, bug);
        if (bug?.Sql is { } sql)
        {
            subject.Stored.Run(sql);
        }

        return subject;
    }

    /// <summary>As the contract describes it, without the counts of records that it would read from the database each time.</summary>
    public InstanceEncryption.CustomerManagedKey Key()
    {
        var (guard, forms) = (Loaded.Guard!, Loaded.Guard!.Forms);
        return new InstanceEncryption.CustomerManagedKey(forms.Configured, forms.Current.WrappedBy, Loaded.Header.Identity!, forms.Describe(), guard.Status);
    }

    /// <summary>No crash is due while it is checked: that would be a step.</summary>
    public Task CheckAsync() => UndisturbedAsync(_checks.CheckAsync);

    public async Task TakeAsync(ModelStep step)
    {
        try
        {
            await StepAsync(step);
        }
        catch (CrashedException)
        {
            See("Crashed");
            await ReopenAsync();
        }
    }

    /// <summary>Everything is put right outside; then everything must be as it was acknowledged, without help.</summary>
    public async Task EndAsync()
    {
        Engine.Checkpoints.CrashAfter = null;
        Truth.Outage = null;
        await RestoreAsync();
        await ReopenAsync();
        await RecheckAsync();
        while (await AdvanceAsync() == ReencryptionStep.Advanced)
        {
        }

        await CheckAsync();
        var verified = await Engine.Enrollments.VerifyAsync(RunningDps.Tester, Instance, null, None);
        Assert.Equal((Records.Count, 0L, 0L), ((int)verified.ReadOk, verified.Rejected, verified.Corrupt));
        Assert.Equal(0, (await Engine.Instances.GetReencryptionAsync(RunningDps.Tester, Instance, None))?.Remaining ?? 0);
    }

    public void Dispose()
    {
        Stored.Dispose();
        Engine.Dispose();
    }

    private LoadedInstance Loaded => Engine.Get<InstanceRegistry>().Find(Instance)!;

    private static async Task<(VaultTruth Vault, Engine Engine)> BeginAsync()
    {
        var truth = new VaultTruth();
        var engine = await Engine.StartAsync(truth.Vault.Access);
        Assert.IsType<Outcome<ProvisioningInstance>.Done>(
            await engine.Instances.CreateAsync(RunningDps.Tester, RunningDps.Request(Instance, truth.Keys[0]), None));
        engine.Close();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => engine.Dispose();
        return (truth, engine);
    }

    private Task StepAsync(ModelStep step) => step.What switch
    {
        Happening.Write => WriteAsync(Id(step.A)),
        Happening.Delete => DeleteAsync(Id(step.A)),
        Happening.Recheck => RecheckAsync(),
        Happening.Poll => PollAsync(),
        Happening.Rotate => RotateAsync(),
        Happening.RotateOutside => Do(RotateOutside),
        Happening.Rekey => RekeyAsync(Truth.Keys[step.A % 2], pinned: step.B % 2 == 0, prune: step.B > 5),
        Happening.StartReencryption => StartReencryptionAsync(),
        Happening.AdvanceReencryption => AdvanceAsync(),
        Happening.Revoke => RevokeAsync(step.A),
        Happening.RevokeOutside => Do(() => RevokeOutside(step.A)),
        Happening.Restore => RestoreAsync(),
        Happening.RetireVersion => RetireAsync(step.A),
        Happening.Outage => Do(() => Truth.Outage = ((12 * step.A) + step.B) % VaultAnswers.Outages.Count),
        Happening.HealOutage => Do(() => Truth.Outage = null),
        Happening.SystemClockJump => Do(() => Engine.SystemClock.Advance(Jumps[step.A])),
        Happening.DomainClockJump => Do(() => Expire(Jumps[step.A], expire: step.B % 3 == 0)),
        Happening.Restart => ReopenAsync(),
        Happening.CrashLater => Do(() => Engine.Checkpoints.CrashAfter = step.A % 7),
        Happening.SwapEnvelopes => UndisturbedAsync(() => _checks.AlteredEnvelopesAreCorruptAsync(step.A)),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private async Task UndisturbedAsync(Func<Task> check)
    {
        var armed = Engine.Checkpoints.CrashAfter;
        Engine.Checkpoints.CrashAfter = null;
        await check();
        Engine.Checkpoints.CrashAfter = armed;
    }

    private async Task WriteAsync(string id)
    {
        var value = string.Create(CultureInfo.InvariantCulture, $"value-{++_values}");
        var record = new RegistrationRecord { RegistrationId = id, DeviceId = value, Status = "assigned", AssignedHub = "hub" };
        if (Accepted(await Enrollments.PutRegistrationAsync(RunningDps.Tester, Instance, record, None)))
        {
            Records[id] = value;
            Assert.NotEqual(KeyAccess.Revoked, Key().Access.Access);
        }
    }

    private async Task DeleteAsync(string id)
    {
        var outcome = await Enrollments.DeleteAsync(RunningDps.Tester, Instance, RecordKind.RegistrationRecord, id, null, None);
        if (outcome is Outcome<bool>.Refused { Refusal.Code: ProvisioningRefusals.RecordNotFound })
        {
            Assert.False(Records.ContainsKey(id));
        }
        else if (Accepted(outcome))
        {
            Assert.True(Records.Remove(id));
        }
    }

    /// <summary>Whether a write was done. It may be refused for want of the key alone.</summary>
    private bool Accepted<T>(Outcome<T> outcome)
    {
        See(outcome is Outcome<T>.Done ? "Written" : "WriteRefused");
        if (outcome is Outcome<T>.Refused { Refusal.Code: var code })
        {
            Assert.Contains(
                code, (string[])[ProvisioningRefusals.KeyAccessRevoked, ProvisioningRefusals.KeyAccessUnavailable, ProvisioningRefusals.KeyMisconfigured]);
        }

        return outcome is Outcome<T>.Done;
    }

    private async Task RecheckAsync()
    {
        Assert.IsType<Outcome<KeyAccessStatus>.Done>(await Engine.Instances.RecheckAsync(RunningDps.Tester, Instance, None));
        _checks.Checked();
    }

    private async Task PollAsync()
    {
        var wait = Key().Access.NextCheckAt - Engine.SystemClock.GetUtcNow();
        Engine.SystemClock.Advance(wait > TimeSpan.Zero ? wait.Value : TimeSpan.Zero);
        await RecheckAsync();
    }

    private async Task RotateAsync()
    {
        var key = Key().ConfiguredKey.Versionless;
        if (!Truth.Exists(key))
        {
            return;
        }

        var target = Truth.AddVersion(key);
        if (await Engine.Instances.RewrapAsync(RunningDps.Tester, Instance, target, None) is Outcome<Rewrapped>.Done)
        {
            See("Rotated");
            Assert.Equal([target], Key().WrappedKeys.Select(form => form.WrappedBy));
        }
    }

    private void RotateOutside()
    {
        var key = Key().ConfiguredKey.Versionless;
        if (Truth.Exists(key))
        {
            Truth.AddVersion(key);
        }
    }

    private async Task RekeyAsync(KeyIdentifier key, bool pinned, bool prune)
    {
        var before = Key();
        var target = pinned && Truth.Exists(key) ? Truth.Current(key) : key;
        var outcome = await Engine.Instances.RekeyAsync(RunningDps.Tester, Instance, target, None);
        if (outcome is Outcome<Rekeyed>.Done)
        {
            See("Rekeyed");
            Assert.True(Truth.Outage is null && !Truth.Denies(before.EffectiveKey), "An instance was moved although its key denied it.");
        }

        Assert.Equal(outcome is Outcome<Rekeyed>.Done ? target : before.ConfiguredKey, Key().ConfiguredKey);
        if (prune)
        {
            await Engine.Instances.PruneRetiringAsync(RunningDps.Tester, Instance, None);
        }
    }

    private async Task StartReencryptionAsync()
    {
        var started = await Engine.Instances.StartReencryptionAsync(RunningDps.Tester, Instance, Guid.CreateVersion7(), None);
        See(started is Outcome<Reencryption>.Done ? "ReencryptionStarted" : "ReencryptionRefused");
    }

    private async Task<ReencryptionStep> AdvanceAsync()
    {
        var step = await Engine.Get<ReencryptionService>().AdvanceAsync(Loaded, None);
        See("Reencryption" + step);
        return step;
    }

    private async Task RevokeAsync(int way)
    {
        RevokeOutside(way);
        await RecheckAsync();
    }

    private void RevokeOutside(int way) => Truth.Withdraw(Key().EffectiveKey, way);

    private async Task RestoreAsync()
    {
        Truth.Restore();
        foreach (var version in Retired)
        {
            await Engine.Instances.ReleaseFenceAsync(RunningDps.Tester, version, None);
        }

        Retired.Clear();
        await RecheckAsync();
    }

    private async Task RetireAsync(int number)
    {
        var versions = Truth.Versions.ToList();
        var version = versions[number % versions.Count];
        var fence = await Engine.Instances.FenceAsync(RunningDps.Tester, version, None);
        Assert.Equal(Stored.Read().Forms.Keys.Count(form => form == version.ToString()), fence.InstanceKeys);
        if (fence.InstanceKeys == 0)
        {
            See("Retired");
            Truth.Disable(version);
            Retired.Add(version);
        }
        else if (!Retired.Contains(version))
        {
            await Engine.Instances.ReleaseFenceAsync(RunningDps.Tester, version, None);
        }
    }

    private void Expire(TimeSpan jump, bool expire)
    {
        Engine.DomainClock.Advance(jump);
        if (expire)
        {
            Truth.Expire(Key().EffectiveKey, Engine.DomainClock.GetUtcNow());
        }
    }

    private async Task ReopenAsync()
    {
        await Engine.ReopenAsync();
        _enrollments = null;
        See("Reopened");
    }

    private void See(string what) => Seen[what] = Seen.GetValueOrDefault(what) + 1;

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"device-{number % 3}");

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
