using System.Collections.Immutable;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Keys;

/// <summary>Deletion, recovery, purge and restore.</summary>
internal sealed partial class KeyStore
{
    /// <summary>Where the name stands, and its key if there is one in whatever state.</summary>
    public (KeyPresence Presence, StoredKey? Key) Look(string vault, string name) =>
        _keys.Find(vault, name) is { } key ? (settling.Of(key), key) : (KeyPresence.Absent, null);

    /// <summary>The names of the vault's soft-deleted keys, in order; of those that are still settling, too.</summary>
    public ImmutableSortedSet<string> DeletedNamesIn(string vault) => _keys.DeletedNamesIn(vault);

    public Task<KeyChange> DeleteAsync(string vault, string name, int retentionDays, AuditTrail audit) => ChangeAsync(audit, 200, async context =>
    {
        if (Look(vault, name) is not (KeyPresence.Present, { } key))
        {
            return new KeyChange.Refused(Look(vault, name).Presence);
        }

        var deletion = Deletion.At(settling.Now, retentionDays);
        await SetDeletionAsync(context, key, deletion).ConfigureAwait(false);
        return new KeyChange.Done(key with { Deletion = deletion, RecoveredOn = null });
    });

    public Task<KeyChange> RecoverAsync(string vault, string name, AuditTrail audit) => ChangeAsync(audit, 200, async context =>
    {
        if (Look(vault, name) is not (KeyPresence.Deleted, { } key))
        {
            return new KeyChange.Refused(Look(vault, name).Presence);
        }

        await SetDeletionAsync(context, key, null).ConfigureAwait(false);
        return new KeyChange.Done(key with { Deletion = null, RecoveredOn = settling.BeginRecovery });
    });

    /// <summary>When this returns, no file has a byte of the key any more. Whether the vault allows it is the caller's to ask.</summary>
    public async Task<KeyChange> PurgeAsync(string vault, string name, AuditTrail audit)
    {
        KeyPresence? refused = null;
        var purged = await EraseAsync(
            () =>
            {
                var (presence, key) = Look(vault, name);
                refused = presence == KeyPresence.Deleted ? null : presence;
                return refused is null ? [key!] : [];
            },
            (context, _) => audit.RecordIn(context, 204),
            audit.Committed).ConfigureAwait(false);
        return purged is [var done] ? new KeyChange.Done(done) : new KeyChange.Refused(refused!.Value);
    }

    /// <summary>Purges the keys whose retention has ended, whatever the vault's purge protection.</summary>
    /// <param name="record">Puts what must be logged about a purged key beside its purge, in the same transaction.</param>
    /// <returns>What was purged; their material is disposed of.</returns>
    public Task<IReadOnlyList<StoredKey>> PurgeDueAsync(DateTimeOffset now, Action<VaultDbContext, StoredKey>? record = null) =>
        PurgeSchedule.Due(_keys.All, now) is []
            ? Task.FromResult<IReadOnlyList<StoredKey>>([])
            // Asked again in turn: a key may be recovered in between.
            : EraseAsync(() => PurgeSchedule.Due(_keys.All, now), record, null);

    /// <summary>Adds a key as it was when it was backed up.</summary>
    /// <param name="versions">In the order of their creation.</param>
    public Task<KeyChange> RestoreAsync(
        string vault, string name, IReadOnlyList<KeyVersion> versions, RotationPolicy? policy, AuditTrail audit) => ChangeAsync(audit, 200, async context =>
    {
        if (Look(vault, name) is not (KeyPresence.Absent, _))
        {
            DisposeMaterial(versions);
            return new KeyChange.Refused(Look(vault, name).Presence);
        }

        if (await AddKeyAsync(context, vault, name, policy).ConfigureAwait(false) is not { } keyId)
        {
            DisposeMaterial(versions);
            return new KeyChange.VaultGone();
        }

        context.AddRange(versions.Select(version => KeyRows.ToRow(version, keyId)));
        return new KeyChange.Done(new StoredKey(
            keyId, vault, name, KeyRows.NoVersions.AddRange(
                versions.Select(version => KeyValuePair.Create(version.Version, version))), versions[^1].Version, policy));
    });

    /// <summary>
    /// Deletes the rows of what <paramref name="which"/> answers, under secure_delete, and empties the write-ahead log, which still
    /// has the pages as they were. Material that a request is using is disposed of by the last one to let go of it.
    /// </summary>
    private async Task<IReadOnlyList<StoredKey>> EraseAsync(
        Func<IReadOnlyList<StoredKey>> which, Action<VaultDbContext, StoredKey>? record, Action? committed) => await database.EraseAsync(
        async context =>
        {
            var keys = which();
            foreach (var key in keys)
            {
                await context.KeyVersions.Where(row => row.KeyId == key.Id).ExecuteDeleteAsync().ConfigureAwait(false);
                await context.Keys.Where(row => row.Id == key.Id).ExecuteDeleteAsync().ConfigureAwait(false);
                record?.Invoke(context, key);
            }

            return keys;
        },
        keys =>
        {
            foreach (var key in keys)
            {
                _keys.Remove(key);
                DisposeMaterial(key);
                committed?.Invoke();
            }
        }).ConfigureAwait(false);

    private static async Task SetDeletionAsync(VaultDbContext context, StoredKey key, Deletion? deletion)
    {
        var row = await context.Keys.SingleAsync(row => row.Id == key.Id).ConfigureAwait(false);
        row.Deleted = deletion?.Deleted.UtcTicks;
        row.ScheduledPurge = deletion?.ScheduledPurge.UtcTicks;
    }
}
