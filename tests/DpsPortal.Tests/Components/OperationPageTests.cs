using Bunit;
using DpsPortal.Features.Operations;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;
using Xunit;

namespace DpsPortal.Tests.Components;

public sealed class OperationPageTests : PageTests
{
    private IRenderedComponent<OperationPage> OpenOperation() => Open<OperationPage>(page => page.Add(it => it.Id, Some.OperationId));

    private static Operation Revoke(OperationState state, StepState vault, StepState dps, Refusal? failure = null) => Some.Operation(
        OperationKind.Revoke, state, failure: failure, steps: [Some.Step(StepCodes.DisableVersion, vault, Some.V3.ToString()), Some.Step(StepCodes.ConfirmRevoked, dps, "dps-contoso-prod")]);

    [Theory]
    [InlineData(OperationState.Running, "In progress. You can leave this page")]
    [InlineData(OperationState.Waiting, "Waiting for something that does not answer.")]
    [InlineData(OperationState.Succeeded, "Done and confirmed.")]
    [InlineData(OperationState.Failed, "It could not be done. What had been prepared was taken back.")]
    [InlineData(OperationState.Unconfirmed, "Changed at the vault, but DPS could not confirm the effect.")]
    public void Every_state_has_its_sentence(OperationState state, string sentence)
    {
        Fake.Operations.Add(Some.Operation(state: state));

        Assert.Contains(sentence, Collapse(OpenOperation().Find("[role=status]").TextContent), StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_are_followed_live()
    {
        Fake.Operations.Add(Some.Operation(state: OperationState.Running, steps: [Some.Step(StepCodes.RewrapInstance, StepState.Running, "dps-contoso-prod")]));
        var page = OpenOperation();
        Assert.Contains("Running Re-wrap the instance key of dps-contoso-prod", TextOf(page), StringComparison.Ordinal);

        Fake.Operations[0] = Some.Operation(steps: [Some.Step(StepCodes.RewrapInstance, StepState.Done, "dps-contoso-prod")]);
        Fake.Announce(PortalChangeKind.Operation, Some.OperationId.ToString());

        page.WaitForAssertion(() => Assert.Contains("Done Re-wrap the instance key of dps-contoso-prod", TextOf(page), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(20, "took less than 0.1 s")]
    [InlineData(1_840, "took 1.8 s")]
    public void A_step_says_how_long_it_took_and_never_no_time(int milliseconds, string words)
    {
        var step = Some.Step(StepCodes.RewrapInstance, StepState.Done, "dps-contoso-prod");
        Fake.Operations.Add(Some.Operation(steps: [step with { FinishedAt = step.StartedAt!.Value.AddMilliseconds(milliseconds) }]));

        Assert.Contains(words, TextOf(OpenOperation()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_revoke_moves_from_the_vault_over_DPS_to_the_effect()
    {
        Fake.Operations.Add(Revoke(OperationState.Running, StepState.Done, StepState.Running));

        var text = TextOf(OpenOperation());

        Assert.Contains("Key vault Access withdrawn DPS Asking the vault, dropping cached keys Effect Reads still work", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_revoke_shows_the_rejected_reads_and_the_way_back()
    {
        Role = PortalRole.Approver;
        Fake.Operations.Add(Revoke(OperationState.Succeeded, StepState.Done, StepState.Done));
        Fake.Revocations.Add(Some.Revocation());
        Fake.Rejected.Add(Some.Rejected(1, id: "meter-1"));
        var page = OpenOperation();

        Assert.Contains("Reads and writes are rejected with 403011", TextOf(page), StringComparison.Ordinal);
        Assert.Contains("meter-1", TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Open operation", TextOf(page), StringComparison.Ordinal);

        Button(page, "Restore access").Click();
        Assert.Equal([$"restore {Some.OperationId}"], Fake.Calls);
    }

    [Fact]
    public void A_failure_says_what_to_do()
    {
        Fake.Operations.Add(Revoke(OperationState.Unconfirmed, StepState.Done, StepState.Failed, new Refusal(ServiceRefusals.NotConfirmed)));

        Assert.Contains("Check that DPS is running, then use “Check now” on the instance.", TextOf(OpenOperation()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_that_does_not_exist_is_said_not_to_exist() => Assert.Contains("No such operation", TextOf(OpenOperation()), StringComparison.Ordinal);
}
