using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Storage;

namespace DpsPortal.Tests.Services;

/// <summary>What is stored of an operation follows its plan, whatever was under way when the process ended.</summary>
public sealed class StepBookTests
{
    [Theory]
    [InlineData(StepState.Pending)]
    [InlineData(StepState.Running)]
    public void A_step_that_the_plan_no_longer_has_is_not_attempted_and_what_is_done_stays(StepState left)
    {
        var row = new OperationRow
        {
            Subject = "key",
            Holds = "key",
            By = PersonColumns.Of(Staff.Custodian),
            Intent = "{}",
            Steps = { Stored("Done", StepState.Done, 0), Stored("Former", left, 1), Stored("Last", StepState.Pending, 2) },
        };

        StepBook.Begin(row, [Planned("Done"), Planned("Last")], new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));

        Assert.Equal([("Done", StepState.Done, 0), ("Last", StepState.Running, 1)], row.Steps.Select(step => (step.Code, step.State, step.Position)));
    }

    [Theory]
    [InlineData(ServiceRefusals.HeldByAnotherRevocation, ServiceRefusals.FenceNotLifted, ServiceRefusals.HeldByAnotherRevocation, ServiceRefusals.StillDenied)]
    [InlineData(ServiceRefusals.TakenAgainMeanwhile, ServiceRefusals.StillDenied, ServiceRefusals.TakenAgainMeanwhile, ServiceRefusals.StillDenied)]
    [InlineData(ServiceRefusals.GivenBackMeanwhile, ServiceRefusals.NotConfirmed, ServiceRefusals.GivenBackMeanwhile, ServiceRefusals.NotConfirmed)]
    [InlineData(ServiceRefusals.ChangeUncertain, ServiceRefusals.ChangeUncertain, ServiceRefusals.GivenBackMeanwhile, ServiceRefusals.NotConfirmed)]
    public void Of_several_things_that_were_missed_the_one_on_which_most_hangs_is_kept(string kept, string first, string second, string third)
    {
        var row = new OperationRow
        {
            Subject = "key",
            Holds = "key",
            By = PersonColumns.Of(Staff.Custodian),
            Intent = "{}",
            Steps = { Stored("First", StepState.Running, 0), Stored("Second", StepState.Running, 1), Stored("Third", StepState.Running, 2) },
        };

        foreach (var code in new[] { first, second, third })
        {
            StepBook.Record(
                row,
                new StepResult.Missed(new Refusal(code, null, "one"), OperationState.Partial),
                () => OperationState.Failed,
                new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero));
        }

        Assert.Equal(kept, DpsPortal.Services.Storage.Stored.ReadRefusal(row.Failure)?.Code);
    }

    private static StepRow Stored(string code, StepState state, int position) => new() { Code = code, Arguments = "[]", State = state, Position = position };

    private static Step Planned(string code) => new(code, [], (_, _) => throw new NotSupportedException());
}
