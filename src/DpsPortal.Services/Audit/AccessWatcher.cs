using System.Globalization;
using System.Threading.Channels;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.Operations;
using DpsPortal.Services.People;
using DpsPortal.Services.Revocation;
using DpsPortal.Services.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.Services.Audit;

/// <summary>
/// Follows what happens inside DPS: keeps changes of access in the activity log, those made elsewhere marked as such, with the
/// versions that DPS picked up by itself and the re-encryptions that ended, and tells pages what to read again.
/// </summary>
internal sealed partial class AccessWatcher(
    IProvisioningEvents events,
    IProvisioningInstances instances,
    AccessCauses causes,
    RevocationStandings standings,
    OperationStore operations,
    ActivityLog activity,
    PortalChanges changes,
    PortalServicesOptions options,
    TimeProvider clock,
    ILogger<AccessWatcher> logger) : BackgroundService
{
    /// <summary>The callback must return quickly, so writing happens on this side of a queue.</summary>
    private readonly Channel<ProvisioningEvent> _noticed = Channel.CreateUnbounded<ProvisioningEvent>(new UnboundedChannelOptions { SingleReader = true });
    private IDisposable? _subscription;
    private int _waiting;

    /// <summary>Whether the log has everything that was noticed until now.</summary>
    internal bool HasCaughtUp => Volatile.Read(ref _waiting) == 0;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = events.Subscribe(OnEvent);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        _noticed.Writer.TryComplete();
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _subscription?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await QueueWhatCameBeforeAsync(stoppingToken).ConfigureAwait(false);

        // Until the queue is closed rather than until the stop: what was noticed is still written.
        await foreach (var noticed in _noticed.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                await KeepAsync(noticed, stoppingToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // One entry that cannot be stored must not end the watch.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogEntryLost(logger, noticed.GetType().Name, noticed.Instance, fault);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    /// <summary>One after the other: what an earlier entry says decides whose the next change is.</summary>
    private async Task KeepAsync(ProvisioningEvent noticed, CancellationToken stopping)
    {
        if (await WhenStoreServesAsync(noticed, () => EntryForAsync(noticed), stopping).ConfigureAwait(false) is not { } entry)
        {
            return;
        }

        await WhenStoreServesAsync(noticed, () => ThenTrueAsync(activity.WriteAsync(entry, CancellationToken.None)), stopping).ConfigureAwait(false);
        if (entry.Code == ActivityCodes.AccessRegainedOutside)
        {
            await WhenStoreServesAsync(noticed, () => ThenTrueAsync(standings.RecordUndoneAsync(entry.Subject, CancellationToken.None)), stopping)
                .ConfigureAwait(false);
        }
    }

    /// <summary>While the store can do nothing, what was noticed waits, and what comes after it too. Once the stop is asked for it is lost.</summary>
    private async Task<T> WhenStoreServesAsync<T>(ProvisioningEvent noticed, Func<Task<T>> use, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await use().ConfigureAwait(false);
            }
            catch (Exception fault) when (StoreFaults.Of(fault) is not null && !stopping.IsCancellationRequested)
            {
                LogEntryWaits(logger, noticed.GetType().Name, noticed.Instance, fault);
                await Task.Delay(options.LongestRetryDelay, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<bool> ThenTrueAsync(Task done)
    {
        await done.ConfigureAwait(false);
        return true;
    }

    /// <returns>Nothing where there is nothing to say, or it has been said.</returns>
    private async Task<NewActivity?> EntryForAsync(ProvisioningEvent noticed)
    {
        var entry = noticed switch
        {
            ProvisioningEvent.AccessChanged change => await EntryForAsync(change).ConfigureAwait(false),
            ProvisioningEvent.VersionPickedUp picked => await EntryForAsync(picked).ConfigureAwait(false),
            FoundRefused found => await EntryForAsync(found).ConfigureAwait(false),
            ProvisioningEvent.ReencryptionAdvanced { Reencryption: var advanced } =>
                await IsOursAsync(advanced).ConfigureAwait(false) ? null : EntryFor(noticed.Instance, advanced),
            _ => null,
        };
        return entry is { Code: ActivityCodes.ReencryptionFinished } && await activity.HasAsync(entry, CancellationToken.None).ConfigureAwait(false)
            ? null
            : entry;
    }

    private void OnEvent(ProvisioningEvent happened)
    {
        changes.Publish(
            happened switch
            {
                ProvisioningEvent.OperationRejected => PortalChangeKind.RejectedOperation,
                ProvisioningEvent.OperationLogged => PortalChangeKind.DpsOperation,
                ProvisioningEvent.ReencryptionAdvanced => PortalChangeKind.Reencryption,
                _ => PortalChangeKind.Instance,
            },
            happened.Instance);
        if (happened is ProvisioningEvent.AccessChanged or ProvisioningEvent.VersionPickedUp
            or ProvisioningEvent.ReencryptionAdvanced { Reencryption.FinishedAt: not null })
        {
            Queue(happened);
        }
    }

    private void Queue(ProvisioningEvent happened)
    {
        Interlocked.Increment(ref _waiting);
        if (!_noticed.Writer.TryWrite(happened))
        {
            // The watch has ended.
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>
    /// DPS works while nobody watches: what ended between its start and ours, or just before a kill, is made up for. So is what a backup of
    /// it that was put back says: as far as it knows that is nothing new.
    /// </summary>
    private async Task QueueWhatCameBeforeAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var instance in await instances.ListAsync(PortalCaller.Itself, cancellationToken).ConfigureAwait(false))
            {
                if (await instances.GetReencryptionAsync(PortalCaller.Itself, instance.Name, cancellationToken)
                    .ConfigureAwait(false) is { FinishedAt: not null } finished)
                {
                    Queue(new ProvisioningEvent.ReencryptionAdvanced(instance.Name, finished));
                }

                if (instance.Encryption is InstanceEncryption.CustomerManagedKey { Access: { Access: KeyAccess.Revoked } access, EffectiveKey: var key })
                {
                    Queue(new FoundRefused(instance.Name, key, access));
                }
            }
        }
#pragma warning disable CA1031 // What cannot be made up for must not keep the watch from what comes.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogNotMadeUpFor(logger, fault);
        }
    }

    /// <summary>What somebody started here is an operation, and says its end itself.</summary>
    private async Task<bool> IsOursAsync(Reencryption ended) =>
        await operations.FindAsync(ended.OperationId, CancellationToken.None).ConfigureAwait(false) is { Kind: OperationKind.Reencrypt };

    /// <summary>The operation is an argument and tells one re-encryption from another; it is DPS's own, and has no page here.</summary>
    private static NewActivity EntryFor(string instance, Reencryption latest) => new(
        ActivityCodes.ReencryptionFinished,
        instance,
        ActivityResult.Noticed,
        null,
        [Number(latest.Total), Number(latest.Corrupt), latest.OperationId.ToString()]);

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);

    private async Task<NewActivity> EntryForAsync(ProvisioningEvent.VersionPickedUp picked)
    {
        var rotation = await causes.OfVersionAsync(picked.To, CancellationToken.None).ConfigureAwait(false);
        return new NewActivity(
            rotation is null ? ActivityCodes.VersionPickedUp : ActivityCodes.VersionPickedUpLater,
            picked.Instance,
            ActivityResult.Noticed,
            null,
            [picked.From.ToString(), picked.To.ToString()],
            rotation,
            Keys: [picked.From, picked.To]);
    }

    /// <summary>That a backup was put back is no withdrawal: who is not known to be behind it is not said to be anybody elsewhere.</summary>
    private async Task<NewActivity?> EntryForAsync(FoundRefused found)
    {
        if (await activity.SaysServedAsync(found.Instance, CancellationToken.None).ConfigureAwait(false) is not true)
        {
            return null;
        }

        var cause = await causes.OfAccessAsync(found.Instance, found.Key, true, found.Access.Cause, found.Access.CheckedAt, CancellationToken.None)
            .ConfigureAwait(false);
        return new NewActivity(
            ActivityCodes.AccessLost, found.Instance, ActivityResult.Noticed, null, ArgumentsOf(found.Access), cause.Operation, Keys: [found.Key]);
    }

    private static string[] ArgumentsOf(KeyAccessStatus access) =>
        [access.Cause.ToString(), access.VaultErrorCode ?? "", access.LeaseEndsAt?.ToString("O", CultureInfo.InvariantCulture) ?? ""];

    private async Task<NewActivity?> EntryForAsync(ProvisioningEvent.AccessChanged change)
    {
        if (AccessTransitions.Of(change.Before, change.After) is not { } transition)
        {
            return null;
        }

        var lost = transition is AccessTransition.Lost;
        if (transition is AccessTransition.RefusedSinceStart
            && await activity.SaysServedAsync(change.Instance, CancellationToken.None).ConfigureAwait(false) is false)
        {
            return null;
        }

        var cause = lost ? await causes.OfAccessAsync(change.Instance, change.Key, true, change.After.Cause, change.After.CheckedAt, CancellationToken.None)
            .ConfigureAwait(false)
            : transition is AccessTransition.Regained ? await causes.OfAccessAsync(
                change.Instance, change.Key, false, change.Before.Cause, change.After.CheckedAt, CancellationToken.None)
                .ConfigureAwait(false)
            : AccessCause.Elsewhere;
        var code = transition switch
        {
            AccessTransition.Lost => cause.IsElsewhere ? ActivityCodes.AccessLostOutside : ActivityCodes.AccessLost,
            AccessTransition.Regained => cause.IsElsewhere ? ActivityCodes.AccessRegainedOutside : ActivityCodes.AccessRegained,
            AccessTransition.Answering => ActivityCodes.AccessVerifiedAgain,
            AccessTransition.Degraded => ActivityCodes.AccessDegraded,
            AccessTransition.Misconfigured when change.After.Records == RecordAccess.Served => ActivityCodes.VaultMisanswersServed,
            AccessTransition.Misconfigured => ActivityCodes.VaultMisanswersRefused,
            AccessTransition.LeaseEnded => ActivityCodes.LeaseEnded,
            AccessTransition.RefusedSinceStart when change.After.Access is KeyAccess.Misconfigured => ActivityCodes.VaultMisanswersRefused,
            _ => change.After.Records == RecordAccess.Served ? ActivityCodes.VaultUnavailableServed : ActivityCodes.VaultUnavailableRefused,
        };
        return new NewActivity(
            code,
            change.Instance,
            ActivityResult.Noticed,
            null,
            ArgumentsOf(change.After),
            cause.Operation,
            Keys: [change.Key]);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What came about before the watch began could not be looked up.")]
    private static partial void LogNotMadeUpFor(ILogger logger, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "The entry {Code} about {Subject} cannot be stored now and waits.")]
    private static partial void LogEntryWaits(ILogger logger, string code, string subject, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "The entry {Code} about {Subject} could not be stored.")]
    private static partial void LogEntryLost(ILogger logger, string code, string subject, Exception fault);

    /// <summary>At the start: DPS refuses its records.</summary>
    private sealed record FoundRefused(string Instance, KeyIdentifier Key, KeyAccessStatus Access) : ProvisioningEvent(Instance);
}
