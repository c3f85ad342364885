using System.Globalization;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Vaults;

namespace DpsPortal.Services.Rotation;

/// <summary>
/// A rotation (with a new version) or a pick-up (without): every following instance is re-wrapped under one version, and in the end
/// the instances themselves are asked whether that is so.
/// </summary>
internal sealed class RewrapProcedure(
    OperationKind kind, VaultKeys vault, IProvisioningInstances instances, ActiveRevocations revocations, PortalServicesOptions options) : IProcedure
{
    public OperationKind Kind => kind;

    public string ActivityCode => kind is OperationKind.Rotate ? ActivityCodes.Rotation : ActivityCodes.PickUp;

    public IReadOnlyList<Step> Plan(OperationRun run)
    {
        var intent = run.Intent<RewrapIntent>();
        var facts = FactsOf(run);
        return
        [
            .. kind is OperationKind.Rotate
                ? [new Step(StepCodes.CreateVersion, [intent.From.Name], (_, token) => CreateVersionAsync(run, intent, token))]
                : Array.Empty<Step>(),
            .. (facts?.Instances ?? intent.Instances).Select(instance => new Step(
                StepCodes.RewrapInstance, [instance], (attempt, token) => RewrapAsync(run, facts!, instance, attempt, token))),
            new Step(StepCodes.ConfirmCoverage, [], (_, token) => ConfirmCoverageAsync(run, facts!, token)),
        ];
    }

    /// <summary>From, to, re-wrapped, expected.</summary>
    public IReadOnlyList<string> Describe(OperationRun run)
    {
        var intent = run.Intent<RewrapIntent>();
        var facts = FactsOf(run);
        return
        [
            intent.From.Version ?? "",
            facts?.To.Version ?? "",
            Number(run.Done(StepCodes.RewrapInstance).Count()),
            Number((facts?.Instances ?? intent.Instances).Count),
        ];
    }

    /// <summary>Once the version is there it stays, and is current.</summary>
    public OperationState VerdictWhenStopped(OperationRun run) => HasChanged(run) ? OperationState.Partial : OperationState.Failed;

    public OperationState VerdictAtEnd(OperationRun run, OperationState verdict) => HasChanged(run) ? verdict : OperationState.Failed;

    private bool HasChanged(OperationRun run) => run.Done(kind is OperationKind.Rotate ? StepCodes.CreateVersion : StepCodes.RewrapInstance).Any();

    /// <summary>A pick-up wraps under the version that was current when it was asked for; nothing has to be found out first.</summary>
    public static RewrapFacts? FactsOf(OperationRun run) => run.Facts<RewrapFacts>()
        ?? (run.Kind is OperationKind.PickUp && run.Intent<RewrapIntent>() is var intent ? new RewrapFacts(intent.From, intent.Instances) : null);

    private async Task<StepResult> CreateVersionAsync(OperationRun run, RewrapIntent intent, CancellationToken cancellationToken)
    {
        // The wire has no idempotency: only a look at the current version tells whether an earlier attempt arrived.
        var current = await vault.GetCurrentAsync(intent.From, cancellationToken).ConfigureAwait(false);
        if (current.Properties.Version == intent.From.Version)
        {
            current = await vault.RotateAsync(intent.From, cancellationToken).ConfigureAwait(false);
        }

        var to = KeyIdentifier.Parse(current.Id.AbsoluteUri);
        return new StepResult.Done(
            new RewrapFacts(to, [.. (await LaggingAsync(run, to, cancellationToken).ConfigureAwait(false)).Select(dependent => dependent.Name)]));
    }

    private async Task<StepResult> RewrapAsync(OperationRun run, RewrapFacts facts, string instance, int attempt, CancellationToken cancellationToken)
    {
        // DPS re-wraps from memory while a lease runs. For one that a revocation cut off that is not enough: the vault must still say yes.
        if (await revocations.HoldingInstanceAsync(instance, facts.To, cancellationToken).ConfigureAwait(false) is { } revocation
            && await instances.RecheckAsync(run.Caller, instance, cancellationToken).ConfigureAwait(false)
                is not Outcome<KeyAccessStatus>.Done { Value.Access: KeyAccess.Accessible or KeyAccess.Degraded })
        {
            return new StepResult.Missed(RevocationRefusals.InstanceIsRevoked(revocation, instance), OperationState.Partial);
        }

        return await instances.RewrapAsync(run.Caller, instance, facts.To, cancellationToken).ConfigureAwait(false) is Outcome<Rewrapped>.Refused refused
            ? OnRefusal(refused.Refusal, facts, instance, attempt)
            : new StepResult.Done();
    }

    /// <summary>An outage is waited for, a while; an instance that cannot be re-wrapped does not keep the others from it.</summary>
    private StepResult OnRefusal(Refusal refusal, RewrapFacts facts, string instance, int attempt)
    {
        if (refusal.Code == ProvisioningRefusals.TargetIsAnotherKey)
        {
            // It has been moved to another key, or pinned, since the list was made: it follows this one no longer.
            return new StepResult.Replan(facts with { Instances = [.. facts.Instances.Where(other => other != instance)] });
        }

        var missed = new StepResult.Missed(refusal, OperationState.Partial);
        return refusal.Code is ProvisioningRefusals.KeyAccessUnavailable or ProvisioningRefusals.VaultUnreachable
            ? Step.WaitUntil(attempt, options.ConfirmationAttempts, () => missed)
            : missed;
    }

    private async Task<StepResult> ConfirmCoverageAsync(OperationRun run, RewrapFacts facts, CancellationToken cancellationToken)
    {
        var lagging = (await LaggingAsync(run, facts.To, cancellationToken).ConfigureAwait(false)).Select(dependent => dependent.Name).ToList();
        var late = lagging.Except(facts.Instances).ToList();
        if (late.Count > 0)
        {
            // Created or re-wrapped under the old version after the list was made.
            return new StepResult.Replan(facts with { Instances = [.. facts.Instances, .. late] });
        }

        return lagging.Count == 0
            ? new StepResult.Done()
            : new StepResult.Missed(new Refusal(ServiceRefusals.NotConfirmed, null, [Number(lagging.Count), .. lagging]), OperationState.Partial);
    }

    private async Task<IEnumerable<Dependent>> LaggingAsync(OperationRun run, KeyIdentifier to, CancellationToken cancellationToken) =>
        Dependents.Of(to, await instances.ListAsync(run.Caller, cancellationToken).ConfigureAwait(false)).Where(dependent => dependent.LagsBehind(to));

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
