using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>A key made elsewhere that the vault shall take in. Carries private members: do not log.</summary>
public class ImportKeyOptions
{
    /// <param name="name">The key's name.</param>
    /// <param name="keyMaterial">The key with its private members.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentNullException">A parameter is null.</exception>
    public ImportKeyOptions(string name, JsonWebKey keyMaterial)
    {
        ArgumentNullException.ThrowIfNull(keyMaterial);
        Properties = new KeyProperties(name);
        Key = keyMaterial;
    }

    /// <summary>The key's name.</summary>
    public string Name => Properties.Name;

    /// <summary>The key with its private members.</summary>
    public JsonWebKey Key { get; }

    /// <summary>Whether the key shall be kept in an HSM.</summary>
    public bool? HardwareProtected { get; set; }

    /// <summary>Attributes and tags of the key.</summary>
    public KeyProperties Properties { get; }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("key");
        Key.Write(json);
        json.WriteEndObject();
        Properties.Attributes.Write(json);
        json.WriteTags(Properties.Tags);
        json.WriteOptional("hsm", HardwareProtected);
    }
}
