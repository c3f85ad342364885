using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Events;
using DpsPortal.KeyVault.Keys;
using DpsPortal.KeyVault.Management;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DpsPortal.KeyVault.Schedule;

/// <summary>
/// Does what <see cref="KeySchedule"/> says is due, when the domain clock gets there. Each action is one transaction with its
/// AuditEvent. A rotation makes itself not due by the version it adds, so a crash cannot repeat it. An announcement is first
/// handed out and then marked, so a crash in between repeats it: at least once, never lost.
/// </summary>
internal sealed partial class KeyScheduler(
    KeyStore keys, VaultRegistry vaults, KeyFactory factory, NewVersionEvents newVersions, EventFactory events, EventHub hub,
    VaultDatabase database, EmbeddedKeyVaultOptions options, TimeProvider domainClock, ILogger<KeyScheduler> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);
    private int _changed = 1;
    private DateTimeOffset? _next;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var alarm = new Alarm(domainClock);
        void Note()
        {
            Volatile.Write(ref _changed, 1);
            alarm.Wake();
        }

        database.Changed += Note;
        try
        {
            while (true)
            {
                await LookAsync(alarm.TakeTick()).ConfigureAwait(false);
                await alarm.WaitAsync(stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The vault stops. What is due by then is due at the next start.
        }
        finally
        {
            database.Changed -= Note;
        }
    }

    /// <summary>All keys are looked at when the next date has come, and at most once a second while they change.</summary>
    private async Task LookAsync(bool hasTicked)
    {
        try
        {
            newVersions.Publish();
            if (hasTicked && (domainClock.GetUtcNow() >= _next || Interlocked.Exchange(ref _changed, 0) == 1))
            {
                await RunDueAsync().ConfigureAwait(false);
                newVersions.Publish();
            }
        }
        catch (Exception fault)
        {
            // Rotations and purges that are due must go on to be looked for; an exception would end them, and the vault with them.
            LookFailed(fault);
            _next = domainClock.GetUtcNow() + RetryAfter;
        }
    }

    private async Task RunDueAsync()
    {
        await vaults.PurgeDueAsync(domainClock.GetUtcNow(), RecordPurge).ConfigureAwait(false);
        Agenda agenda;
        var isComplete = true;
        do
        {
            agenda = KeySchedule.At(domainClock.GetUtcNow(), keys.All.Where(key => key.Deletion is not null || vaults.Find(key.Vault) is not null));
            foreach (var action in agenda.Due)
            {
                isComplete &= await TryRunAsync(action).ConfigureAwait(false);
            }
        }
        while (agenda.Due.Count > 0 && isComplete);
        DateTimeOffset?[] moments =
        [
            agenda.Next, vaults.AllDeleted.Min(vault => (DateTimeOffset?)vault.Deletion!.ScheduledPurge), isComplete
                ? null
                : domainClock.GetUtcNow() + RetryAfter,
        ];
        _next = moments.Min();
    }

    /// <returns>False where the action is still due.</returns>
    private async Task<bool> TryRunAsync(DueAction action)
    {
        try
        {
            return await RunAsync(action).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            // One key's trouble must not keep the others from their actions; this one stays due and is tried again.
            ActionFailed(fault, action.Kind, action.Key.Vault, action.Key.Name);
            return false;
        }
    }

    private async Task<bool> RunAsync(DueAction action)
    {
        if (action.Kind == DueKind.Purge)
        {
            await keys.PurgeDueAsync(domainClock.GetUtcNow(), RecordPurge).ConfigureAwait(false);
            return true;
        }

        if (keys.Find(action.Key.Vault, action.Key.Name) is not { } known || vaults.Find(known.Vault) is not { } vault)
        {
            return false;
        }

        // An earlier action of the same round may have changed the key: the next round looks at it as it is then.
        if (ReferenceEquals(known, action.Key))
        {
            await RunAsync(action, vault).ConfigureAwait(false);
        }

        return true;
    }

    private Task RunAsync(DueAction action, VaultResource vault) => action.Kind switch
    {
        DueKind.Rotate => RotateAsync(action.Key, vault),
        DueKind.NearExpiry => AnnounceAsync(
            action, vault, KeyVaultEventTypes.KeyNearExpiry, "KeyNearExpiryEventGridNotification", version => version with { NearExpiryPublished = true }),
        _ => AnnounceAsync(
            action, vault, KeyVaultEventTypes.KeyExpired, "KeyExpiredEventGridNotification", version => version with { ExpiredPublished = true }),
    };

    /// <summary>A purge that came due is logged beside it, as one that was asked for; in a soft-deleted vault, too.</summary>
    private void RecordPurge(VaultDbContext context, StoredKey key)
    {
        if (vaults.FindAny(key.Vault) is { } vault)
        {
            TrailOf("KeyPurge", vault, key.Name, key.CurrentVersion).RecordIn(context, StatusCodes.Status204NoContent);
        }
    }

    private void RecordPurge(VaultDbContext context, VaultResource vault) =>
        AuditTrail.OfTheVault("VaultPurge", vault.ResourceId(options.SubscriptionId), vault.Address(options.PublicPort))
            .RecordIn(context, StatusCodes.Status200OK);

    private async Task RotateAsync(StoredKey key, VaultResource vault)
    {
        var version = await factory.NextVersionAsync(key, KeyTime.Now(domainClock), CancellationToken.None).ConfigureAwait(false);
        var audit = TrailOf("KeyRotateIfDue", vault, key.Name, version.Version);
        if (!await keys.AddVersionIfUnchangedAsync(key, version, audit).ConfigureAwait(false))
        {
            version.Material.Dispose();
        }
    }

    private async Task AnnounceAsync(DueAction action, VaultResource vault, string type, string operation, Func<KeyVersion, KeyVersion> mark)
    {
        var (key, current) = (action.Key, action.Key.Current);
        hub.Publish(events.OfKey(type, vault, key.Name, current.Version, current.Attributes, action.At));
        await keys.UpdateCurrentIfUnchangedAsync(key, mark, TrailOf(operation, vault, key.Name, current.Version)).ConfigureAwait(false);
    }

    private AuditTrail TrailOf(string operation, VaultResource vault, string name, string version) => AuditTrail.OfTheVault(
        operation, vault.ResourceId(options.SubscriptionId), $"{vault.Address(options.PublicPort)}keys/{name}/{version}");

    [LoggerMessage(Level = LogLevel.Error, Message = "{Action} of {Vault}/{Key} is due and failed; it is tried again in a minute.")]
    private partial void ActionFailed(Exception fault, DueKind action, string vault, string key);

    [LoggerMessage(Level = LogLevel.Error, Message = "What is due could not be looked up; it is tried again in a minute.")]
    private partial void LookFailed(Exception fault);
}
