using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>What a new elliptic-curve key shall be like.</summary>
public class CreateEcKeyOptions : CreateKeyOptions
{
    /// <param name="name">The key's name.</param>
    /// <param name="hardwareProtected">Whether the key shall be kept in an HSM.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public CreateEcKeyOptions(string name, bool hardwareProtected = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        HardwareProtected = hardwareProtected;
    }

    /// <summary>The key's name.</summary>
    public string Name { get; }

    /// <summary>EC, or EC kept in an HSM.</summary>
    public KeyType KeyType => HardwareProtected ? KeyType.EcHsm : KeyType.Ec;

    /// <summary>The curve; null means the vault's default, P-256.</summary>
    public KeyCurveName? CurveName { get; set; }

    /// <summary>Whether the key shall be kept in an HSM.</summary>
    public bool HardwareProtected { get; }

    private protected override void WriteKind(Utf8JsonWriter json) => json.WriteOptional("crv", CurveName?.ToString());
}
