using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Instances;
using DpsPortal.Services.Keys;
using DpsPortal.Services.Operations;
using DpsPortal.Services.Revocation;

namespace DpsPortal.Services.Rekeying;

/// <summary>
/// Role on the new key, re-key, prune, look. Until DPS has switched, nothing but the role has changed, and that is taken back when
/// the instance cannot move; afterwards the role is its own.
/// </summary>
internal sealed class RekeyProcedure(
    IProvisioningInstances instances, AccessPreparation preparation, RevocationStandings standings, PortalServicesOptions options) : IProcedure
{
    public OperationKind Kind => OperationKind.Rekey;

    public string ActivityCode => ActivityCodes.Rekey;

    public IReadOnlyList<Step> Plan(OperationRun run)
    {
        var intent = run.Intent<RekeyIntent>();
        var key = intent.Key.ToString();
        return
        [
            // On the same key it has its role, or it could not say what the instance key is.
            .. intent.Key.IsSameKeyAs(intent.From)
                ? Array.Empty<Step>()
                : [new Step(StepCodes.AssignRole, [intent.Identity.Name, key], (_, token) => AssignAsync(run, intent, token))],
            new Step(StepCodes.RekeyInstance, [run.Subject, intent.From.ToString(), key], (attempt, token) => RekeyAsync(run, intent, attempt, token)),
            new Step(StepCodes.PruneInstance, [run.Subject], (attempt, token) => PruneAsync(run, attempt, token)),
            new Step(StepCodes.ConfirmRekeyed, [run.Subject, key], (attempt, token) => ConfirmAsync(run, intent, attempt, token)),
        ];
    }

    /// <summary>From, to.</summary>
    public IReadOnlyList<string> Describe(OperationRun run)
    {
        var intent = run.Intent<RekeyIntent>();
        return [intent.From.ToString(), (run.Facts<RekeyFacts>()?.To ?? intent.Key).ToString()];
    }

    public IReadOnlyList<KeyIdentifier> Keys(OperationRun run) => run.Intent<RekeyIntent>() is var intent ? [intent.From, intent.Key] : [];

    /// <summary>Once it has moved, what fails is only the proof of it.</summary>
    public OperationState VerdictWhenStopped(OperationRun run) => run.Done(StepCodes.RekeyInstance).Any() ? OperationState.Unconfirmed : OperationState.Failed;

    public Task<bool> TakeBackAsync(OperationRun run, CancellationToken cancellationToken) =>
        preparation.TakeBackAsync(Preparing.For(run), TakeBackReason.OperationFailed, cancellationToken);

    private async Task<StepResult> AssignAsync(OperationRun run, RekeyIntent intent, CancellationToken cancellationToken) =>
        await preparation.AssignRoleAsync(Preparing.For(run), intent.Identity, intent.Key, cancellationToken).ConfigureAwait(false) is { } refusal
            ? new StepResult.Stopped(refusal)
            : new StepResult.Done();

    private async Task<StepResult> RekeyAsync(OperationRun run, RekeyIntent intent, int attempt, CancellationToken cancellationToken)
    {
        // A revoke may have begun since it was asked for; it holds the key that the instance is to leave.
        if (await instances.GetAsync(run.Caller, run.Subject, cancellationToken).ConfigureAwait(false) is { } instance
            && instance.Encryption is InstanceEncryption.CustomerManagedKey { ConfiguredKey: var configured } && configured != intent.Key
            && await standings.HoldingAsync(instance, cancellationToken).ConfigureAwait(false) is { } revocation)
        {
            return new StepResult.Stopped(RevocationRefusals.InstanceIsRevoked(revocation, run.Subject));
        }

        return await (await instances.RekeyAsync(run.Caller, run.Subject, intent.Key, cancellationToken).ConfigureAwait(false)).Match(
            rekeyed => MovedAsync(run, rekeyed.To, cancellationToken),
            refusal => RefusedAsync(run, intent, attempt, refusal, cancellationToken)).ConfigureAwait(false);
    }

    private async Task<StepResult> RefusedAsync(OperationRun run, RekeyIntent intent, int attempt, Refusal refusal, CancellationToken cancellationToken)
    {
        // The process may have ended after DPS had switched, and now the new key is the one that does not answer.
        if (await EncryptionOfAsync(run, cancellationToken).ConfigureAwait(false) is { } encryption && encryption.ConfiguredKey == intent.Key)
        {
            return await MovedAsync(run, encryption.EffectiveKey, cancellationToken).ConfigureAwait(false);
        }

        var stopped = new StepResult.Stopped(refusal);
        return CreationProcedure.MayPass(refusal) ? Step.WaitUntil(attempt, options.RoleAttempts, () => stopped) : stopped;
    }

    private async Task<StepResult> MovedAsync(OperationRun run, KeyIdentifier to, CancellationToken cancellationToken)
    {
        await preparation.KeepAsync(run.Id, cancellationToken).ConfigureAwait(false);
        return new StepResult.Done(new RekeyFacts(to));
    }

    private async Task<InstanceEncryption.CustomerManagedKey?> EncryptionOfAsync(OperationRun run, CancellationToken cancellationToken) =>
        (await instances.GetAsync(run.Caller, run.Subject, cancellationToken).ConfigureAwait(false))?.Encryption as InstanceEncryption.CustomerManagedKey;

    private async Task<StepResult> PruneAsync(OperationRun run, int attempt, CancellationToken cancellationToken)
    {
        if (await instances.PruneRetiringAsync(run.Caller, run.Subject, cancellationToken).ConfigureAwait(false) is not Outcome<Pruned>.Refused(var refusal))
        {
            return new StepResult.Done();
        }

        var missed = new StepResult.Missed(refusal, OperationState.Unconfirmed);
        return CreationProcedure.MayPass(refusal) ? Step.WaitUntil(attempt, options.ConfirmationAttempts, () => missed) : missed;
    }

    /// <summary>Asks the vault as the instance, then looks at the instance itself.</summary>
    private async Task<StepResult> ConfirmAsync(OperationRun run, RekeyIntent intent, int attempt, CancellationToken cancellationToken)
    {
        if (await instances.RecheckAsync(run.Caller, run.Subject, cancellationToken).ConfigureAwait(false) is Outcome<KeyAccessStatus>.Refused(var refusal))
        {
            return new StepResult.Missed(refusal, OperationState.Unconfirmed);
        }

        var confirmed = await EncryptionOfAsync(run, cancellationToken).ConfigureAwait(false) is
        {
            Access.Access: KeyAccess.Accessible or KeyAccess.Degraded,
            WrappedKeys: [var only],
        } encryption && encryption.ConfiguredKey == intent.Key && only.WrappedBy.IsSameKeyAs(intent.Key);
        return confirmed
            ? new StepResult.Done()
            : Step.WaitUntil(
                attempt,
                options.ConfirmationAttempts,
                () => new StepResult.Missed(new Refusal(ServiceRefusals.NotConfirmed, null, run.Subject), OperationState.Unconfirmed));
    }
}
