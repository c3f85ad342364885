using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;

namespace DpsPortal.Services.Reencrypting;

/// <summary>Has DPS do it, under the operation's own id so that it is begun once, and follows it to its end.</summary>
internal sealed class ReencryptionProcedure(IProvisioningInstances instances, TimeProvider clock) : IProcedure
{
    public OperationKind Kind => OperationKind.Reencrypt;

    public string ActivityCode => ActivityCodes.Reencryption;

    public IReadOnlyList<Step> Plan(OperationRun run) => [new Step(StepCodes.ReencryptRecords, [run.Subject], (_, token) => FollowAsync(run, token))];

    public IReadOnlyList<string> Describe(OperationRun run) => [];

    private async Task<StepResult> FollowAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var latest = await instances.GetReencryptionAsync(run.Caller, run.Subject, cancellationToken).ConfigureAwait(false);
        if (latest?.OperationId != run.Id)
        {
            return await BeginAsync(run, cancellationToken).ConfigureAwait(false);
        }

        return latest.FinishedAt is not null
            ? new StepResult.Done()
            : new StepResult.Wait(await IsHeldUpAsync(run, latest, cancellationToken).ConfigureAwait(false) ? OperationState.Waiting : OperationState.Running);
    }

    private async Task<StepResult> BeginAsync(OperationRun run, CancellationToken cancellationToken) =>
        await instances.StartReencryptionAsync(run.Caller, run.Subject, run.Id, cancellationToken).ConfigureAwait(false) switch
        {
            Outcome<Reencryption>.Done(var started) when started.OperationId == run.Id => new StepResult.Wait(OperationState.Running),
            Outcome<Reencryption>.Refused(var refusal) => new StepResult.Stopped(refusal),

            // One that was not begun here came in between.
            _ => new StepResult.Stopped(ReencryptionService.InProgress(run.Subject)),
        };

    private async Task<bool> IsHeldUpAsync(OperationRun run, Reencryption latest, CancellationToken cancellationToken) =>
        (await instances.GetAsync(run.Caller, run.Subject, cancellationToken)
            .ConfigureAwait(false))?.Encryption is InstanceEncryption.CustomerManagedKey { Access: var access }
        && ReencryptionService.StateOf(latest, access, clock.GetUtcNow()) == ReencryptionState.Waiting;
}
