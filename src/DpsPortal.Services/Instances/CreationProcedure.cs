using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Operations;

namespace DpsPortal.Services.Instances;

/// <summary>Identity, role, proof, instance. What was made on the way is taken back when the instance cannot be.</summary>
internal sealed class CreationProcedure(IProvisioningInstances instances, AccessPreparation preparation, PortalServicesOptions options) : IProcedure
{
    public OperationKind Kind => OperationKind.CreateInstance;

    public string ActivityCode => ActivityCodes.InstanceCreation;

    public IReadOnlyList<Step> Plan(OperationRun run)
    {
        var form = run.Intent<NewInstance>();
        var create = new Step(StepCodes.CreateInstance, [form.Name], (attempt, token) => CreateAsync(run, form, attempt, token));
        return !form.CustomerManaged
            ? [create]
            :
            [
                new Step(StepCodes.PrepareIdentity, [form.IdentityName!], (_, token) => PrepareAsync(run, form, token)),
                new Step(StepCodes.AssignRole, [form.IdentityName!, form.Key!], (_, token) => AssignAsync(run, form, token)),
                new Step(StepCodes.ProveAccess, [form.Key!], (attempt, token) => ProveAsync(run, form, attempt, token)),
                create,
            ];
    }

    /// <summary>Resource group, location, key.</summary>
    public IReadOnlyList<string> Describe(OperationRun run)
    {
        var form = run.Intent<NewInstance>();
        return [form.ResourceGroup, form.Location, form.CustomerManaged ? form.Key ?? "" : ""];
    }

    public IReadOnlyList<KeyIdentifier> Keys(OperationRun run) =>
        run.Intent<NewInstance>() is { CustomerManaged: true, Key: { } key } ? [KeyIdentifier.Parse(key)] : [];

    public Task<bool> TakeBackAsync(OperationRun run, CancellationToken cancellationToken) =>
        preparation.TakeBackAsync(Preparing.For(run), TakeBackReason.OperationFailed, cancellationToken);

    public static CreateInstance RequestOf(Guid operation, NewInstance form, ManagedIdentity? identity) => new(
        operation, form.Name, form.ResourceGroup, form.Location, form.CustomerManaged ? KeyIdentifier.Parse(form.Key!) : null, identity);

    /// <summary>What a role just assigned looks like from the vault until it is honoured.</summary>
    public static bool MayPass(Refusal? refusal) =>
        refusal?.Code is ProvisioningRefusals.AccessDenied or ProvisioningRefusals.VaultUnreachable or ProvisioningRefusals.KeyAccessUnavailable;

    private async Task<StepResult> PrepareAsync(OperationRun run, NewInstance form, CancellationToken cancellationToken)
    {
        await preparation.TakeBackOthersAsync(Preparing.For(run), form.IdentityName!, KeyIdentifier.Parse(form.Key!), cancellationToken).ConfigureAwait(false);
        return new StepResult.Done(
            new CreationFacts(await preparation.PrepareIdentityAsync(Preparing.For(run), form.IdentityName!, cancellationToken).ConfigureAwait(false)));
    }

    private async Task<StepResult> AssignAsync(OperationRun run, NewInstance form, CancellationToken cancellationToken) =>
        await preparation.AssignRoleAsync(Preparing.For(run), IdentityOf(run), KeyIdentifier.Parse(form.Key!), cancellationToken)
            .ConfigureAwait(false) is { } refusal
            ? new StepResult.Stopped(refusal)
            : new StepResult.Done();

    private async Task<StepResult> ProveAsync(OperationRun run, NewInstance form, int attempt, CancellationToken cancellationToken)
    {
        var checks = await instances.CheckCreationAsync(run.Caller, RequestOf(run.Id, form, IdentityOf(run)), cancellationToken).ConfigureAwait(false);
        return checks.Checks.FirstOrDefault(check => check.Result == CheckResult.Failed)?.Refusal is { } refusal
            ? OnRefusal(refusal, attempt)
            : new StepResult.Done();
    }

    private async Task<StepResult> CreateAsync(OperationRun run, NewInstance form, int attempt, CancellationToken cancellationToken)
    {
        var request = RequestOf(run.Id, form, form.CustomerManaged ? IdentityOf(run) : null);
        if (await instances.CreateAsync(run.Caller, request, cancellationToken).ConfigureAwait(false) is Outcome<ProvisioningInstance>.Refused refused)
        {
            return OnRefusal(refused.Refusal, attempt);
        }

        if (form.CustomerManaged)
        {
            await preparation.KeepAsync(run.Id, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // A check may have looked at another form before.
            await preparation.TakeBackAsync(Preparing.For(run), TakeBackReason.ChoseAnother, cancellationToken).ConfigureAwait(false);
        }

        return new StepResult.Done();
    }

    private StepResult OnRefusal(Refusal refusal, int attempt)
    {
        var stopped = new StepResult.Stopped(refusal);
        return MayPass(refusal) ? Step.WaitUntil(attempt, options.RoleAttempts, () => stopped) : stopped;
    }

    private static ManagedIdentity IdentityOf(OperationRun run) =>
        run.Facts<CreationFacts>()?.Identity ?? throw new InvalidOperationException("The identity is prepared before it is used.");
}
