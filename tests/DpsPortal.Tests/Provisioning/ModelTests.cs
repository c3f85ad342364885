using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Tests.Campaigns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DpsPortal.Tests.Provisioning;

/// <summary>The engine against its model, and the model against faults put into the engine.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task No_sequence_of_writes_rotations_revokes_outages_and_crashes_violates_an_invariant() => await ModelRuns.RunAsync(400);
}

public sealed class SeededBugTests
{
    private static readonly SeededBug[] Bugs =
    [
        new("a cache that survives a revoke", Decorate: CachedReads.Over),
        new("altered bytes papered over with what was read before", Decorate: PaperedOver.Over),
        new("an outage taken for a revoke", Replace: Judged(verdict => verdict with { Access = KeyAccess.Revoked })),
        new(
            "a denial taken for an outage",
            Replace: Judged(verdict => verdict.Access == KeyAccess.Revoked ? verdict with { Access = KeyAccess.Unavailable } : verdict)),
        new("a lease that never ends", Replace: (services, clock) => services.AddSingleton<TimeProvider>(new StandingClock(clock))),
        new(
            "a form overwritten in place",
            "CREATE TRIGGER Bug AFTER INSERT ON WrappedKeys BEGIN UPDATE WrappedKeys SET Wrapped = NEW.Wrapped WHERE InstanceId = NEW.InstanceId; END"),
        new("a version trimmed while in use", "CREATE TRIGGER Bug AFTER INSERT ON Fences BEGIN DELETE FROM WrappedKeys WHERE WrappedBy = NEW.Version; END"),
        new(
            "a re-key that forgets a form",
            "CREATE TRIGGER Bug AFTER UPDATE OF ConfiguredKey ON Instances BEGIN DELETE FROM WrappedKeys WHERE \"Use\" <> 0; END"),
        new(
            "a re-key that is not stored",
            "CREATE TRIGGER Bug AFTER UPDATE OF ConfiguredKey ON Instances BEGIN UPDATE Instances SET ConfiguredKey = OLD.ConfiguredKey; END"),
        new(
            "an epoch that is not stored",
            "CREATE TRIGGER Bug AFTER UPDATE OF Epoch ON Instances BEGIN UPDATE Instances SET Epoch = OLD.Epoch, Access = OLD.Access, Cause = OLD.Cause; END"),
        new(
            "a write half applied",
            "CREATE TRIGGER Bug AFTER UPDATE OF Envelope ON Records WHEN NEW.Dek = OLD.Dek BEGIN UPDATE Records SET Envelope = OLD.Envelope WHERE Id " +
            "= NEW.Id; END"),
        new(
            "a write acknowledged and not kept",
            "CREATE TRIGGER Bug AFTER INSERT ON Records WHEN NEW.Id = 'device-2' BEGIN DELETE FROM Records WHERE Id = NEW.Id; END"),
        new(
            "a data-encryption key removed while in use",
            "CREATE TRIGGER Bug AFTER INSERT ON Reencryptions BEGIN DELETE FROM Deks WHERE Number <= NEW.UpTo; END"),
        new(
            "encryptions that are not counted",
            "CREATE TRIGGER Bug AFTER UPDATE OF Reserved ON Deks BEGIN UPDATE Deks SET Reserved = OLD.Reserved WHERE Number = NEW.Number; END"),
    ];

    public static TheoryData<string> Names { get; } = [.. Bugs.Select(bug => bug.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_model_finds(string bug) =>
        Assert.NotNull(await ModelRuns.FindAsync(Bugs.Single(each => each.Name == bug), sequences: 200));

    private static Action<IServiceCollection, FakeTimeProvider> Judged(Func<AccessVerdict, AccessVerdict> misjudge) =>
        (services, _) => services.AddSingleton<Classify>(failure => misjudge(FailureClassifier.Judge(failure)));

    /// <summary>A monotonic clock that stands still, as one does while its machine is suspended.</summary>
    private sealed class StandingClock(FakeTimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(callback, state, dueTime, period);
    }

    /// <summary>Returns what was read before without asking again.</summary>
    private class CachedReads : DispatchProxy
    {
        private readonly ConcurrentDictionary<string, RecordRead<RegistrationRecord>> _read = new();
        private IEnrollments _inner = null!;

        public static IEnrollments Over(IEnrollments inner) => Over<CachedReads>(inner);

        protected static IEnrollments Over<T>(IEnrollments inner)
            where T : CachedReads
        {
            var proxy = Create<IEnrollments, T>();
            ((CachedReads)(object)proxy)._inner = inner;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = () => targetMethod!.Invoke(_inner, args);
            if (targetMethod!.Name == nameof(IEnrollments.ReadRegistrationAsync))
            {
                return ReadAsync((string)args![2]!, () => (Task<RecordRead<RegistrationRecord>>)answer()!);
            }

            if (targetMethod.Name is nameof(IEnrollments.PutRegistrationAsync) or nameof(IEnrollments.DeleteAsync))
            {
                _read.Clear();
            }

            return answer();
        }

        protected virtual bool Serves(RecordRead<RegistrationRecord>? answer) => true;

        protected virtual bool AsksFirst => false;

        private async Task<RecordRead<RegistrationRecord>> ReadAsync(string id, Func<Task<RecordRead<RegistrationRecord>>> read)
        {
            var answer = AsksFirst || !_read.ContainsKey(id) ? await read() : null;
            if (answer is RecordRead<RegistrationRecord>.Found)
            {
                _read[id] = answer;
            }

            return _read.TryGetValue(id, out var before) && Serves(answer) ? before : answer!;
        }
    }

    // DispatchProxy derives from it.
    [SuppressMessage("Performance", "CA1852:Seal internal types")]
    private class PaperedOver : CachedReads
    {
        protected override bool AsksFirst => true;

        public static new IEnrollments Over(IEnrollments inner) => Over<PaperedOver>(inner);

        protected override bool Serves(RecordRead<RegistrationRecord>? answer) => answer is RecordRead<RegistrationRecord>.Corrupt;
    }
}
