using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Services.Instances;

/// <summary>
/// Runs a creation's checks with the identity that the instance would get. An identity or role that is not there yet is made under
/// the id of the creation to be and stays: assigned anew for each check, a role that takes minutes would never be honoured.
/// </summary>
internal sealed partial class CreationRehearsal(IProvisioningInstances instances, AccessPreparation preparation, ILogger<CreationRehearsal> logger)
{
    public async Task<Outcome<Rehearsal>> RunAsync(Caller caller, NewInstance form, CancellationToken cancellationToken)
    {
        if (!form.CustomerManaged)
        {
            // A customer-managed key was chosen at an earlier check, perhaps.
            await preparation.GiveUpAsync(form.Id, caller, cancellationToken);
            return new Rehearsal(await instances.CheckCreationAsync(caller, CreationProcedure.RequestOf(form.Id, form, null), cancellationToken));
        }

        var key = KeyIdentifier.Parse(form.Key!);
        if (await preparation.PrepareAsync(form.Id, form.IdentityName!, key, caller, cancellationToken) is not { } identity)
        {
            return new Refusal(ServiceRefusals.OperationInProgress, null, form.Name);
        }

        var checks = await instances.CheckCreationAsync(caller, CreationProcedure.RequestOf(form.Id, form, identity), cancellationToken);
        return new Rehearsal(checks, LacksRole(checks) ? await preparation.RoleSinceAsync(identity, key, cancellationToken) : null);
    }

    /// <returns>Whether nothing is left, and nothing has begun.</returns>
    public async Task<bool> GiveUpAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await preparation.GiveUpAsync(id, caller, cancellationToken);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
        {
            LogLeftover(logger, id, fault);
            return false;
        }
    }

    private static bool LacksRole(CreationChecks checks) =>
        checks.Checks.FirstOrDefault(check => check.Result == CheckResult.Failed)?.Refusal is { Code: ProvisioningRefusals.AccessDenied, Arguments: [nameof(KeyAccessCause.RoleMissing), ..] };

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was prepared for the creation {Id} could not be taken back; the next start will.")]
    private static partial void LogLeftover(ILogger logger, Guid id, Exception fault);
}
