using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Revocation;

/// <summary>
/// Changes the vault, then has DPS look. It has returned when every instance that the changes reach reports its access as revoked:
/// durable, keys dropped, reads in flight ended.
/// </summary>
internal sealed class RevokeProcedure(
    VaultKeys vault, IVaultManagement management, IProvisioningInstances instances, RevocationStandings standings, PortalServicesOptions options) : IProcedure
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
                new Step(StepCodes.DisableVersion, [version.ToString()], (_, token) => DisableAsync(run, version, token)),
            }),
            .. intent.Assignments.Select(assignment => new Step(
                StepCodes.RemoveRoleAssignment, [
                    intent.Identity?.Name ?? "", assignment.Id,
                ], (_, token) => RemoveAsync(run, intent.Target.Key, assignment, token))),
            .. intent.Instances.Concat(intent.AlsoAsked).Select(instance => new Step(
                StepCodes.ConfirmRevoked, [instance], (attempt, token) => ConfirmAsync(run, instance, attempt, token))),
        ];
    }

    /// <summary>Method, target, the person's own words as they were given, why.</summary>
    public IReadOnlyList<string> Describe(OperationRun run)
    {
        var (target, why) = run.Intent<RevokeIntent>() is var intent ? (intent.Target, intent.Why) : default;
        return [target.Method.ToString(), target.NameInLog(), run.Reason ?? "", .. why is null ? Array.Empty<string>() : [$"{why}"]];
    }

    /// <summary>Once something is changed, stopping half-way is not a failure that left all as it was.</summary>
    public OperationState VerdictWhenStopped(OperationRun run) => HasChanged(run) ? OperationState.Partial : OperationState.Failed;

    public static bool HasChanged(OperationRun run) => Changed(run).Count > 0;

    /// <summary>Whether the vault has confirmed any of it.</summary>
    public static bool HasChangedForCertain(OperationRun run) => ChangedForCertain(run).Count > 0;

    public static IReadOnlySet<string> ChangedForCertain(OperationRun run) => Changed(run).Except(Uncertain(run)).ToHashSet();

    /// <summary>Versions and assignments that were changed, and those of which that cannot be excluded: a restore sets all of them back.</summary>
    public static IReadOnlySet<string> Changed(OperationRun run) => run.Done(StepCodes.DisableVersion).Select(step => step.Arguments[0])
        .Concat(run.Done(StepCodes.RemoveRoleAssignment).Select(step => step.Arguments[1]))
        .Concat(Uncertain(run))
        .ToHashSet();

    /// <summary>A version that was not disabled may be wrapped under again.</summary>
    public async Task<bool> TakeBackAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var changed = Changed(run);
        foreach (var version in run.Intent<RevokeIntent>().Versions.Where(version => !changed.Contains(version.ToString())))
        {
            await instances.ReleaseFenceAsync(run.Caller, version, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<StepResult> FenceAsync(OperationRun run, KeyIdentifier version, CancellationToken cancellationToken)
    {
        await instances.FenceAsync(run.Caller, version, cancellationToken).ConfigureAwait(false);
        return new StepResult.Done();
    }

    private Task<StepResult> DisableAsync(OperationRun run, KeyIdentifier version, CancellationToken cancellationToken) => ChangeAsync(
        run,
        version.ToString(),
        () => vault.SetEnabledAsync(version, enabled: false, cancellationToken),
        async () => await vault.FindAsync(version, cancellationToken).ConfigureAwait(false) is { Properties.Enabled: false },
        cancellationToken);

    private Task<StepResult> RemoveAsync(OperationRun run, KeyIdentifier key, RoleAssignment assignment, CancellationToken cancellationToken) => ChangeAsync(
        run,
        assignment.Id,
        () => management.RemoveRoleAssignmentAsync(assignment, cancellationToken),
        async () => (await management.ListRoleAssignmentsAsync(key, cancellationToken).ConfigureAwait(false)).All(other => other.Id != assignment.Id),
        cancellationToken);

    /// <summary>
    /// A no may follow an attempt that was carried out and whose answer was lost, so it is not believed before a look. Where looking
    /// is refused as well, the change counts as one that may have been made: its way back stays open.
    /// </summary>
    private static async Task<StepResult> ChangeAsync(
        OperationRun run, string subject, Func<Task> change, Func<Task<bool>> isChanged, CancellationToken cancellationToken)
    {
        try
        {
            await change().ConfigureAwait(false);
            return new StepResult.Done();
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is { Answered: true } refused)
        {
            try
            {
                return await isChanged().ConfigureAwait(false) ? new StepResult.Done() : new StepResult.Stopped(refused.ToRefusal());
            }
            catch (Exception blind) when (VaultFault.Of(blind, cancellationToken) is { Answered: true })
            {
                return new StepResult.Missed(
                    new Refusal(ServiceRefusals.ChangeUncertain, null, refused.Code ?? refused.Cause.ToString()),
                    OperationState.Unconfirmed,
                    new RevokeFacts([.. Uncertain(run), subject]));
            }
        }
    }

    private static IReadOnlyList<string> Uncertain(OperationRun run) => run.Facts<RevokeFacts>()?.Uncertain ?? [];

    private async Task<StepResult> ConfirmAsync(OperationRun run, string instance, int attempt, CancellationToken cancellationToken) =>
        await (await instances.RecheckAsync(run.Caller, instance, cancellationToken).ConfigureAwait(false)).Match(
            status => JudgeAsync(run, instance, status, attempt, cancellationToken),
            refusal => Task.FromResult<StepResult>(new StepResult.Missed(refusal, OperationState.Unconfirmed))).ConfigureAwait(false);

    private async Task<StepResult> JudgeAsync(OperationRun run, string instance, KeyAccessStatus status, int attempt, CancellationToken cancellationToken)
    {
        if (status.Access is KeyAccess.Revoked)
        {
            return new StepResult.Done();
        }

        if (Step.IsToBeDoubted(attempt, options.ConfirmationAttempts) && await IsGivenBackAsync(run, instance, cancellationToken).ConfigureAwait(false))
        {
            return new StepResult.Missed(new Refusal(ServiceRefusals.GivenBackMeanwhile, null, instance), OperationState.Unconfirmed);
        }

        // A role that was removed may still be honoured for a while; a vault that is silent may answer soon.
        return Step.WaitUntil(attempt, options.ConfirmationAttempts, () => new StepResult.Missed(
            new Refusal(ServiceRefusals.NotConfirmed, null, instance, status.Access.ToString(), status.Cause.ToString()), OperationState.Unconfirmed));
    }

    /// <summary>
    /// Others can give back what was taken before it has shown: then there is nothing to wait for. Of what is not certain to have been taken
    /// nobody can say that.
    /// </summary>
    private async Task<bool> IsGivenBackAsync(OperationRun run, string instance, CancellationToken cancellationToken) =>
        await instances.GetAsync(run.Caller, instance, cancellationToken).ConfigureAwait(false) is { } found
        && (await standings.LookAsync(run, ActiveRevocations.CertainlyChangedBy(run), cancellationToken).ConfigureAwait(false)).IsOverFor(found);
}
