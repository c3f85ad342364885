using System.Collections.Immutable;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Keys;

/// <summary>
/// Every key of every vault, held in memory and written through: SQLite first, then memory, then the answer. A read or an
/// unwrap therefore touches no database, and the first one after a change was answered sees it.
/// </summary>
internal sealed partial class KeyStore(VaultDatabase database, MasterKey masterKey, Settling settling) : IDisposable
{
    private readonly KeyIndex _keys = new();

    public void Load()
    {
        var versions = StoredRows.KeyVersions(database).ToLookup(row => row.KeyId);
        _keys.Load(StoredRows.Keys(database).Select(row => KeyRows.ToKey(row, versions[row.Id], masterKey)));
    }

    /// <summary>The key, unless it is deleted or settling: then nothing but its recovery and its purge is possible.</summary>
    public StoredKey? Find(string vault, string name) => _keys.Find(vault, name) is { } key && settling.Of(key) == KeyPresence.Present ? key : null;

    /// <summary>The keys of all vaults, deleted ones too.</summary>
    public IEnumerable<StoredKey> All => _keys.All;

    /// <summary>The names of the vault's keys, in order; of those that are settling, too.</summary>
    public ImmutableSortedSet<string> NamesIn(string vault) => _keys.NamesIn(vault);

    /// <summary>Adds a version, and the key where its name is new.</summary>
    /// <param name="onto">The key that it must be a version of; null where the key may be made.</param>
    public Task<KeyChange> AddVersionAsync(
        string vault, string name, KeyVersion version, AuditTrail audit, StoredKey? onto = null) => ChangeAsync(audit, 200, async context =>
    {
        var known = _keys.Find(vault, name);
        var presence = settling.Of(known);
        if (onto is null ? presence is not (KeyPresence.Absent or KeyPresence.Present) : presence != KeyPresence.Present || onto.Id != known!.Id)
        {
            version.Material.Dispose();
            return new KeyChange.Refused(presence);
        }

        if ((known?.Id ?? await AddKeyAsync(context, vault, name, null).ConfigureAwait(false)) is not { } keyId)
        {
            version.Material.Dispose();
            return new KeyChange.VaultGone();
        }

        context.Add(KeyRows.ToRow(version, keyId));
        var versions = known?.Versions ?? KeyRows.NoVersions;
        return new KeyChange.Done(new StoredKey(keyId, vault, known?.Name ?? name, versions.Add(version.Version, version), version.Version, known?.Policy));
    });

    /// <summary>Changes a version by what it is at that moment, so that two changes at once both take effect.</summary>
    public Task<KeyChange> UpdateVersionAsync(
        StoredKey key, string version, Func<KeyVersion, KeyVersion> change, AuditTrail audit) => ChangeAsync(audit, 200, async context =>
    {
        if (Current(key) is not { } known)
        {
            return new KeyChange.Refused(KeyPresence.Absent);
        }

        var changed = change(known.Versions[version]);
        KeyRows.CopyChanges(changed, await context.KeyVersions.SingleAsync(row => row.KeyId == known.Id && row.Version == version).ConfigureAwait(false));
        return new KeyChange.Done(known with { Versions = known.Versions.SetItem(version, changed) });
    });

    public Task<KeyChange> SetPolicyAsync(
        StoredKey key, Func<RotationPolicy?, RotationPolicy> change, AuditTrail audit) => ChangeAsync(audit, 200, async context =>
    {
        if (Current(key) is not { } known)
        {
            return new KeyChange.Refused(KeyPresence.Absent);
        }

        var policy = change(known.Policy);
        (await context.Keys.SingleAsync(row => row.Id == known.Id).ConfigureAwait(false)).RotationPolicy = KeyRows.ToJson(policy);
        return new KeyChange.Done(known with { Policy = policy });
    });

    /// <summary>Drops the keys of a vault that was purged; their rows are gone.</summary>
    public void Forget(string vault)
    {
        foreach (var key in _keys.All.Where(key => key.Vault.Equals(vault, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            _keys.Remove(key);
            DisposeMaterial(key);
        }
    }

    /// <summary>What time adds to a key that is still what it was when it was looked at; false where it is not.</summary>
    public Task<bool> AddVersionIfUnchangedAsync(StoredKey seen, KeyVersion version, AuditTrail audit) => ChangeIfUnchangedAsync(seen, audit, context =>
    {
        context.Add(KeyRows.ToRow(version, seen.Id));
        return Task.FromResult(seen with { Versions = seen.Versions.Add(version.Version, version), CurrentVersion = version.Version });
    });

    public Task<bool> UpdateCurrentIfUnchangedAsync(
        StoredKey seen, Func<KeyVersion, KeyVersion> change, AuditTrail audit) => ChangeIfUnchangedAsync(seen, audit, async context =>
    {
        var changed = change(seen.Current);
        KeyRows.CopyChanges(
            changed,
            await context.KeyVersions.SingleAsync(row => row.KeyId == seen.Id && row.Version == changed.Version).ConfigureAwait(false));
        return seen with { Versions = seen.Versions.SetItem(changed.Version, changed) };
    });

    public void Dispose()
    {
        foreach (var key in _keys.All)
        {
            DisposeMaterial(key);
        }
    }

    /// <summary>The same key as it is now, or null where it was deleted or purged since; another may have its name.</summary>
    private StoredKey? Current(StoredKey key) => Find(key.Vault, key.Name) is { } known && known.Id == key.Id ? known : null;

    private Task<KeyChange> ChangeAsync(AuditTrail audit, int status, Func<VaultDbContext, Task<KeyChange>> change) => database.WriteAsync(
        async context =>
        {
            var result = await change(context).ConfigureAwait(false);
            if (result is KeyChange.Done)
            {
                audit.RecordIn(context, status);
            }

            return result;
        },
        result =>
        {
            if (result is KeyChange.Done done)
            {
                _keys.Put(done.Key);
                audit.Committed();
            }
        });

    private async Task<bool> ChangeIfUnchangedAsync(StoredKey seen, AuditTrail audit, Func<VaultDbContext, Task<StoredKey>> change) =>
        await ChangeAsync(audit, 200, async context => ReferenceEquals(Find(seen.Vault, seen.Name), seen)
            ? new KeyChange.Done(await change(context).ConfigureAwait(false))
            : new KeyChange.Refused(Look(seen.Vault, seen.Name).Presence)).ConfigureAwait(false) is KeyChange.Done;

    /// <returns>The new key's id, or null where the vault is there no more.</returns>
    private static async Task<long?> AddKeyAsync(VaultDbContext context, string vault, string name, RotationPolicy? policy)
    {
        if (!await context.Vaults.AnyAsync(row => row.Name == vault && row.Deleted == null).ConfigureAwait(false))
        {
            return null;
        }

        var row = new KeyRow { Vault = vault, Name = name, RotationPolicy = policy is null ? null : KeyRows.ToJson(policy) };
        context.Add(row);
        await context.SaveChangesAsync().ConfigureAwait(false);
        return row.Id;
    }

    private static void DisposeMaterial(StoredKey key) => DisposeMaterial(key.Versions.Values);

    private static void DisposeMaterial(IEnumerable<KeyVersion> versions)
    {
        foreach (var version in versions)
        {
            version.Material.Dispose();
        }
    }
}
