using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.People;
using DpsPortal.Services.Vaults;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Services.Instances;

/// <summary>
/// Runs a creation's checks with the identity that the instance would get. An identity or role that is not there yet is made under
/// the id of the creation to be and stays: assigned anew for each check, a role that takes minutes would never be honoured.
/// </summary>
internal sealed partial class CreationRehearsal(
    IProvisioningInstances instances, AccessPreparation preparation, ActivityLog activity, ILogger<CreationRehearsal> logger)
{
    public async Task<Outcome<Rehearsal>> RunAsync(Person person, NewInstance form, CancellationToken cancellationToken)
    {
        var preparing = new Preparing(form.Id, form.Name, person);
        if (!form.CustomerManaged)
        {
            // A customer-managed key was chosen at an earlier check, perhaps.
            await preparation.GiveUpAsync(preparing, TakeBackReason.ChoseAnother, cancellationToken).ConfigureAwait(false);
            return await OnRecordAsync(person, form, new Rehearsal(await CheckAsync(person, form, null, cancellationToken).ConfigureAwait(false)))
                .ConfigureAwait(false);
        }

        var key = KeyIdentifier.Parse(form.Key!);
        return await (await preparation.PrepareAsync(preparing, form.IdentityName!, key, cancellationToken).ConfigureAwait(false)).ThenAsync<Rehearsal>(
            async identity => await RunAsync(person, form, identity, key, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <returns>Whether nothing is left, and nothing has begun.</returns>
    public async Task<bool> GiveUpAsync(Person person, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await preparation.GiveUpAsync(new Preparing(id, "", person), TakeBackReason.GivenUp, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (VaultFault.Of(fault, cancellationToken) is not null)
        {
            LogLeftover(logger, id, fault);
            return false;
        }
    }

    /// <summary>Identity, key, and the check that failed.</summary>
    public static IReadOnlyList<string> Described(NewInstance form, CreationCheckName? failed = null) =>
        [form.CustomerManaged ? form.IdentityName ?? "" : "", form.CustomerManaged ? form.Key ?? "" : "", failed?.ToString() ?? ""];

    private async Task<Rehearsal> RunAsync(Person person, NewInstance form, ManagedIdentity identity, KeyIdentifier key, CancellationToken cancellationToken)
    {
        var checks = await CheckAsync(person, form, identity, cancellationToken).ConfigureAwait(false);
        var since = LacksRole(checks) ? await preparation.RoleSinceAsync(identity, key, cancellationToken).ConfigureAwait(false) : null;
        return await OnRecordAsync(person, form, new Rehearsal(checks, since)).ConfigureAwait(false);
    }

    private Task<CreationChecks> CheckAsync(Person person, NewInstance form, ManagedIdentity? identity, CancellationToken cancellationToken) =>
        instances.CheckCreationAsync(person.AsCaller(), CreationProcedure.RequestOf(form.Id, form, identity), cancellationToken);

    private async Task<Rehearsal> OnRecordAsync(Person person, NewInstance form, Rehearsal found)
    {
        var failed = FailedOf(found.Checks);
        var entry = new NewActivity(
            ActivityCodes.CreationChecked,
            form.Name,
            failed is null ? ActivityResult.Succeeded : ActivityResult.Failed,
            person,
            Described(form, failed?.Name),
            Refusal: failed?.Refusal);

        // While a role is on its way the page asks every few seconds; the same answer to that is one entry.
        if (found.WaitsForRoleSince is null || !await activity.SaysAlreadyAsync(entry, CancellationToken.None).ConfigureAwait(false))
        {
            await activity.WriteAsync(entry, CancellationToken.None).ConfigureAwait(false);
        }

        return found;
    }

    private static CreationCheck? FailedOf(CreationChecks checks) => checks.Checks.FirstOrDefault(check => check.Result == CheckResult.Failed);

    private static bool LacksRole(CreationChecks checks) =>
        FailedOf(checks)?.Refusal is { Code: ProvisioningRefusals.AccessDenied, Arguments: [nameof(KeyAccessCause.RoleMissing), ..] };

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was prepared for the creation {Id} could not be taken back; the next start will.")]
    private static partial void LogLeftover(ILogger logger, Guid id, Exception fault);
}
