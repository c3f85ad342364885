using System.Collections.Concurrent;
using System.Collections.Immutable;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Storage;
using Microsoft.EntityFrameworkCore;

namespace DpsPortal.KeyVault.Keys;

/// <summary>
/// Every key of every vault, held in memory and written through: SQLite first, then memory, then the answer. A read or an
/// unwrap therefore touches no database, and the first one after a change was answered sees it.
/// </summary>
internal sealed class KeyStore(VaultDatabase database, MasterKey masterKey) : IDisposable
{
    private readonly ConcurrentDictionary<string, StoredKey> _keys = new(StringComparer.OrdinalIgnoreCase);

    public void Load()
    {
        var versions = StoredRows.KeyVersions(database).ToLookup(row => row.KeyId);
        foreach (var row in StoredRows.Keys(database))
        {
            var all = versions[row.Id].ToList();
            var byVersion = all.Select(version => KeyRows.ToVersion(version, row, masterKey))
                .ToImmutableSortedDictionary(version => version.Version, version => version, StringComparer.Ordinal);
            Publish(new StoredKey(row.Id, row.Vault, row.Name, byVersion, all[^1].Version, KeyRows.ToPolicy(row.RotationPolicy)));
        }
    }

    public StoredKey? Find(string vault, string name) => _keys.GetValueOrDefault(IndexOf(vault, name));

    /// <summary>The vault's keys by name.</summary>
    public IEnumerable<StoredKey> List(string vault) => _keys.Values
        .Where(key => key.Vault.Equals(vault, StringComparison.OrdinalIgnoreCase))
        .OrderBy(key => key.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a version, and the key where its name is new.</summary>
    public Task<StoredKey> AddVersionAsync(string vault, string name, KeyVersion version, AuditTrail audit) => ChangeAsync(audit, async context =>
    {
        var known = Find(vault, name);
        var keyId = known?.Id ?? await AddKeyAsync(context, vault, name);
        context.Add(KeyRows.ToRow(version, keyId));
        var versions = known?.Versions ?? ImmutableSortedDictionary.Create<string, KeyVersion>(StringComparer.Ordinal);
        return new StoredKey(keyId, vault, known?.Name ?? name, versions.Add(version.Version, version), version.Version, known?.Policy);
    });

    /// <summary>Changes a version by what it is at that moment, so that two changes at once both take effect.</summary>
    public Task<StoredKey> UpdateVersionAsync(StoredKey key, string version, Func<KeyVersion, KeyVersion> change, AuditTrail audit) => ChangeAsync(audit, async context =>
    {
        var known = Find(key.Vault, key.Name)!;
        var changed = change(known.Versions[version]);
        KeyRows.CopyChanges(changed, await context.KeyVersions.SingleAsync(row => row.KeyId == known.Id && row.Version == version));
        return known with { Versions = known.Versions.SetItem(version, changed) };
    });

    public Task<StoredKey> SetPolicyAsync(StoredKey key, Func<RotationPolicy?, RotationPolicy> change, AuditTrail audit) => ChangeAsync(audit, async context =>
    {
        var known = Find(key.Vault, key.Name)!;
        var policy = change(known.Policy);
        (await context.Keys.SingleAsync(row => row.Id == known.Id)).RotationPolicy = KeyRows.ToJson(policy);
        return known with { Policy = policy };
    });

    /// <summary>Drops the keys of a vault that was purged; their rows are gone.</summary>
    public void Forget(string vault)
    {
        foreach (var key in List(vault).ToList())
        {
            _keys.TryRemove(IndexOf(key.Vault, key.Name), out _);
            foreach (var version in key.Versions.Values)
            {
                version.Material.Dispose();
            }
        }
    }

    public void Dispose()
    {
        foreach (var version in _keys.Values.SelectMany(key => key.Versions.Values))
        {
            version.Material.Dispose();
        }
    }

    private Task<StoredKey> ChangeAsync(AuditTrail audit, Func<VaultDbContext, Task<StoredKey>> change) => database.WriteAsync(
        async context =>
        {
            var key = await change(context);
            audit.RecordIn(context, 200);
            return key;
        },
        key =>
        {
            Publish(key);
            audit.Committed();
        });

    private static async Task<long> AddKeyAsync(VaultDbContext context, string vault, string name)
    {
        var row = new KeyRow { Vault = vault, Name = name };
        context.Add(row);
        await context.SaveChangesAsync();
        return row.Id;
    }

    private void Publish(StoredKey key) => _keys[IndexOf(key.Vault, key.Name)] = key;

    /// <summary>Neither name can contain a slash.</summary>
    private static string IndexOf(string vault, string name) => $"{vault}/{name}";
}
