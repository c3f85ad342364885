using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>What a new symmetric key shall be like.</summary>
public class CreateOctKeyOptions : CreateKeyOptions
{
    /// <param name="name">The key's name.</param>
    /// <param name="hardwareProtected">Whether the key shall be kept in an HSM. A vault has no other symmetric keys.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public CreateOctKeyOptions(string name, bool hardwareProtected = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        HardwareProtected = hardwareProtected;
    }

    /// <summary>The key's name.</summary>
    public string Name { get; }

    /// <summary>Symmetric, or symmetric kept in an HSM.</summary>
    public KeyType KeyType => HardwareProtected ? KeyType.OctHsm : KeyType.Oct;

    /// <summary>Size in bits: 128, 192 or 256.</summary>
    public int? KeySize { get; set; }

    /// <summary>Whether the key shall be kept in an HSM.</summary>
    public bool HardwareProtected { get; }

    private protected override void WriteKind(Utf8JsonWriter json) => json.WriteOptional("key_size", KeySize);
}
