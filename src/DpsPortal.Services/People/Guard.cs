using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Audit;
using DpsPortal.Services.Storage;
using DpsPortal.Services.Vaults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DpsPortal.Services.People;

/// <summary>Asks the permission matrix before anything else happens. A refusal is on record before it is answered.</summary>
internal sealed partial class Guard(ActivityLog activity, ILogger<Guard>? logger = null)
{
    /// <summary>
    /// Runs a call if the person may make it. A vault that refuses or does not answer becomes a refusal of the call.
    /// </summary>
    /// <param name="recordAs">Activity code under which a refused attempt is kept; <see langword="null"/> for reads.</param>
    /// <param name="arguments">What in the subject it concerns, as the entry of a successful attempt has it.</param>
    public async Task<Outcome<T>> RunAsync<T>(
        Person person,
        Permission permission,
        string? recordAs,
        string subject,
        Func<Task<Outcome<T>>> call,
        CancellationToken cancellationToken,
        IReadOnlyList<string>? arguments = null)
    {
        if (await RefuseAsync(person, permission, subject, cancellationToken).ConfigureAwait(false) is { } notPermitted)
        {
            return notPermitted;
        }

        var outcome = await AnswerAsync(call, cancellationToken).ConfigureAwait(false);
        return recordAs is not null && outcome is Outcome<T>.Refused refused
            ? await RecordAsync(new NewActivity(recordAs, subject, ActivityResult.Refused, person, arguments, Refusal: refused.Refusal), CancellationToken.None)
                .ConfigureAwait(false)
            : outcome;
    }

    /// <summary>For calls whose answer has no place for a refusal.</summary>
    /// <exception cref="UnauthorizedAccessException">The person's role may not see this; no role of the matrix is in that position.</exception>
    public async Task DemandViewAsync(Person person, string subject, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(person, Permission.View, subject, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new UnauthorizedAccessException("This role may not view the portal.");
        }
    }

    private async Task<Refusal?> RefuseAsync(Person person, Permission permission, string subject, CancellationToken cancellationToken)
    {
        if (PermissionMatrix.Allows(person.Role, permission))
        {
            return null;
        }

        var refusal = new Refusal(
            ServiceRefusals.NotPermitted, null, [permission.ToString(), .. PermissionMatrix.RolesThatMay(permission).Select(role => role.ToString())]);
        await RecordAsync(new NewActivity(ActivityCodes.PermissionRefused, subject, ActivityResult.Refused, person, Refusal: refusal), cancellationToken)
            .ConfigureAwait(false);
        return refusal;
    }

    /// <returns>The refusal to answer: that of the entry, or that the store does not take the entry.</returns>
    private async Task<Refusal> RecordAsync(NewActivity entry, CancellationToken cancellationToken)
    {
        try
        {
            await activity.WriteAsync(entry, cancellationToken).ConfigureAwait(false);
            return entry.Refusal!;
        }
        catch (Exception fault) when (StoreFaults.Of(fault) is { } store)
        {
            LogStoreFault(Log, fault);
            return new Refusal(ServiceRefusals.Of(store));
        }
    }

    private async Task<Outcome<T>> AnswerAsync<T>(Func<Task<Outcome<T>>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault) when (VaultFault.Of(fault, CancellationToken.None) is { } answer)
        {
            // Also when the person has left meanwhile: what was begun must not be without an end in the log.
            return answer.ToRefusal();
        }
        catch (Exception fault) when (StoreFaults.Of(fault) is { } store)
        {
            // The portal's store or DPS's. How far the call came cannot be said here, but what has to be mended can.
            LogStoreFault(Log, fault);
            return new Refusal(ServiceRefusals.Of(store));
        }
    }

    private ILogger Log => logger ?? (ILogger)NullLogger.Instance;

    [LoggerMessage(Level = LogLevel.Error, Message = "A store cannot be used now.")]
    private static partial void LogStoreFault(ILogger logger, Exception fault);
}
