using System.Text.Json;
using Azure.Security.KeyVault.Keys.Http;

namespace Azure.Security.KeyVault.Keys;

/// <summary>All about a key version except its public key.</summary>
public class KeyProperties
{
    private readonly KeyAttributes _attributes = new();
    private readonly Dictionary<string, string> _tags = [];

    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public KeyProperties(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <param name="id">Identifier of a key or of a key version.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is not the identifier of a key.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    public KeyProperties(Uri id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!KeyVaultKeyIdentifier.TryCreate(id, out var identifier) || id.Segments[1] != "keys/")
        {
            throw new ArgumentException($"Invalid ObjectIdentifier: {id}.", nameof(id));
        }

        Id = id;
        VaultUri = identifier.VaultUri;
        Name = identifier.Name;
        Version = identifier.Version;
    }

    internal KeyProperties(KeyAttributes attributes) => _attributes = attributes;

    private KeyProperties(Uri id, JsonElement bundle)
        : this(id)
    {
        Managed = bundle.Optional("managed")?.GetBoolean() ?? false;
        _attributes = bundle.Optional("attributes") is { } attributes ? KeyAttributes.Read(attributes) : new();
        if (bundle.Optional("tags") is { } tags)
        {
            _tags = tags.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString());
        }
    }

    /// <summary>The key's name.</summary>
    public string Name { get; internal init; }

    /// <summary>The key's identifier; in a list of keys without its version.</summary>
    public Uri Id { get; internal init; }

    /// <summary>The vault's address.</summary>
    public Uri VaultUri { get; internal init; }

    /// <summary>The version, or null where the identifier has none.</summary>
    public string Version { get; internal init; }

    /// <summary>Whether the vault manages the key's life (the key of a certificate).</summary>
    public bool Managed { get; internal init; }

    /// <summary>Tags. An update that carries any replaces the whole set.</summary>
    public IDictionary<string, string> Tags => _tags;

    /// <summary>Whether the version may be used.</summary>
    public bool? Enabled { get => _attributes.Enabled; set => _attributes.Enabled = value; }

    /// <summary>Whether the private key may be exported.</summary>
    public bool? Exportable { get => _attributes.Exportable; set => _attributes.Exportable = value; }

    /// <summary>From when the version is valid (whole seconds on the wire).</summary>
    public DateTimeOffset? NotBefore { get => _attributes.NotBefore; set => _attributes.NotBefore = value; }

    /// <summary>Until when the version is valid (whole seconds on the wire).</summary>
    public DateTimeOffset? ExpiresOn { get => _attributes.ExpiresOn; set => _attributes.ExpiresOn = value; }

    /// <summary>When the version was created.</summary>
    public DateTimeOffset? CreatedOn => _attributes.CreatedOn;

    /// <summary>When the version was last changed.</summary>
    public DateTimeOffset? UpdatedOn => _attributes.UpdatedOn;

    /// <summary>How many days a deleted key stays recoverable.</summary>
    public int? RecoverableDays => _attributes.RecoverableDays;

    /// <summary>What deletion means in this vault, for example <c>Recoverable+Purgeable</c>.</summary>
    public string RecoveryLevel => _attributes.RecoveryLevel;

    /// <summary>The HSM platform: "0" is software.</summary>
    public string HsmPlatform => _attributes.HsmPlatform;

    internal KeyAttributes Attributes => _attributes;

    /// <summary>Reads an item of a list.</summary>
    internal static KeyProperties Read(JsonElement item) => Read(item, item.OptionalUri("kid"));

    /// <summary>Reads the outer part of a bundle, whose identifier stands in its key.</summary>
    internal static KeyProperties Read(JsonElement bundle, Uri id) => new(id, bundle);
}
