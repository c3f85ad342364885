using System.Globalization;
using System.Threading.Channels;
using DpsPortal.Provisioning.Contract;
using DpsPortal.Services.People;
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
    ExpectedAccessChanges expected,
    ActivityLog activity,
    PortalChanges changes,
    ILogger<AccessWatcher> logger) : BackgroundService
{
    /// <summary>The callback must return quickly, so writing happens on this side of a queue.</summary>
    private readonly Channel<NewActivity> _entries = Channel.CreateUnbounded<NewActivity>(new UnboundedChannelOptions { SingleReader = true });
    private IDisposable? _subscription;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = events.Subscribe(OnEvent);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        _entries.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _subscription?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await QueueFinishedBeforeAsync(stoppingToken);

        // Until the queue is closed rather than until the stop: what was noticed is still written.
        await foreach (var entry in _entries.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                if (entry.Code != ActivityCodes.ReencryptionFinished || !await activity.HasAsync(entry, CancellationToken.None))
                {
                    await activity.WriteAsync(entry, CancellationToken.None);
                }
            }
#pragma warning disable CA1031 // One entry that cannot be stored must not end the watch.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogEntryLost(logger, entry.Code, entry.Subject, fault);
            }
        }
    }

    private void OnEvent(ProvisioningEvent happened)
    {
        changes.Publish(
            happened switch
            {
                ProvisioningEvent.ReadRejected => PortalChangeKind.RejectedRead,
                ProvisioningEvent.OperationLogged => PortalChangeKind.DpsOperation,
                ProvisioningEvent.ReencryptionAdvanced => PortalChangeKind.Reencryption,
                _ => PortalChangeKind.Instance,
            },
            happened.Instance);
        var entry = happened switch
        {
            ProvisioningEvent.AccessChanged change => EntryFor(change),
            ProvisioningEvent.VersionPickedUp picked => new NewActivity(
                ActivityCodes.VersionPickedUp, picked.Instance, ActivityResult.Noticed, null, [picked.From.ToString(), picked.To.ToString()]),
            ProvisioningEvent.ReencryptionAdvanced { Reencryption: var advanced } => EntryFor(happened.Instance, advanced),
            _ => null,
        };
        if (entry is not null)
        {
            _entries.Writer.TryWrite(entry);
        }
    }

    /// <summary>DPS works while nobody watches: what ended between its start and ours, or just before a kill, is made up for.</summary>
    private async Task QueueFinishedBeforeAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var instance in await instances.ListAsync(PortalCaller.Itself, cancellationToken))
            {
                if (EntryFor(instance.Name, await instances.GetReencryptionAsync(PortalCaller.Itself, instance.Name, cancellationToken)) is { } entry)
                {
                    _entries.Writer.TryWrite(entry);
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

    /// <summary>The operation is an argument and tells one re-encryption from another; it is DPS's own, and has no page here.</summary>
    private static NewActivity? EntryFor(string instance, Reencryption? latest) => latest is not { FinishedAt: not null } ? null : new NewActivity(
        ActivityCodes.ReencryptionFinished,
        instance,
        ActivityResult.Noticed,
        null,
        [Number(latest.Total), Number(latest.Corrupt), latest.OperationId.ToString()]);

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);

    private NewActivity? EntryFor(ProvisioningEvent.AccessChanged change)
    {
        if (AccessTransitions.Of(change.Before, change.After) is not { } transition)
        {
            return null;
        }

        var lost = transition is AccessTransition.Lost;
        var operation = lost || transition is AccessTransition.Regained ? expected.CauseOf(change.Instance, lost, change.After) : null;
        var code = transition switch
        {
            AccessTransition.Lost => operation is null ? ActivityCodes.AccessLostOutside : ActivityCodes.AccessLost,
            AccessTransition.Regained => operation is null ? ActivityCodes.AccessRegainedOutside : ActivityCodes.AccessRegained,
            AccessTransition.Answering => ActivityCodes.AccessRegained,
            AccessTransition.Degraded => ActivityCodes.AccessDegraded,
            _ => ActivityCodes.VaultUnavailable,
        };
        return new NewActivity(
            code, change.Instance, ActivityResult.Noticed, null, [change.After.Cause.ToString(), change.After.VaultErrorCode ?? ""], operation);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Re-encryptions that ended before the watch began could not be looked up.")]
    private static partial void LogNotMadeUpFor(ILogger logger, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "The entry {Code} about {Subject} could not be stored.")]
    private static partial void LogEntryLost(ILogger logger, string code, string subject, Exception fault);
}
