using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Storage;

namespace DpsPortal.Services.Operations;

/// <summary>An operation as it is stored at this moment. All of it is read at once, so that one that is damaged is known before it is used.</summary>
internal sealed class OperationRun
{
    private readonly OperationRow _row;

    public OperationRun(OperationRow row)
    {
        _row = row;
        By = row.By?.ToPerson() ?? new Person("", "", default);
        try
        {
            Steps = [.. row.Steps.OrderBy(step => step.Position).Select(ToStep)];
            StoredOperations.Read(row);
        }
        catch (Exception fault) when (DamagedRows.IsOfContent(fault))
        {
            (IsDamaged, Steps) = (true, []);
        }
    }

    public Guid Id => _row.Id;

    public long Sequence => _row.Sequence;

    /// <summary>What it was to do, or what of that is done, cannot be read. Its subject, its people and its place among the others can.</summary>
    public bool IsDamaged { get; }

    public OperationKind Kind => _row.Kind;

    public string Subject => _row.Subject;

    public OperationState State => _row.State;

    public Person By { get; }

    public Caller Caller => By.AsCaller();

    public string? Reason => _row.Reason;

    /// <summary>What kind of reason a revoke has.</summary>
    public RevokeWhy? Why => Kind is OperationKind.Revoke ? Intent<RevokeIntent>().Why : null;

    public Refusal? Failure => Stored.ReadRefusal(_row.Failure);

    public OperationState? Verdict => _row.Verdict;

    public bool Stopped => _row.Stopped;

    public bool Ended => _row.FinishedAt is not null;

    public DateTimeOffset StartedAt => Stored.Time(_row.StartedAt);

    public DateTimeOffset? FinishedAt => Stored.Time(_row.FinishedAt);

    public IReadOnlyList<OperationStep> Steps { get; }

    public T Intent<T>() => Stored.Read<T>(_row.Intent);

    public T? Facts<T>()
        where T : class => _row.Facts is null ? null : Stored.Read<T>(_row.Facts);

    public IEnumerable<OperationStep> Done(string code) => Steps.Where(step => step.Code == code && step.State == StepState.Done);

    /// <summary>Whether a text stands in what was stored of it, also where that cannot be read.</summary>
    public bool Mentions(string text) => _row.Facts?.Contains(text, StringComparison.Ordinal) is true;

    public Operation ToOperation(Aftermath? aftermath) => IsDamaged ? StoredOperations.Unreadable(_row, By) :
        new(Id, Kind, Subject, Told, Steps, By, Reason, StartedAt, FinishedAt, Ended ? Failure : null, aftermath) { Why = Why };

    /// <summary>The release before knew no "partly done": what it stored is told by what its steps have changed.</summary>
    private OperationState Told => (State, Kind) switch
    {
        (OperationState.Failed, OperationKind.Rotate) when Done(StepCodes.CreateVersion).Any() => OperationState.Partial,
        (OperationState.Failed, OperationKind.PickUp) when Done(StepCodes.RewrapInstance).Any() => OperationState.Partial,
        (OperationState.Failed, OperationKind.Restore) when RestoreProcedure.HasChanged(this) => OperationState.Partial,
        (OperationState.Unconfirmed, OperationKind.Revoke) when Stopped => OperationState.Partial,
        _ => State,
    };

    private static OperationStep ToStep(StepRow step) => new(
        step.Code, Stored.Read<string[]>(step.Arguments), StoredOperations.Known(step.State), Stored.Time(step.StartedAt), Stored.Time(step.FinishedAt));
}
