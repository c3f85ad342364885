using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Operations;
using DpsPortal.Tests.Services;

namespace DpsPortal.Tests.Campaigns;

/// <summary>A claim that was not so.</summary>
/// <param name="Kind">The same for the same falsehood, whatever the names.</param>
internal sealed record Falsehood(string Kind, string Detail, int Step);

/// <summary>One sequence: takes the steps, and after each compares every claim with the truth.</summary>
internal sealed class TruthSubject
{
    private readonly TruthPeople _people;
    private readonly TruthOthers _others;
    private readonly TruthChecks _checks;
    private readonly List<Falsehood> _found = [];

    private TruthSubject(TruthWorld world)
    {
        World = world;
        Blame = new TruthBlame(this);
        _people = new TruthPeople(this);
        _others = new TruthOthers(this);
        _checks = new TruthChecks(this);
    }

    public TruthWorld World { get; }

    public TruthBlame Blame { get; }

    public IReadOnlyList<Falsehood> Found => _found;

    /// <summary>By what they are about: claims that said something, and claims that said that it is not known, in calm conditions.</summary>
    public Dictionary<string, (int Definite, int Unknown)> Count { get; } = [];

    /// <summary>Whether every change of roles takes its effect at once.</summary>
    public bool RolesAreSlow { get; set; }

    /// <summary>Whether vault and keys are all there and can be reached.</summary>
    public bool IsWhole { get; set; } = true;

    public bool IsCalm => World.Systems is { Cut: Cut.None, Rejects: false } && !RolesAreSlow;

    /// <summary>Whether DPS has asked the vault about every instance since anything changed there.</summary>
    public bool IsFresh { get; set; } = true;

    public static async Task<TruthSubject> BeginAsync(TruthSystems systems, int shape)
    {
        var world = new TruthWorld(systems);
        await world.BeginAsync(shape);
        var subject = new TruthSubject(world);
        await subject.Blame.BeginAsync();
        await subject._checks.CheckAsync();
        return subject;
    }

    public async Task TakeAsync(TruthStep step)
    {
        IsFresh = false;
        World.Steps.Add(step.ToString());
        await DoAsync(step);
        await _checks.CheckAsync();

        // What DPS noticed only because it was read: it is due to what was done before.
        await World.Portal.CaughtUpAsync();
        await Blame.CompareAsync();
    }

    /// <summary>Everything that was changed is put right outside the portal, seen by DPS, and then whatever is said must be so.</summary>
    public async Task EndAsync()
    {
        await DoAsync(new TruthStep(TruthHappening.Reconnect));
        await DoAsync(new TruthStep(TruthHappening.RolesSettle));
        await TakeAsync(new TruthStep(TruthHappening.Recheck));
        await World.EndAsync();
    }

    /// <summary>Counts a claim that the portal has left open.</summary>
    public void Open(string about) => Said(about, definite: false);

    /// <summary>Counts a claim, and keeps it where it is false.</summary>
    public void Claim(bool isSo, string kind, Func<string> detail)
    {
        Said(kind.Split(':', ' ')[0], definite: true);
        if (!isSo)
        {
            _found.Add(new Falsehood(kind, detail(), World.Steps.Count));
        }
    }

    public TruthInstance Instance(int which) => World.Instances[which % World.Instances.Count];

    /// <summary>Time passes for DPS.</summary>
    public Task PassAsync(TimeSpan span) => _others.PassAsync(span);

    public static string Of(Refusal? refusal) => refusal is null ? "" : $"{refusal.Code}({string.Join(',', refusal.Arguments)})";

    public async Task<Operation> EndedAsync(Guid id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return (await World.Portal.Operations.WaitAsync(Staff.Auditor, id, patience.Token))!;
    }

    private async Task DoAsync(TruthStep step)
    {
        var actor = step.What < TruthHappening.NewVersion ? await _people.TakeAsync(step) : await _others.TakeAsync(step);
        await World.Portal.CaughtUpAsync();
        await Blame.NoteAsync(actor);
    }

    private void Said(string about, bool definite)
    {
        if (IsCalm && IsWhole)
        {
            var (said, open) = Count.GetValueOrDefault(about);
            Count[about] = definite ? (said + 1, open) : (said, open + 1);
        }
    }
}
