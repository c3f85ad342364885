using System.Globalization;
using Azure;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>
/// Undoes what a revocation took, and has succeeded when each instance has verified an unwrap. What another revocation wants off stays
/// off, and so does an instance that another one cuts off: the operation is partly done then.
/// </summary>
internal sealed class RestoreProcedure(
    VaultKeys vault, IVaultManagement management, IProvisioningInstances instances, RevocationStandings standings, PortalServicesOptions options) : IProcedure
{
    public OperationKind Kind => OperationKind.Restore;

    public string ActivityCode => ActivityCodes.Restoration;

    public IReadOnlyList<Step> Plan(OperationRun run)
    {
        var intent = run.Intent<RestoreIntent>();
        return
        [
            .. intent.Versions.SelectMany(version => new[]
            {
                new Step(StepCodes.EnableVersion, [version.ToString()], (_, token) => EnableAsync(version, token)),
                new Step(StepCodes.LiftFence, [version.ToString()], (attempt, token) => LiftFenceAsync(run, version, attempt, token)),
            }),
            .. intent.Assignments.Select(assignment => new Step(
                StepCodes.RestoreRoleAssignment, [intent.Identity?.Name ?? "", assignment.Id], (_, token) => AssignAsync(assignment, token))),
            .. (intent.Left ?? []).Select(left => new Step(
                StepCodes.LeaveOff, [left.Subject, left.WantedBy.ToString()], (_, _) => Task.FromResult<StepResult>(new StepResult.Done()))),
            .. intent.Instances.Select(instance => new Step(
                StepCodes.ConfirmRestored, [instance], (attempt, token) => ConfirmAsync(run, instance, attempt, token))),
        ];
    }

    /// <summary>Method, target, the revocation.</summary>
    public IReadOnlyList<string> Describe(OperationRun run)
    {
        var (revocation, target, _, _, _, _, _) = run.Intent<RestoreIntent>();
        return [target.Method.ToString(), target.NameInLog(), revocation.ToString()];
    }

    /// <summary>What was given back before it stopped stays given back.</summary>
    public OperationState VerdictWhenStopped(OperationRun run) => HasChanged(run) ? OperationState.Partial : OperationState.Failed;

    public static bool HasChanged(OperationRun run) => run.Done(StepCodes.EnableVersion).Any() || run.Done(StepCodes.RestoreRoleAssignment).Any();

    /// <summary>A no may follow an attempt that was carried out and whose answer was lost, so it is not believed before a look.</summary>
    private async Task<StepResult> EnableAsync(KeyIdentifier version, CancellationToken cancellationToken)
    {
        try
        {
            await vault.SetEnabledAsync(version, enabled: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { Answered: true } refused)
        {
            if (await vault.FindAsync(version, cancellationToken).ConfigureAwait(false) is not { Properties.Enabled: true })
            {
                return new StepResult.Stopped(refused.ToRefusal());
            }
        }

        return new StepResult.Done();
    }

    /// <summary>Access does not hang on it, so the rest is given back also where DPS cannot store that it wraps again.</summary>
    private async Task<StepResult> LiftFenceAsync(OperationRun run, KeyIdentifier version, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            await instances.ReleaseFenceAsync(run.Caller, version, cancellationToken).ConfigureAwait(false);
            return new StepResult.Done();
        }
        catch (Exception fault) when (StoreFaults.Of(fault) is not null)
        {
            return Step.WaitUntil(attempt, options.ConfirmationAttempts, () => new StepResult.Missed(
                new Refusal(ServiceRefusals.FenceNotLifted, null, version.Version ?? ""), OperationState.Partial));
        }
    }

    private async Task<StepResult> AssignAsync(RoleAssignment assignment, CancellationToken cancellationToken)
    {
        try
        {
            await management.RestoreRoleAssignmentAsync(assignment, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exists) when (exists is { Status: 409, ErrorCode: "RoleAssignmentExists" })
        {
            // The same grant has been made elsewhere, under another name.
        }

        return new StepResult.Done();
    }

    private async Task<StepResult> ConfirmAsync(OperationRun run, string instance, int attempt, CancellationToken cancellationToken) =>
        await (await instances.RecheckAsync(run.Caller, instance, cancellationToken).ConfigureAwait(false)).Match(
            status => JudgeAsync(run, instance, status, attempt, cancellationToken),
            refusal => Task.FromResult<StepResult>(new StepResult.Missed(refusal, OperationState.Partial))).ConfigureAwait(false);

    private async Task<StepResult> JudgeAsync(OperationRun run, string instance, KeyAccessStatus status, int attempt, CancellationToken cancellationToken)
    {
        switch (status.Access)
        {
            case KeyAccess.Accessible or KeyAccess.Degraded:
                return new StepResult.Done();
            case KeyAccess.Unavailable:
                // The vault is as it should be and DPS goes on asking by itself; meanwhile the key must not stay held by this.
                return Step.WaitUntil(attempt, options.ConfirmationAttempts, () => new StepResult.Missed(
                    new Refusal(ServiceRefusals.NotConfirmed, null, instance, status.Access.ToString(), status.Cause.ToString()), OperationState.Unconfirmed));
            default:
                if (await HeldByAnotherAsync(run, instance, cancellationToken).ConfigureAwait(false) is { } other)
                {
                    return new StepResult.Missed(other, OperationState.Partial);
                }

                if (Step.IsToBeDoubted(attempt, options.ConfirmationAttempts)
                    && await IsTakenAgainAsync(run, instance, cancellationToken).ConfigureAwait(false))
                {
                    return new StepResult.Missed(new Refusal(ServiceRefusals.TakenAgainMeanwhile, null, instance), OperationState.Unconfirmed);
                }

                // A role that was given back takes a while to be honoured; DPS goes on asking by itself.
                return Step.WaitUntil(attempt, options.ConfirmationAttempts, () => new StepResult.Missed(
                    new Refusal(
                        ServiceRefusals.StillDenied, null, instance, status.Cause.ToString(), status.VaultErrorCode ?? ""), OperationState.Unconfirmed));
        }
    }

    private async Task<Refusal?> HeldByAnotherAsync(OperationRun run, string instance, CancellationToken cancellationToken)
    {
        var (revocation, target, _, _, _, _, _) = run.Intent<RestoreIntent>();
        if (await instances.GetAsync(run.Caller, instance, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var other = (await standings.ReadAsync(target.Key, cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(standing => standing.Run.Id != revocation && standing.CutsOff(found));
        return other is null ? null : new Refusal(
            ServiceRefusals.HeldByAnotherRevocation, null, instance, other.Run.By.DisplayName, other.Run.StartedAt.ToString(
                "O", CultureInfo.InvariantCulture), other.Run.Id.ToString());
    }

    /// <summary>Others can take again what was given back before it has shown: then there is nothing to wait for.</summary>
    private async Task<bool> IsTakenAgainAsync(OperationRun run, string instance, CancellationToken cancellationToken) =>
        await instances.GetAsync(run.Caller, instance, cancellationToken).ConfigureAwait(false) is { } found
        && (await standings.LookAsync(run, run.Intent<RestoreIntent>().AsTaken(), cancellationToken).ConfigureAwait(false)).CutsOffWholly(found);
}
