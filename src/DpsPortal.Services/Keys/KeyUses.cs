using System.Collections.ObjectModel;
using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Keys;

/// <summary>
/// Which instances need which key, as DPS reported it at one moment: put in order once, and joined with as many keys as are shown.
/// </summary>
internal sealed record KeyUses
{
    private readonly Dictionary<KeyIdentifier, List<InstanceKeys>> _byKey = [];
    private readonly Dictionary<string, NamedVault> _vaults = [];

    /// <param name="instances">All there are.</param>
    public KeyUses(IReadOnlyList<InstanceKeys> instances)
    {
        Instances = instances;
        foreach (var instance in instances)
        {
            foreach (var key in instance.Needed)
            {
                Add(key, instance);
            }

            // The form that an instance was made with is older than it is.
            foreach (var form in instance.WrappedKeys)
            {
                LastMove = form.Use == WrappedKeyUse.Current && form.WrappedAt >= instance.CreatedAt && !(form.WrappedAt < LastMove)
                    ? form.WrappedAt
                    : LastMove;
            }
        }
    }

    public IReadOnlyList<InstanceKeys> Instances { get; }

    public IReadOnlyList<string> Names => [.. Instances.Select(instance => instance.Name)];

    /// <summary>Every key that an instance has, or has left and still needs, without its version.</summary>
    public IReadOnlyCollection<KeyIdentifier> Keys => _byKey.Keys;

    /// <summary>The vaults of these keys, as they are addressed.</summary>
    public IReadOnlyCollection<NamedVault> Vaults => _vaults.Values;

    /// <summary>When the last of those that have moved since they were made came under its present form.</summary>
    public DateTimeOffset? LastMove { get; }

    /// <summary>Instances as DPS describes them, by name: at least those that need a key of which <see cref="InstancesOf"/> is asked.</summary>
    public IReadOnlyDictionary<string, ProvisioningInstance> Described { get; private init; } = ReadOnlyDictionary<string, ProvisioningInstance>.Empty;

    public static KeyUses Of(IReadOnlyList<ProvisioningInstance> all) => new KeyUses([.. all.Select(KeysOf)]).Describing(all);

    public KeyUses Describing(IEnumerable<ProvisioningInstance> instances) =>
        this with { Described = instances.ToDictionary(instance => instance.Name, StringComparer.OrdinalIgnoreCase) };

    /// <summary>Those that need any version of this key.</summary>
    public IReadOnlyList<InstanceKeys> Of(KeyIdentifier key) => _byKey.TryGetValue(key.Versionless, out var instances) ? instances : [];

    /// <summary>The same with all that DPS says of them. That it does not describe one which it has named is a fault, and not that there is none.</summary>
    public IReadOnlyList<ProvisioningInstance> InstancesOf(KeyIdentifier key) => [.. Of(key).Select(instance => Described[instance.Name])];

    private static InstanceKeys KeysOf(ProvisioningInstance instance) => instance.Encryption is InstanceEncryption.CustomerManagedKey encryption
        ? new InstanceKeys(instance.Name, instance.CreatedAt, encryption.ConfiguredKey, encryption.WrappedKeys)
        : new InstanceKeys(instance.Name, instance.CreatedAt, null, []);

    private void Add(KeyIdentifier key, InstanceKeys instance)
    {
        var wanted = key.Versionless;
        if (!_byKey.TryGetValue(wanted, out var instances))
        {
            _byKey.Add(wanted, instances = []);
        }

        if (instances is [] || !ReferenceEquals(instances[^1], instance))
        {
            instances.Add(instance);
        }

        // One vault can be addressed in several ways, of which not each need be known.
        if (!_vaults.TryGetValue(key.Vault.Host, out var vault))
        {
            _vaults.Add(key.Vault.Host, vault = new NamedVault(key.Vault, []));
        }

        vault.Keys.Add(wanted);
    }

    /// <param name="Keys">Those that are needed of it, without their versions.</param>
    internal sealed record NamedVault(Uri Address, HashSet<KeyIdentifier> Keys)
    {
        public bool HasOtherThan(KeyIdentifier key) => Keys.Count > 1 || !Keys.Contains(key.Versionless);
    }
}
