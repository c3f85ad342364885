using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>Undoes exactly what a revocation changed, and has succeeded when each instance has verified an unwrap.</summary>
internal sealed class RestoreProcedure(
    VaultKeys vault, IVaultManagement management, IProvisioningInstances instances, ExpectedAccessChanges expected, PortalServicesOptions options) : IProcedure
{
    public OperationKind Kind => OperationKind.Restore;

    public string ActivityCode => ActivityCodes.Restoration;

    public IReadOnlyList<Step> Plan(OperationRun run)
    {
        var intent = run.Intent<RestoreIntent>();
        return
        [
            .. intent.Versions.Select(version => new Step(
                StepCodes.EnableVersion, [version.ToString()], (_, token) => EnableAsync(run, version, token))),
            .. intent.Assignments.Select(assignment => new Step(
                StepCodes.RestoreRoleAssignment, [intent.Identity?.Name ?? "", assignment.Id], (_, token) => AssignAsync(assignment, token))),
            .. intent.Instances.Select(instance => new Step(
                StepCodes.ConfirmRestored, [instance], (attempt, token) => ConfirmAsync(run, instance, attempt, token))),
        ];
    }

    /// <summary>Method, target, the revocation.</summary>
    public IReadOnlyList<string> Describe(OperationRun run)
    {
        var (revocation, target, _, _, _, _) = run.Intent<RestoreIntent>();
        return [target.Method.ToString(), target.Instance ?? target.Key.Version ?? target.Key.Name, revocation.ToString()];
    }

    public ExpectedAccessChange Expects(OperationRun run) => new(run.Id, Lost: false, run.Intent<RestoreIntent>().Instances);

    private async Task<StepResult> EnableAsync(OperationRun run, KeyIdentifier version, CancellationToken cancellationToken)
    {
        await vault.SetEnabledAsync(version, enabled: true, cancellationToken);
        await instances.ReleaseFenceAsync(run.Caller, version, cancellationToken);
        return new StepResult.Done();
    }

    private async Task<StepResult> AssignAsync(RoleAssignment assignment, CancellationToken cancellationToken)
    {
        await management.RestoreRoleAssignmentAsync(assignment, cancellationToken);
        return new StepResult.Done();
    }

    private async Task<StepResult> ConfirmAsync(OperationRun run, string instance, int attempt, CancellationToken cancellationToken)
    {
        switch (await instances.RecheckAsync(run.Caller, instance, cancellationToken))
        {
            case Outcome<KeyAccessStatus>.Done { Value: { Access: KeyAccess.Accessible or KeyAccess.Degraded } status }:
                expected.Confirm(run.Id, instance, status.Epoch);
                return new StepResult.Done();
            case Outcome<KeyAccessStatus>.Done { Value: { Access: KeyAccess.Unavailable } status }:
                // The vault is as it should be and DPS goes on asking by itself; meanwhile the key must not stay held by this.
                return Step.WaitUntil(attempt, options.ConfirmationAttempts, () => new StepResult.Missed(
                    new Refusal(ServiceRefusals.NotConfirmed, null, instance, status.Access.ToString(), status.Cause.ToString()), OperationState.Unconfirmed));
            case Outcome<KeyAccessStatus>.Done { Value: var status }:
                // A role that was given back takes a while to be honoured.
                return Step.WaitUntil(attempt, options.ConfirmationAttempts, () => new StepResult.Missed(
                    new Refusal(ServiceRefusals.StillDenied, null, instance, status.Cause.ToString(), status.VaultErrorCode ?? ""), OperationState.Failed));
            case Outcome<KeyAccessStatus>.Refused { Refusal: var refusal }:
                return new StepResult.Missed(refusal, OperationState.Failed);
            default:
                throw new InvalidOperationException("An outcome is done or refused.");
        }
    }
}
