using System.Text.Json;

namespace Azure.Security.KeyVault.Keys;

/// <summary>A key version: its public key and its properties.</summary>
public class KeyVaultKey
{
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public KeyVaultKey(string name)
        : this(new KeyProperties(name), new JsonWebKey([]))
    {
    }

    internal KeyVaultKey(KeyProperties properties, JsonWebKey key)
    {
        Properties = properties;
        Key = key;
    }

    /// <summary>The versioned identifier.</summary>
    public Uri Id => Properties.Id;

    /// <summary>The key's name.</summary>
    public string Name => Properties.Name;

    /// <summary>The public key. The vault never hands out the private one.</summary>
    public JsonWebKey Key { get; }

    /// <summary>The kind of key.</summary>
    public KeyType KeyType => Key.KeyType;

    /// <summary>What the key may be used for.</summary>
    public IReadOnlyCollection<KeyOperation> KeyOperations => Key.KeyOps;

    /// <summary>All the rest.</summary>
    public KeyProperties Properties { get; }

    internal static KeyVaultKey Read(JsonElement bundle)
    {
        var key = JsonWebKey.Read(bundle.GetProperty("key"));
        return new KeyVaultKey(KeyProperties.Read(bundle, new Uri(key.Id)), key);
    }
}
