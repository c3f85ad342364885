using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace DpsPortal.KeyVault.Keys;

/// <summary>
/// All keys in memory: each by its name, and the names of each vault in order, so that a page of a list costs the same
/// however many keys there are. Written by one thread at a time (the database's writer), read by any.
/// </summary>
internal sealed class KeyIndex
{
    private static readonly ImmutableSortedSet<string> NoNames = ImmutableSortedSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<string, StoredKey> _keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Names> _names = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<StoredKey> All => _keys.Values;

    public StoredKey? Find(string vault, string name) => _keys.GetValueOrDefault(IndexOf(vault, name));

    /// <summary>The names of keys that are not soft-deleted, in order.</summary>
    public ImmutableSortedSet<string> NamesIn(string vault) => _names.GetValueOrDefault(vault)?.Present ?? NoNames;

    public ImmutableSortedSet<string> DeletedNamesIn(string vault) => _names.GetValueOrDefault(vault)?.Deleted ?? NoNames;

    /// <summary>Takes over everything at start: a set is built once instead of being changed for every key.</summary>
    public void Load(IEnumerable<StoredKey> keys)
    {
        foreach (var vault in keys.GroupBy(key => key.Vault, StringComparer.OrdinalIgnoreCase))
        {
            var names = vault.ToLookup(key => key.Deletion is null, key => key.Name);
            _names[vault.Key] = new Names(NoNames.Union(names[true]), NoNames.Union(names[false]));
            foreach (var key in vault)
            {
                _keys[IndexOf(key.Vault, key.Name)] = key;
            }
        }
    }

    public void Put(StoredKey key)
    {
        var names = _names.GetValueOrDefault(key.Vault) ?? new Names(NoNames, NoNames);
        _keys[IndexOf(key.Vault, key.Name)] = key;
        _names[key.Vault] = key.Deletion is null
            ? new Names(names.Present.Add(key.Name), names.Deleted.Remove(key.Name))
            : new Names(names.Present.Remove(key.Name), names.Deleted.Add(key.Name));
    }

    public void Remove(StoredKey key)
    {
        _keys.TryRemove(IndexOf(key.Vault, key.Name), out _);
        if (_names.TryGetValue(key.Vault, out var names))
        {
            _names[key.Vault] = new Names(names.Present.Remove(key.Name), names.Deleted.Remove(key.Name));
        }
    }

    /// <summary>Neither name can contain a slash.</summary>
    private static string IndexOf(string vault, string name) => $"{vault}/{name}";

    private sealed record Names(ImmutableSortedSet<string> Present, ImmutableSortedSet<string> Deleted);
}
