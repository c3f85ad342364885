using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Operations;

/// <summary>What came of one attempt at a step.</summary>
/// <param name="Facts">What is known now and is stored with the result; <see langword="null"/> leaves the facts as they are.</param>
internal abstract record StepResult(object? Facts)
{
    public sealed record Done(object? Facts = null) : StepResult(Facts);

    /// <summary>The facts changed what there is to do; the plan is made again and this step comes after it.</summary>
    public sealed record Replan(object? Facts) : StepResult(Facts);

    /// <summary>Something does not answer or does not show yet; the same step is tried again after a pause.</summary>
    /// <param name="As">Running where what is waited for is work that goes on.</param>
    public sealed record Wait(OperationState As = OperationState.Waiting) : StepResult((object?)null);

    /// <summary>It failed, and the steps after it still make sense; in the end the operation is <paramref name="Verdict"/>.</summary>
    public sealed record Missed(Refusal Why, OperationState Verdict, object? Facts = null) : StepResult(Facts);

    /// <summary>It failed and nothing more is done.</summary>
    public sealed record Stopped(Refusal Why) : StepResult((object?)null);
}
