using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Storage;

namespace DpsPortal.Services.Operations;

/// <summary>Writes plans and results into an operation's row.</summary>
internal static class StepBook
{
    /// <summary>Brings the stored steps in line with the plan and marks the next one as running.</summary>
    public static void Begin(OperationRow row, IReadOnlyList<Step> plan, DateTimeOffset now)
    {
        var stored = row.Steps.ToDictionary(Key);
        for (var position = 0; position < plan.Count; position++)
        {
            var arguments = Stored.Write(plan[position].Arguments);
            if (!stored.Remove((plan[position].Code, arguments), out var step))
            {
                step = new StepRow { Code = plan[position].Code, Arguments = arguments, State = StepState.Pending };
                row.Steps.Add(step);
            }

            step.Position = position;
        }

        row.Steps.RemoveAll(step => stored.ContainsKey(Key(step)) && step.State is StepState.Pending or StepState.Running);
        if (Next(row) is { } next)
        {
            next.State = StepState.Running;
            next.Attempts++;
            next.StartedAt ??= now.UtcTicks;
        }
    }

    public static StepRow? Next(OperationRow row) =>
        row.Steps.OrderBy(step => step.Position).FirstOrDefault(step => step.State is StepState.Pending or StepState.Running);

    public static void Record(OperationRow row, StepResult result, Func<OperationState> verdictWhenStopped, DateTimeOffset now)
    {
        var step = Next(row) ?? throw new InvalidOperationException("A result came without a step that runs.");
        row.Facts = result.Facts is null ? row.Facts : Stored.Write(result.Facts);
        row.State = result is StepResult.Wait(var state) ? state : OperationState.Running;
        switch (result)
        {
            case StepResult.Done:
                Finish(step, StepState.Done, now);
                break;
            case StepResult.Replan:
                step.State = StepState.Pending;
                break;
            case StepResult.Missed missed:
                Finish(step, StepState.Failed, now);
                row.Failure = IsToBeKept(row, missed.Why) ? row.Failure : Stored.Write(missed.Why);
                row.Verdict ??= missed.Verdict;
                break;
            case StepResult.Stopped stopped:
                Finish(step, StepState.Failed, now);
                row.Failure ??= Stored.Write(stopped.Why);
                row.Verdict ??= verdictWhenStopped();
                row.Stopped = true;
                break;
        }
    }

    public static void Close(OperationRow row, DateTimeOffset now)
    {
        row.State = row.Verdict ?? OperationState.Succeeded;
        row.FinishedAt = now.UtcTicks;
    }

    /// <summary>
    /// The first is, unless only the later one says what much hangs on: that an instance is left to another revocation, where a fence says
    /// itself that it stands; or that others turned the change round, where the effect of another instance is only awaited.
    /// </summary>
    private static bool IsToBeKept(OperationRow row, Refusal why) => row.Failure is { } first && (why.Code, Stored.ReadRefusal(first)?.Code) is not (
        (ServiceRefusals.HeldByAnotherRevocation, ServiceRefusals.FenceNotLifted)
        or (ServiceRefusals.GivenBackMeanwhile or ServiceRefusals.TakenAgainMeanwhile, ServiceRefusals.NotConfirmed or ServiceRefusals.StillDenied));

    private static void Finish(StepRow step, StepState state, DateTimeOffset now)
    {
        step.State = state;
        step.FinishedAt = now.UtcTicks;
    }

    private static (string Code, string Arguments) Key(StepRow step) => (step.Code, step.Arguments);
}
