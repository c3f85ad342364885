using Bunit;
using DpsPortal.Features.Operations;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Tests.Components.Fakes;

namespace DpsPortal.Tests.Components;

public sealed class OperationPageTests : PageTests
{
    private IRenderedComponent<OperationPage> OpenOperation() => Open<OperationPage>(page => page.Add(it => it.Id, Some.OperationId));

    private static Operation Revoke(OperationState state, StepState vault, StepState dps, Refusal? failure = null) => Some.Operation(
        OperationKind.Revoke, state, failure: failure, steps: [
            Some.Step(StepCodes.DisableVersion, vault, Some.V3.ToString()), Some.Step(StepCodes.ConfirmRevoked, dps, "dps-contoso-prod"),
        ]);

    [Theory]
    [InlineData(OperationState.Running, "In progress. You can leave this page")]
    [InlineData(OperationState.Waiting, "Waiting for what has not come yet.")]
    [InlineData(OperationState.Succeeded, "Done and confirmed.")]
    [InlineData(OperationState.Failed, "The rotation was not done: no new version was made, and the instances are wrapped as before.")]
    [InlineData(
        OperationState.Unconfirmed,
        "The new version exists and is current; whether every instance is wrapped by it could not be confirmed. Keep the earlier version enabled.")]
    public void Every_state_has_its_sentence(OperationState state, string sentence)
    {
        Fake.Operations.Add(Some.Operation(state: state));

        Assert.Contains(sentence, Collapse(OpenOperation().Find("[role=status]").TextContent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OperationKind.CreateInstance, OperationState.Partial, "not all that had been made for it could be taken back")]
    [InlineData(OperationKind.Rotate, OperationState.Partial, "The new version exists and is current, and not every instance is wrapped by it.")]
    [InlineData(OperationKind.Revoke, OperationState.Partial, "Only a part was withdrawn at the vault; it stays withdrawn.")]
    [InlineData(OperationKind.Restore, OperationState.Unconfirmed, "Given back at the vault. DPS had not seen the effect")]
    [InlineData(OperationKind.Restore, OperationState.Failed, "Nothing was given back")]
    [InlineData(OperationKind.Rekey, OperationState.Failed, "The instance has not moved")]
    public void Each_kind_says_what_is_left_when_it_did_not_succeed(OperationKind kind, OperationState state, string sentence)
    {
        Fake.Operations.Add(Some.Operation(kind, state));

        Assert.Contains(sentence, Collapse(OpenOperation().Find(".status-sentence").TextContent), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        OperationKind.Revoke, ServiceRefusals.GivenBackMeanwhile, "for at least one instance given back, not by a restore here, before DPS had noticed")]
    [InlineData(
        OperationKind.Restore, ServiceRefusals.TakenAgainMeanwhile, "for at least one instance taken again, not by a revocation here, before DPS had noticed")]
    public void What_others_turned_round_while_it_waited_is_not_said_to_come_by_itself(OperationKind kind, string code, string sentence)
    {
        Fake.Operations.Add(Some.Operation(kind, OperationState.Unconfirmed) with { Failure = new Refusal(code, null, "dps-contoso-prod") });

        var text = TextOf(OpenOperation());

        Assert.Contains(sentence, text, StringComparison.Ordinal);
        Assert.DoesNotContain("by itself", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AftermathKind.Open, "Still so")]
    [InlineData(AftermathKind.EffectCame, "Completed later")]
    [InlineData(AftermathKind.Restored, "Restored since")]
    [InlineData(AftermathKind.UndoneOutside, "Undone outside the portal since")]
    public void A_revoke_says_what_has_become_of_it(AftermathKind kind, string words)
    {
        Fake.Operations.Add(Revoke(OperationState.Succeeded, StepState.Done, StepState.Done) with { Aftermath = new Aftermath(kind, Some.Now) });

        Assert.Contains(words, TextOf(OpenOperation()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AftermathKind.RevokedAgain, "Revoked again since")]
    [InlineData(AftermathKind.TakenOutside, "Taken again outside the portal since")]
    public void A_restore_that_nobody_saw_and_that_was_turned_round_tells_the_rest_as_past(AftermathKind kind, string words)
    {
        Fake.Operations.Add(Some.Operation(
            OperationKind.Restore, OperationState.Unconfirmed,
            failure: new Refusal(ServiceRefusals.StillDenied, null, "dps-contoso-prod", "RoleMissing", "")) with
        {
            Aftermath = new Aftermath(kind, Some.Now),
        });

        var page = OpenOperation();

        Assert.Contains(words, TextOf(page), StringComparison.Ordinal);
        Assert.StartsWith("When it ended: ", Collapse(page.Find(".status-sentence").TextContent), StringComparison.Ordinal);
        Assert.DoesNotContain("still denied access", TextOf(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KeyAccess.Revoked, "Revoked")]
    [InlineData(KeyAccess.Accessible, "Accessible")]
    public void What_an_ended_revoke_says_of_access_is_what_DPS_says_now(KeyAccess access, string words)
    {
        Fake.Operations.Add(
            Revoke(OperationState.Succeeded, StepState.Done, StepState.Done) with { Touched = [new TouchedInstance("dps-contoso-prod", Some.Access(access))] });

        var text = TextOf(OpenOperation());

        Assert.Contains("Access of the instances concerned, as DPS reports it now dps-contoso-prod " + words, text, StringComparison.Ordinal);
        Assert.DoesNotContain("403011", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_waits_after_a_role_was_assigned_says_that_the_vault_has_to_honour_it()
    {
        Fake.Operations.Add(Some.Operation(
            OperationKind.CreateInstance, OperationState.Waiting, steps: [
                Some.Step(StepCodes.AssignRole, StepState.Done, "id-new", "key"), Some.Step(StepCodes.ProveAccess, StepState.Running, "key"),
            ]));

        var sentence = Collapse(OpenOperation().Find("[role=status]").TextContent);

        Assert.Contains("Waiting until the vault answers and honours the role.", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("does not answer", sentence, StringComparison.Ordinal);
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

        Assert.Contains(
            "Key vault Changed DPS Asking the vault; keys are dropped once it denies access Effect Not confirmed: reads and writes may still " +
            "work", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "en",
        "Role removed; the vault may honour it for a while yet DPS The vault has not denied access yet; DPS asks again by itself Effect Rejected with " +
        "403011 for 1 of 2 instances; not confirmed for the others")]
    [InlineData(
        "es",
        "el almacén aún puede aceptarlo un tiempo DPS El almacén aún no deniega el acceso; DPS vuelve a consultarlo automáticamente Efecto Rechazadas " +
        "con 403011 en 1 de 2 instancias; sin confirmar en las demás")]
    public void A_removed_role_that_is_still_honoured_has_not_taken_effect(string culture, string lanes)
    {
        Speak(culture);
        Fake.Operations.Add(Some.Operation(OperationKind.Revoke, OperationState.Waiting, steps:
        [
            Some.Step(StepCodes.RemoveRoleAssignment, StepState.Done, "id-prod", "assignment"),
            Some.Step(StepCodes.ConfirmRevoked, StepState.Done, "dps-contoso-prod"),
            Some.Step(StepCodes.ConfirmRevoked, StepState.Running, "dps-contoso-pilot"),
        ]));

        var page = OpenOperation();

        Assert.Contains(lanes, TextOf(page), StringComparison.Ordinal);
        Assert.Contains(
            culture == "en" ? "Waiting until the vault denies access to DPS." : "En espera de que el almacén deniegue el acceso a DPS.",
            Collapse(page.Find("[role=status]").TextContent),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_revoke_shows_the_rejected_operations_and_the_way_back()
    {
        Role = PortalRole.Approver;
        Fake.Operations.Add(Revoke(OperationState.Succeeded, StepState.Done, StepState.Done));
        Fake.Revocations.Add(Some.Revocation());
        Fake.Rejected.Add(Some.Rejected(1, id: "meter-1"));
        var page = OpenOperation();

        Assert.Contains("meter-1", TextOf(page), StringComparison.Ordinal);
        Assert.DoesNotContain("Open operation", TextOf(page), StringComparison.Ordinal);

        Button(page, "Restore access").Click();
        GiveReason("Restore access");
        Assert.Equal([$"restore {Some.OperationId}: It was a drill"], Fake.Calls);
    }

    [Theory]
    [InlineData(OperationState.Succeeded, StepState.Done, "Done and confirmed.")]
    [InlineData(OperationState.Unconfirmed, StepState.Failed, "The instance has moved, but not everything after that could be confirmed.")]
    public void A_re_key_that_has_moved_the_instance_says_what_to_do_next_and_leads_back(OperationState state, StepState prune, string sentence)
    {
        Fake.Operations.Add(Rekey(state, StepState.Done, prune));
        var page = OpenOperation();

        Assert.Contains(sentence, Collapse(page.Find("[role=status]").TextContent), StringComparison.Ordinal);
        Assert.Contains(
            "Move dps-contoso-prod from kv-contoso-prod/kek-dps-prod (3b8e2d2e) to kv-contoso-clean/kek-dps-new", TextOf(page), StringComparison.Ordinal);
        Assert.Equal("/instances/dps-contoso-prod?tab=verify", Button(page, "Read every record under the new key").GetAttribute("href"));
        Assert.Equal(
            "/keys/kv-contoso-prod/kek-dps-prod",
            Button(page, "Retire the old key kv-contoso-prod/kek-dps-prod: once no instance needs it, disable its versions").GetAttribute("href"));
        Assert.Equal(
            $"/instances/dps-contoso-prod/rekey?key={Uri.EscapeDataString(Some.Key.ToString())}",
            Button(page, "Move back to kv-contoso-prod/kek-dps-prod").GetAttribute("href"));
        Assert.Equal("/instances/dps-contoso-prod", Button(page, "dps-contoso-prod").GetAttribute("href"));
        Assert.Equal(state == OperationState.Unconfirmed, TextOf(page).Contains("Repeat the change to the same key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(OperationState.Succeeded, true)]
    [InlineData(OperationState.Running, false)]
    [InlineData(OperationState.Failed, false)]
    public void An_instance_that_was_created_says_what_comes_next(OperationState state, bool next)
    {
        Role = PortalRole.DpsOperator;
        Fake.Operations.Add(Some.Operation(OperationKind.CreateInstance, state));
        var page = OpenOperation();

        Assert.Equal(next, TextOf(page).Contains("Next for dps-contoso-prod", StringComparison.Ordinal));
        if (next)
        {
            Assert.Equal("/instances/dps-contoso-prod", Button(page, "Open instance").GetAttribute("href"));
            Assert.Equal("/instances/dps-contoso-prod/enrollments/new", Button(page, "Add enrollment").GetAttribute("href"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_way_back_from_the_same_key_is_the_other_mode(bool pinned)
    {
        Fake.Operations.Add(Rekey(OperationState.Succeeded, StepState.Done, StepState.Done, to: pinned ? Some.V3 : Some.Key));
        var page = OpenOperation();

        var back = Button(page, pinned ? "Move back to kv-contoso-prod/kek-dps-prod" : "Move back to kv-contoso-prod/kek-dps-prod (3b8e2d2e)");
        Assert.EndsWith(Uri.EscapeDataString((pinned ? Some.Key : Some.V3).ToString()), back.GetAttribute("href"), StringComparison.Ordinal);
        Assert.DoesNotContain("Retire the old key", TextOf(page), StringComparison.Ordinal);
    }

    [Fact]
    public void A_re_key_that_could_not_move_the_instance_has_nothing_next()
    {
        Fake.Operations.Add(Rekey(
            OperationState.Failed, StepState.Failed, StepState.Pending, new Refusal(ProvisioningRefusals.RekeyNeedsCurrentKey, null, Some.V3.ToString())));

        var text = TextOf(OpenOperation());

        Assert.Contains(
            "The instance key can only be unwrapped with kv-contoso-prod/kek-dps-prod (3b8e2d2e), and access to that key is missing or not certain now.", text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("What to do next", text, StringComparison.Ordinal);
    }

    private static Operation Rekey(OperationState state, StepState rekey, StepState prune, Refusal? failure = null, KeyIdentifier? to = null) => Some.Operation(
        OperationKind.Rekey,
        state,
        failure: failure,
        steps:
        [
            Some.Step(StepCodes.RekeyInstance, rekey, "dps-contoso-prod", Some.V3.ToString(), (to ?? Some.CleanKey).ToString()),
            Some.Step(StepCodes.PruneInstance, prune, "dps-contoso-prod"),
        ]);

    [Fact]
    public void A_failure_says_what_to_do()
    {
        Fake.Operations.Add(Revoke(OperationState.Unconfirmed, StepState.Done, StepState.Failed, new Refusal(ServiceRefusals.NotConfirmed)));

        Assert.Contains(
            "DPS has not seen the effect yet. A changed role can take some minutes to count at the vault; “Check now” on the instance asks again.",
            TextOf(OpenOperation()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_that_does_not_exist_is_said_not_to_exist() =>
        Assert.Contains("No such operation", TextOf(OpenOperation()), StringComparison.Ordinal);
}
