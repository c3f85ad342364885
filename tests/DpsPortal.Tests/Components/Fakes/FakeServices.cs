using System.Collections.Immutable;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Impact;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Reencrypting;
using DpsPortal.Services.Rekeying;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Rotation;
using DpsPortal.Services.Traffic;
using DpsPortal.Services.Vaults;
using DpsPortal.Services.Verification;
using DpsPortal.Shell;
using DpsPortal.Tests.Services;
using Microsoft.Extensions.DependencyInjection;

namespace DpsPortal.Tests.Components.Fakes;

/// <summary>The whole service layer in memory. What it answers is state that a test sets; what it was asked is remembered.</summary>
internal sealed partial class FakeServices : IInstanceService, IEnrollmentService, IInstanceSettingsService, IKeyService, IRotationService, IRekeyService,
IReencryptionService, IRevocationService, IOperationService, IActivityLog, IPortalChanges, ISignInOptions, ITrafficService
{
    private ImmutableList<Action<IReadOnlySet<PortalChange>>> _followers = [];

    public List<InstanceOverview> Instances { get; } = [];

    public List<Vault> Vaults { get; } = [Some.Vault];

    /// <summary>Vaults that are gone or could not be read, beside the one that answers.</summary>
    public List<VaultStatus> Unread { get; } = [];

    public List<AbsentKey> Absent { get; } = [];

    public List<KeyDetail> Keys { get; } = [];

    public List<RotationRecord> Rotations { get; } = [];

    public List<ActiveRevocation> Revocations { get; } = [];

    public List<Operation> Operations { get; } = [];

    public List<ActivityEntry> Activity { get; } = [];

    /// <summary>Who took an instance's access away, by its name.</summary>
    public Dictionary<string, AccessLoss> Losses { get; } = [];

    /// <summary>Why a key cannot be chosen, by the key.</summary>
    public Dictionary<KeyIdentifier, Refusal> Unsuitable { get; } = [];

    public List<RejectedOperation> Rejected { get; } = [];

    /// <summary>How often the list of instances was read.</summary>
    public int Listings { get; private set; }

    public List<OperationEntry> DpsOperations { get; } = [];

    public TrafficStatus Traffic { get; set; } = new(null, 0, 0);

    public Dictionary<RecordKind, List<RecordSummary>> Records { get; } = [];

    public Func<RevocationTarget, Outcome<RevocationImpact>>? Preview { get; set; }

    public Func<KeyIdentifier, Outcome<RekeyPlan>>? RekeyPlan { get; set; }

    public Outcome<ReencryptionReading>? Reencryption { get; set; }

    public CreationChecks Checks { get; set; } = Some.Checks();

    public DateTimeOffset? WaitsForRoleSince { get; set; }

    /// <summary>What the last check was for.</summary>
    public Guid Prepared { get; private set; }

    public Outcome<Guid> Starts { get; set; } = Some.OperationId;

    public Outcome<KeyAccessStatus> Recheck { get; set; } = Some.Access();

    public Func<string, RecordRead<EnrollmentGroup>>? ReadGroup { get; set; }

    public Func<string, RecordRead<RegistrationRecord>>? ReadRegistration { get; set; }

    public List<(EnrollmentGroup Group, string? IfMatch)> PutGroups { get; } = [];

    public List<GroupCertificate> Certificates { get; } = [];

    public List<IndividualEnrollment> PutIndividuals { get; } = [];

    public List<KeyQuery> KeyQueries { get; } = [];

    public List<RecordQuery> RecordQueries { get; } = [];

    public RecordRead<Attestation>? Revealed { get; set; }

    public Outcome<RecordRead<SymmetricKeyAttestation>> DeviceKey { get; set; } = new RecordRead<SymmetricKeyAttestation>.NotFound();

    /// <summary>Where DPS's log of operations begins, once it has let go of older ones.</summary>
    public DateTimeOffset? LogBegins { get; set; }

    /// <summary>What readings still to be made will find.</summary>
    public Queue<VerificationRun> Verifications { get; } = [];

    /// <summary>Readings that are kept, newest first.</summary>
    public List<VerificationRun> VerificationRuns { get; } = [];

    /// <summary>Refuses calls that change something, once set.</summary>
    public Refusal? RefuseChanges { get; set; }

    /// <summary>Every read fails with it, once set.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Every read waits for it, once set.</summary>
    public Task? Gate { get; set; }

    public List<string> Calls { get; } = [];

    public bool Development => true;

    public IReadOnlyList<Person> People { get; } = [.. Enum.GetValues<PortalRole>().Select(Some.Person)];

    public int Followers => _followers.Count;

    public void AddTo(IServiceCollection services) => services
        .AddSingleton<IInstanceService>(this)
            .AddSingleton<IEnrollmentService>(this)
            .AddSingleton<IInstanceSettingsService>(this)
            .AddSingleton<IKeyService>(this)
            .AddSingleton<IRotationService>(this)
        .AddSingleton<IRekeyService>(this).AddSingleton<IReencryptionService>(this)
        .AddSingleton<IRevocationService>(this).AddSingleton<IOperationService>(this).AddSingleton<IActivityLog>(this).AddSingleton<IPortalChanges>(this)
        .AddSingleton<ISignInOptions>(this)
            .AddSingleton<ITrafficService>(this)
            .AddSingleton(new EnvironmentInfo(EnvironmentKind.Simulated, SampleData: true))
            .AddSingleton(_ => Endpoint);

    public void Announce(PortalChangeKind kind, string subject)
    {
        foreach (var follower in _followers)
        {
            follower(new HashSet<PortalChange> { new(kind, subject) });
        }
    }

    IDisposable IPortalChanges.Subscribe(Action<IReadOnlySet<PortalChange>> onChanges)
    {
        _followers = _followers.Add(onChanges);
        return new Follower(() => _followers = _followers.Remove(onChanges));
    }

    Task<IReadOnlyList<InstanceOverview>> IInstanceService.ListAsync(
        Person person, CancellationToken cancellationToken) => Read<IReadOnlyList<InstanceOverview>>(() =>
    {
        Listings++;
        return [.. Instances];
    });

    Task<InstanceListing> IInstanceService.FindAsync(Person person, InstanceQuery query, CancellationToken cancellationToken) => Read(() =>
    {
        Listings++;
        var (page, previous, next, total) = PagedInstances.Of(
            [.. Instances.Select(overview => overview.Instance).OrderBy(instance => instance.Name, StringComparer.OrdinalIgnoreCase)], query);
        return new InstanceListing(
            [.. page.Select(instance => Instances.Find(overview => overview.Instance == instance)!)],
            previous,
            next,
            total,
            Instances is [var first, ..] ? first.ReadAt : Some.Now);
    });

    Task<InstanceOverview?> IInstanceService.GetAsync(Person person, string name, CancellationToken cancellationToken) =>
        Read(() => Instances.Find(instance => instance.Instance.Name == name));

    Task<Outcome<Rehearsal>> IInstanceService.CheckAsync(Person person, NewInstance form, CancellationToken cancellationToken)
    {
        Prepared = form.Id;
        return Ask<Rehearsal>($"check {form.Name}", () => new Rehearsal(Checks, WaitsForRoleSince));
    }

    Task<Outcome<bool>> IInstanceService.GiveUpAsync(Person person, Guid id, CancellationToken cancellationToken) => Ask<bool>($"give up {id}", () => true);

    Task<Outcome<Guid>> IInstanceService.CreateAsync(Person person, NewInstance form, CancellationToken cancellationToken) =>
        Ask($"create {form}", () => Starts);

    Task<Outcome<KeyAccessStatus>> IInstanceService.RecheckAsync(Person person, string name, CancellationToken cancellationToken) =>
        Ask($"recheck {name}", () => Recheck);

    Task<IReadOnlyList<Vault>> IKeyService.ListVaultsAsync(Person person, CancellationToken cancellationToken) => Read<IReadOnlyList<Vault>>(() => [.. Vaults]);

    Task<KeyList> IKeyService.ListWatchedAsync(Person person, TimeSpan endingWithin, CancellationToken cancellationToken) => Read(() => new KeyList(
        [.. Keys.Select(key => Some.KeyOverview(key) with { Unsuitable = Unsuitable.GetValueOrDefault(key.Key) })], [.. Absent], [
            .. Unread, .. Vaults.Select(vault => new VaultStatus(vault.Name, new VaultCondition.Answers())),
        ], Some.Now));

    async Task<ListedKeys> IKeyService.ListPageAsync(Person person, KeyQuery query, CancellationToken cancellationToken)
    {
        KeyQueries.Add(query);
        var all = await ((IKeyService)this).ListWatchedAsync(person, TimeSpan.FromDays(30), cancellationToken);
        var (page, previous, next, total) = KeyPages.Of(
            [.. all.Keys.Select(key => new KeyName(key.Key.VaultName, key.Key.Name)).Order(KeyPages.ByName)], query);
        return new ListedKeys(
            all with { Keys = [.. page.Select(name => all.Keys.First(key => key.Key.VaultName == name.Vault && key.Key.Name == name.Name))], Absent = previous
                ? []
                : all.Absent },
            previous, next, total, Some.Now, page.Count > 0 ? page[0].ToString() : null, page.Count > 0 ? page[^1].ToString() : null);
    }

    Task<Outcome<KeyFinding>> IKeyService.FindAsync(
        Person person, string vault, string name, CancellationToken cancellationToken) => Read<Outcome<KeyFinding>>(() =>
        Absent.Find(key => key.Key.Name == name && key.Key.VaultName == vault) is { } absent ? new KeyFinding.Absent(absent)
        : Keys.Find(key => key.Key.Name == name && key.Key.VaultName == vault) is { } key ? new KeyFinding.Shown(key)
        : new Refusal(ProvisioningRefusals.KeyNotFound, null, name));

    Task<Outcome<KeyDetail>> IKeyService.GetAsync(
        Person person, string vault, string name, CancellationToken cancellationToken) => Read<Outcome<KeyDetail>>(() =>
        Keys.Find(key => key.Key.Name == name && key.Key.VaultName == vault) is { } key ? key : new Refusal(ProvisioningRefusals.KeyNotFound, null, name));

    Task<Outcome<KeyIdentifier>> IKeyService.CreateAsync(Person person, NewKey form, CancellationToken cancellationToken) =>
        Ask($"create key {form.Name} {form.Size}", () => (Outcome<KeyIdentifier>)KeyIdentifier.Create(Some.Vault.Uri, form.Name));

    Task<Outcome<KeyDetail>> IKeyService.RetireVersionAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken) =>
        Ask($"retire {version.Version}", () => SetAvailability(version, KeyAvailability.Disabled));

    Task<Outcome<KeyDetail>> IKeyService.EnableVersionAsync(Person person, KeyIdentifier version, CancellationToken cancellationToken) =>
        Ask($"enable {version.Version}", () => SetAvailability(version, KeyAvailability.Enabled));

    public Func<RotationPlan, RotationPlan> RotationPlan { get; set; } = plan => plan;

    Task<Outcome<RotationPlan>> IRotationService.PlanAsync(
        Person person, KeyIdentifier key, CancellationToken cancellationToken) => Read<Outcome<RotationPlan>>(() =>
    {
        var detail = Keys.First(known => known.Key == key);
        var open = detail.Dependents.Where(dependent => !dependent.Pinned)
            .ToLookup(dependent => dependent.Access.Access is KeyAccess.Accessible or KeyAccess.Degraded);
        return RotationPlan(
            new RotationPlan(key, detail.Current, [.. open[true]], [.. detail.Dependents.Where(dependent => dependent.Pinned)], [.. open[false]], Some.Now));
    });

    Task<Outcome<Guid>> IRotationService.StartAsync(Person person, KeyIdentifier key, string expectedCurrent, CancellationToken cancellationToken) =>
        Ask($"rotate {expectedCurrent}", () => Starts);

    Task<Outcome<Guid>> IRotationService.StartPickupAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken) =>
        Ask("pick up", () => Starts);

    Task<IReadOnlyList<RotationRecord>> IRotationService.HistoryAsync(Person person, KeyIdentifier key, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<RotationRecord>>(() => [.. Rotations]);

    Task<Outcome<RekeyPlan>> IRekeyService.PlanAsync(Person person, string instance, KeyIdentifier key, CancellationToken cancellationToken) =>
        Read(() => RekeyPlan?.Invoke(key) ?? Some.RekeyPlan(key));

    Task<Outcome<Guid>> IRekeyService.StartAsync(
        Person person, string instance, KeyIdentifier key, KeyIdentifier expectedFrom, string reason, CancellationToken cancellationToken) =>
        Ask($"rekey {instance} {expectedFrom} {key}: {reason}", () => Starts);

    Task<Outcome<ReencryptionReading>> IReencryptionService.GetAsync(Person person, string instance, CancellationToken cancellationToken) =>
        Read(() => Reencryption ?? Some.Reencryption());

    Task<Outcome<Guid>> IReencryptionService.StartAsync(Person person, string instance, string reason, CancellationToken cancellationToken) =>
        Ask($"re-encrypt {instance}: {reason}", () =>
        {
            Reencryption = Some.Reencryption(ReencryptionState.Running, remaining: 20_873) with { Operation = Some.OperationId };
            return Starts;
        });

    Task<Outcome<RevocationImpact>> IRevocationService.PreviewAsync(Person person, RevocationTarget target, CancellationToken cancellationToken) =>
        Read(() => Preview?.Invoke(target) ?? Some.Impact(target, Some.Now));

    Task<Outcome<Guid>> IRevocationService.StartAsync(
        Person person, RevocationTarget target, string acknowledged, RevokeWhy why, string reason, CancellationToken cancellationToken) =>
        Ask($"revoke {target.Method} {acknowledged} {why}: {reason}", () => Starts);

    Task<Outcome<Guid>> IRevocationService.StartRestoreAsync(Person person, Guid revocation, string reason, CancellationToken cancellationToken) =>
        Ask($"restore {revocation}: {reason}", () => Starts);

    Task<IReadOnlyList<ActiveRevocation>> IRevocationService.ListActiveAsync(Person person, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<ActiveRevocation>>(() => [.. Revocations]);

    Task<Operation?> IOperationService.GetAsync(Person person, Guid id, CancellationToken cancellationToken) =>
        Read(() => Operations.Find(operation => operation.Id == id));

    Task<IReadOnlyList<Operation>> IOperationService.ListAsync(Person person, Guid? before, int count, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Operation>>(() => [.. Operations.Where(operation => before is null || operation.Id.CompareTo(before.Value) < 0).Take(count)]);

    Task<LogPage<Operation>> IOperationService.FindAsync(Person person, OperationQuery query, CancellationToken cancellationToken) => Read(() =>
    {
        var all = Operations.Where(operation => (query.Kind is null || operation.Kind == query.Kind) && (query.State is null || operation.State == query.State)
            && operation.Subject.Contains(query.Search ?? "", StringComparison.OrdinalIgnoreCase)).ToList();
        return Page(
            all,
            query.Before is { } before
                ? all.FindIndex(operation => operation.Id == before) + 1
                : query.After is { } after
                ? all.FindIndex(operation => operation.Id == after) - query.Count
                : 0,
            query.Count);
    });

    Task<Operation?> IOperationService.WaitAsync(Person person, Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<ActivityEntry>> IActivityLog.ListAsync(
        Person person, ActivityFilter filter, long? before, int count, CancellationToken cancellationToken) => Read<IReadOnlyList<ActivityEntry>>(() =>
        [.. Activity.Where(entry => (filter.Subject is null || entry.Subject == filter.Subject) && (before is null || entry.Sequence < before))
            .OrderByDescending(entry => entry.Sequence)
            .Take(count)]);

    Task<LogPage<ActivityEntry>> IActivityLog.FindAsync(
        Person person, ActivityFilter filter, long? before, long? after, int count, CancellationToken cancellationToken) => Read(() =>
    {
        var all = Activity.Where(entry => (filter.Subject is null || entry.Subject == filter.Subject)
            && (filter.Result is null || entry.Result == filter.Result)
            && entry.Subject.Contains(filter.Search ?? "", StringComparison.OrdinalIgnoreCase)).OrderByDescending(entry => entry.Sequence).ToList();
        return Page(
            all,
            before is not null ? all.Count(entry => entry.Sequence >= before) : after is not null ? all.Count(entry => entry.Sequence > after) - count : 0,
            count);
    });

    private static LogPage<TItem> Page<TItem>(List<TItem> all, int from, int count)
    {
        var start = Math.Max(0, from);
        return new LogPage<TItem>([.. all.Skip(start).Take(count)], start > 0, start + count < all.Count, all.Count, false);
    }

    Task<IReadOnlyDictionary<string, AccessLoss>> IActivityLog.FindLossesAsync(
        Person person, IReadOnlyCollection<string> instances, CancellationToken cancellationToken) =>
        Read<IReadOnlyDictionary<string, AccessLoss>>(() => Losses.Where(loss => instances.Contains(loss.Key)).ToDictionary());

    private Outcome<KeyDetail> SetAvailability(KeyIdentifier version, KeyAvailability availability)
    {
        var index = Keys.FindIndex(key => key.Key == version.Versionless);
        Keys[index] = Keys[index] with { Versions = [
            .. Keys[index].Versions.Select(known => known.Id == version ? known with { Availability = availability } : known),
        ] };
        return Keys[index];
    }

    private async Task<T> Read<T>(Func<T> answer)
    {
        await (Gate ?? Task.CompletedTask);
        return Failure is null ? answer() : throw Failure;
    }

    private Task<Outcome<T>> Ask<T>(string call, Func<Outcome<T>> answer)
    {
        Calls.Add(call);
        return Read(() => RefuseChanges is null ? answer() : RefuseChanges);
    }

    private sealed class Follower(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
