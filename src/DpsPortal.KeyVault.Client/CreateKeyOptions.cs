using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>What a new key shall be like; what is not set is left to the vault.</summary>
public class CreateKeyOptions
{
    private readonly KeyAttributes _attributes = new();

    /// <summary>What the key may be used for; empty means the vault's default for the kind of key.</summary>
    public IList<KeyOperation> KeyOperations { get; } = new List<KeyOperation>();

    /// <summary>From when the key is valid.</summary>
    public DateTimeOffset? NotBefore { get => _attributes.NotBefore; set => _attributes.NotBefore = value; }

    /// <summary>Until when the key is valid.</summary>
    public DateTimeOffset? ExpiresOn { get => _attributes.ExpiresOn; set => _attributes.ExpiresOn = value; }

    /// <summary>Whether the key may be used.</summary>
    public bool? Enabled { get => _attributes.Enabled; set => _attributes.Enabled = value; }

    /// <summary>Whether the private key may be exported.</summary>
    public bool? Exportable { get => _attributes.Exportable; set => _attributes.Exportable = value; }

    /// <summary>Tags.</summary>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>();

    internal void Write(Utf8JsonWriter json)
    {
        WriteKind(json);
        _attributes.Write(json);
        json.WriteOperations([.. KeyOperations]);
        json.WriteTags(Tags);
    }

    private protected virtual void WriteKind(Utf8JsonWriter json)
    {
    }
}
