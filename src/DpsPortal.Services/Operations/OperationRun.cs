using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Storage;

namespace DpsPortal.Services.Operations;

/// <summary>An operation as it is stored at this moment.</summary>
internal sealed class OperationRun(OperationRow row)
{
    public Guid Id => row.Id;

    public OperationKind Kind => row.Kind;

    public string Subject => row.Subject;

    public OperationState State => row.State;

    public Person By { get; } = row.By.ToPerson();

    public Caller Caller => By.AsCaller();

    public string? Reason => row.Reason;

    public Refusal? Failure => Stored.ReadRefusal(row.Failure);

    public OperationState? Verdict => row.Verdict;

    public bool Stopped => row.Stopped;

    public bool Ended => row.FinishedAt is not null;

    public DateTimeOffset StartedAt => Stored.Time(row.StartedAt);

    public DateTimeOffset? FinishedAt => Stored.Time(row.FinishedAt);

    public IReadOnlyList<OperationStep> Steps { get; } = [.. row.Steps.OrderBy(step => step.Position).Select(ToStep)];

    public T Intent<T>() => Stored.Read<T>(row.Intent);

    public T? Facts<T>()
        where T : class => row.Facts is null ? null : Stored.Read<T>(row.Facts);

    public IEnumerable<OperationStep> Done(string code) => Steps.Where(step => step.Code == code && step.State == StepState.Done);

    public Operation ToOperation(Aftermath? aftermath) =>
        new(Id, Kind, Subject, Told, Steps, By, Reason, StartedAt, FinishedAt, Ended ? Failure : null, aftermath);

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
        step.Code, Stored.Read<string[]>(step.Arguments), step.State, Stored.Time(step.StartedAt), Stored.Time(step.FinishedAt));
}
