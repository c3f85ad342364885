using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Operations;

/// <summary>How one kind of operation is carried out: a list of steps computed from what is stored, and nothing held in memory.</summary>
internal interface IProcedure
{
    OperationKind Kind { get; }

    string ActivityCode { get; }

    /// <summary>All steps, those already done included, in order. Pure.</summary>
    IReadOnlyList<Step> Plan(OperationRun run);

    /// <summary>What the entry in the activity log says of it.</summary>
    IReadOnlyList<string> Describe(OperationRun run);

    /// <summary>The keys that it concerns beside its subject.</summary>
    IReadOnlyList<KeyIdentifier> Keys(OperationRun run) => [];

    /// <summary>The state to end in when a step has stopped it.</summary>
    OperationState VerdictWhenStopped(OperationRun run) => OperationState.Failed;

    /// <summary>Takes back what a stopped operation had prepared. Idempotent.</summary>
    /// <returns>Whether nothing of it is left.</returns>
    Task<bool> TakeBackAsync(OperationRun run, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>The state that it ends in, when all of it is known, where a step has failed.</summary>
    OperationState VerdictAtEnd(OperationRun run, OperationState verdict) => verdict;
}
