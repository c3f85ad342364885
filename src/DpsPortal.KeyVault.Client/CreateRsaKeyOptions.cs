using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>What a new RSA key shall be like.</summary>
public class CreateRsaKeyOptions : CreateKeyOptions
{
    /// <param name="name">The key's name.</param>
    /// <param name="hardwareProtected">Whether the key shall be kept in an HSM.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public CreateRsaKeyOptions(string name, bool hardwareProtected = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        HardwareProtected = hardwareProtected;
    }

    /// <summary>The key's name.</summary>
    public string Name { get; }

    /// <summary>RSA, or RSA kept in an HSM.</summary>
    public KeyType KeyType => HardwareProtected ? KeyType.RsaHsm : KeyType.Rsa;

    /// <summary>Whether the key shall be kept in an HSM.</summary>
    public bool HardwareProtected { get; }

    /// <summary>Size in bits: 2048 (the vault's default), 3072 or 4096.</summary>
    public int? KeySize { get; set; }

    /// <summary>The public exponent.</summary>
    public int? PublicExponent { get; set; }

    private protected override void WriteKind(Utf8JsonWriter json)
    {
        json.WriteOptional("key_size", KeySize);
        json.WriteOptional("public_exponent", PublicExponent);
    }
}
