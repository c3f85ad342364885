using System.Collections.Concurrent;
using DpsPortal.Provisioning.Access;
using DpsPortal.Provisioning.Encryption;
using DpsPortal.Provisioning.Storage;

namespace DpsPortal.Provisioning.Instances;

/// <summary>The instances of this process, by name regardless of case.</summary>
internal sealed class InstanceRegistry(PlatformKey platformKey, InstanceStore store, GuardServices services) : IDisposable
{
    private readonly ConcurrentDictionary<string, LoadedInstance> _instances = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, LoadedInstance> _scopes = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _ordering = new();
    private IReadOnlyList<LoadedInstance>? _byName;

    /// <summary>Those with a customer-managed key.</summary>
    public IEnumerable<LoadedInstance> Guarded => _instances.Values.Where(instance => instance.Guard is not null);

    public IEnumerable<LoadedInstance> All => _instances.Values;

    /// <summary>All of them by name, put in order when one has come: a name never changes and none goes.</summary>
    public IReadOnlyList<LoadedInstance> ByName
    {
        get
        {
            lock (_ordering)
            {
                return _byName ??= [.. _instances.Values.OrderBy(instance => instance.Header.Name, StringComparer.OrdinalIgnoreCase)];
            }
        }
    }

    public LoadedInstance? Find(string name) => _instances.GetValueOrDefault(name);

    /// <summary>By the scope that devices name, regardless of case.</summary>
    public LoadedInstance? FindByIdScope(string idScope) => _scopes.GetValueOrDefault(idScope);

    /// <summary>Loads what was stored. No key is unwrapped: that waits for the first use.</summary>
    public void Load()
    {
        foreach (var row in store.Load())
        {
            Add(row, verified: false);
        }
    }

    /// <param name="verified">This process itself has just proven its access, by creating it.</param>
    public LoadedInstance Add(InstanceRow row, bool verified)
    {
        var header = row.ToHeader();
        var outer = platformKey.ForInstance(header.BindingId);
        var loaded = header.Identity is null
            ? new LoadedInstance(header, outer, null, new RecordCipherPool(outer, null))
            : new LoadedInstance(header, outer, new KeyGuard(header, row.ToForms(), row.ToState(), verified, outer, services), null);
        lock (_ordering)
        {
            _instances[header.Name] = _scopes[header.IdScope] = loaded;
            _byName = null;
        }

        services.Schedule.Changed();
        return loaded;
    }

    public void Dispose()
    {
        foreach (var instance in _instances.Values)
        {
            instance.Dispose();
        }
    }
}
