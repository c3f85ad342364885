using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Vaults;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Services.Instances;

/// <summary>
/// Runs a creation's checks with the identity that the instance would get. An identity or role that is not there yet is made for
/// the length of the check alone.
/// </summary>
internal sealed partial class CreationRehearsal(
    IProvisioningInstances instances, AccessPreparation preparation, PortalServicesOptions options, TimeProvider clock, ILogger<CreationRehearsal> logger)
{
    public async Task<CreationChecks> RunAsync(Caller caller, NewInstance form, CancellationToken cancellationToken)
    {
        var owner = Guid.CreateVersion7();
        if (!form.CustomerManaged)
        {
            return await instances.CheckCreationAsync(caller, CreationProcedure.RequestOf(owner, form, null), cancellationToken);
        }

        using var turn = await preparation.TakeTurnAsync(cancellationToken);
        try
        {
            var identity = await preparation.PrepareIdentityAsync(owner, form.IdentityName!, cancellationToken);
            await preparation.AssignRoleAsync(owner, identity, KeyIdentifier.Parse(form.Key!), cancellationToken);
            return await CheckUntilHonouredAsync(caller, CreationProcedure.RequestOf(owner, form, identity), cancellationToken);
        }
        finally
        {
            await TakeBackAsync(owner, caller);
        }
    }

    /// <summary>A role just assigned takes a while to be honoured; a person is waiting, so the pauses stay short.</summary>
    private async Task<CreationChecks> CheckUntilHonouredAsync(Caller caller, CreateInstance request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var checks = await instances.CheckCreationAsync(caller, request, cancellationToken);
            var failed = checks.Checks.FirstOrDefault(check => check.Result == CheckResult.Failed);
            if (failed?.Refusal?.Code != ProvisioningRefusals.AccessDenied || attempt >= options.ConfirmationAttempts)
            {
                return checks;
            }

            await Task.Delay(options.RetryDelay, clock, cancellationToken);
        }
    }

    /// <summary>Also when the person has left. What cannot be taken back now is, at the next start.</summary>
    private async Task TakeBackAsync(Guid owner, Caller caller)
    {
        try
        {
            await preparation.TakeBackAsync(owner, caller, CancellationToken.None);
        }
        catch (Exception fault) when (VaultFault.Of(fault, CancellationToken.None) is not null)
        {
            LogLeftover(logger, owner, fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What check {Owner} made could not be taken back; the next start will.")]
    private static partial void LogLeftover(ILogger logger, Guid owner, Exception fault);
}
