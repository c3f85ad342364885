using System.ComponentModel;

namespace Azure.Security.KeyVault.Keys;

/// <summary>The parts of <c>https://{vault}/keys/{name}[/{version}]</c> (or of <c>/deletedkeys/{name}</c>).</summary>
public readonly struct KeyVaultKeyIdentifier : IEquatable<KeyVaultKeyIdentifier>
{
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="id"/> has not the parts of a key identifier.</exception>
    public KeyVaultKeyIdentifier(Uri id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!TryCreate(id, out this))
        {
            throw new ArgumentException($"{id} is not a valid key ID", nameof(id));
        }
    }

    private KeyVaultKeyIdentifier(Uri id, string[] segments)
    {
        SourceId = id;
        VaultUri = new Uri($"{id.Scheme}://{id.Authority}");
        Name = segments[2].Trim('/');
        Version = segments.Length == 4 ? segments[3].TrimEnd('/') : null;
    }

    /// <summary>The address this was read from.</summary>
    public Uri SourceId { get; }

    /// <summary>The vault's address.</summary>
    public Uri VaultUri { get; }

    /// <summary>The key's name.</summary>
    public string Name { get; }

    /// <summary>The key's version, or null in a versionless identifier.</summary>
    public string Version { get; }

    /// <summary>Reads an identifier; only the number of parts is checked, as a vault may be anywhere.</summary>
    public static bool TryCreate(Uri id, out KeyVaultKeyIdentifier identifier)
    {
        var segments = id?.Segments ?? [];
        var isKey = segments.Length is 3 or 4;
        identifier = isKey ? new KeyVaultKeyIdentifier(id, segments) : default;
        return isKey;
    }

    public bool Equals(KeyVaultKeyIdentifier other) => SourceId == other.SourceId;

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override bool Equals(object obj) => obj is KeyVaultKeyIdentifier other && Equals(other);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override int GetHashCode() => SourceId?.GetHashCode() ?? 0;

    [EditorBrowsable(EditorBrowsableState.Never)]
    public override string ToString() => base.ToString();
}
