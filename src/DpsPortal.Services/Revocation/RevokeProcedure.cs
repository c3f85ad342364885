using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>
/// Changes the vault, then has DPS look. It has returned when every instance that loses access reports it as revoked: durable,
/// keys dropped, reads in flight ended.
/// </summary>
internal sealed class RevokeProcedure(
    VaultKeys vault, IVaultManagement management, IProvisioningInstances instances, ExpectedAccessChanges expected, PortalServicesOptions options) : IProcedure
{
    public OperationKind Kind => OperationKind.Revoke;

    public string ActivityCode => ActivityCodes.Revocation;

    public IReadOnlyList<Step> Plan(OperationRun run)
    {
        var intent = run.Intent<RevokeIntent>();
        return
        [
            .. intent.Versions.SelectMany(version => new[]
            {
                new Step(StepCodes.FenceVersion, [version.ToString()], (_, token) => FenceAsync(run, version, token)),
                new Step(StepCodes.DisableVersion, [version.ToString()], (_, token) => DisableAsync(version, token)),
            }),
            .. intent.Assignments.Select(assignment => new Step(
                StepCodes.RemoveRoleAssignment, [intent.Identity?.Name ?? "", assignment.Id], (_, token) => RemoveAsync(assignment, token))),
            .. intent.Instances.Select(instance => new Step(
                StepCodes.ConfirmRevoked, [instance], (attempt, token) => ConfirmAsync(run, instance, attempt, token))),
        ];
    }

    /// <summary>Method, target, reason.</summary>
    public IReadOnlyList<string> Describe(OperationRun run)
    {
        var target = run.Intent<RevokeIntent>().Target;
        return [target.Method.ToString(), target.Instance ?? target.Key.Version ?? target.Key.Name, run.Reason ?? ""];
    }

    /// <summary>Once something is changed, stopping half-way is not a failure that left all as it was.</summary>
    public OperationState VerdictWhenStopped(OperationRun run) => HasChanged(run) ? OperationState.Unconfirmed : OperationState.Failed;

    public ExpectedAccessChange Expects(OperationRun run) => new(run.Id, Lost: true, run.Intent<RevokeIntent>().Instances);

    public static bool HasChanged(OperationRun run) => run.Done(StepCodes.DisableVersion).Concat(run.Done(StepCodes.RemoveRoleAssignment)).Any();

    /// <summary>A version that was not disabled may be wrapped under again.</summary>
    public async Task TakeBackAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var disabled = run.Done(StepCodes.DisableVersion).Select(step => step.Arguments[0]).ToHashSet();
        foreach (var version in run.Intent<RevokeIntent>().Versions.Where(version => !disabled.Contains(version.ToString())))
        {
            await instances.ReleaseFenceAsync(run.Caller, version, cancellationToken);
        }
    }

    private async Task<StepResult> FenceAsync(OperationRun run, KeyIdentifier version, CancellationToken cancellationToken)
    {
        await instances.FenceAsync(run.Caller, version, cancellationToken);
        return new StepResult.Done();
    }

    private async Task<StepResult> DisableAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        await vault.SetEnabledAsync(version, enabled: false, cancellationToken);
        return new StepResult.Done();
    }

    private async Task<StepResult> RemoveAsync(RoleAssignment assignment, CancellationToken cancellationToken)
    {
        await management.RemoveRoleAssignmentAsync(assignment, cancellationToken);
        return new StepResult.Done();
    }

    private async Task<StepResult> ConfirmAsync(OperationRun run, string instance, int attempt, CancellationToken cancellationToken)
    {
        switch (await instances.RecheckAsync(run.Caller, instance, cancellationToken))
        {
            case Outcome<KeyAccessStatus>.Done { Value: { Access: KeyAccess.Revoked } status }:
                expected.Confirm(run.Id, instance, status.Epoch);
                return new StepResult.Done();
            case Outcome<KeyAccessStatus>.Done { Value: var status }:
                // A role that was removed may still be honoured for a while; a vault that is silent may answer soon.
                return Step.WaitUntil(attempt, options.ConfirmationAttempts, () => new StepResult.Missed(
                    new Refusal(ServiceRefusals.NotConfirmed, null, instance, status.Access.ToString(), status.Cause.ToString()), OperationState.Unconfirmed));
            case Outcome<KeyAccessStatus>.Refused { Refusal: var refusal }:
                return new StepResult.Missed(refusal, OperationState.Unconfirmed);
            default:
                throw new InvalidOperationException("An outcome is done or refused.");
        }
    }
}
